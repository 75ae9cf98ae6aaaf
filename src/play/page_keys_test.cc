#include "play/page_keys.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace peregrine::play {
namespace {

// What is pressed and let go of: "+Enter -Enter", with the modifiers that are held.
std::string strokes(std::string_view keys) {
  const auto all = key_strokes(keys);
  if (!all) return all.error().to_string();
  std::string told;
  for (const base::Map& one : *all) {
    told += told.empty() ? "" : " ";
    told += one.find("type")->as_text() == "keyDown" ? "+" : "-";
    told += one.find("key")->as_text();
    if (const int64_t held = one.find("modifiers")->as_int()) told += fmt::format("/{}", held);
    if (const base::Value* text = one.find("text"))
      told += fmt::format("={}", base::to_json(*text));
  }
  return told;
}

TEST(PageKeys, AreThoseOfTheDom) {
  EXPECT_EQ(strokes("Enter"), "+Enter=\"\\r\" -Enter");
  EXPECT_EQ(strokes("ArrowDown"), "+ArrowDown -ArrowDown");
  EXPECT_EQ(strokes("a"), "+a=\"a\" -a");
  EXPECT_EQ(strokes("Space"), "+ =\" \" - ");
  EXPECT_EQ(strokes("ß"), "+ß=\"ß\" -ß");
  EXPECT_EQ(strokes("+"), "++=\"+\" -+");
}

TEST(PageKeys, AreHeldTogether) {
  EXPECT_EQ(strokes("Control+a"), "+Control/2 +a/2 -a/2 -Control");
  EXPECT_EQ(strokes("Control+Shift+Tab"), "+Control/2 +Shift/10 +Tab/10 -Tab/10 -Shift/2 -Control");
  EXPECT_EQ(strokes("Control++"), "+Control/2 ++/2 -+/2 -Control");
  EXPECT_EQ(strokes("Shift+A"), "+Shift/8 +A/8=\"A\" -A/8 -Shift");
}

TEST(PageKeys, ThatAreNoneAreToldOf) {
  EXPECT_EQ(strokes("Entre"), "there is no key `Entre`; did you mean `Enter`?");
  EXPECT_EQ(strokes("Control+"), "there is no key ``");
  EXPECT_EQ(strokes(""), "there is no key ``");
}

}  // namespace
}  // namespace peregrine::play
