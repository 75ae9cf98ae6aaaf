#include "lang/schema/schema.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lang/schema/keys.h"
#include "lang/verbs.h"

namespace peregrine::lang {
namespace {

// What the schema lacks of a list.
std::string missing(const std::vector<std::string_view>& wanted,
                    const std::vector<std::string_view>& there) {
  std::string text;
  for (std::string_view word : wanted) {
    if (std::ranges::find(there, word) == there.end()) text += std::string(word) + " ";
  }
  return text;
}

TEST(JsonSchema, KnowsTheVerbsThatAreRead) {
  const std::vector<VerbType> types = verb_types();
  for (const Verb& verb : verbs()) {
    const auto type = std::ranges::find(types, verb.name, &VerbType::name);
    ASSERT_NE(type, types.end()) << verb.name;
    EXPECT_EQ(missing(verb.keys, type->keys), "") << "keys of " << verb.name;
    if (type->sees.empty()) continue;  // anything
    EXPECT_EQ(missing(verb.sees, type->sees), "") << "what is seen by " << verb.name;
  }
}

TEST(JsonSchema, TellsWhatEachKeyOfAVerbIs) {
  std::vector<std::string_view> told;
  for (const Key& key : step_keys()) told.push_back(key.name);
  for (const VerbType& verb : verb_types()) {
    told.push_back(verb.name);
    EXPECT_EQ(missing(verb.keys, told), "") << verb.name;
  }
}

TEST(JsonSchema, HoldsOnlyWhatItsKindNeeds) {
  EXPECT_EQ(json_schema("part").find("\"contenders\""), std::string::npos);
  EXPECT_NE(json_schema("journey").find("\"contenders\""), std::string::npos);
  EXPECT_NE(json_schema("").find("\"idempotency\""), std::string::npos);
}

}  // namespace
}  // namespace peregrine::lang
