#include "lang/json_template.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace peregrine::lang {
namespace {

using base::Value;

class JsonTemplateTest : public testing::Test {
 protected:
  JsonTemplateTest() {
    names_.declare("text");
    names_.declare("list");
    names_.declare("nothing");
  }

  // What it appends for a YAML value, which is also what the value of its shape is written as.
  base::Result<std::string> written(const std::string& yaml) {
    Diagnostics diagnostics;
    const auto node = read_yaml(std::make_shared<const Source>("test.yaml", yaml), diagnostics);
    const Shape shape = Shape::compile(*node, names_, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << yaml;
    const Context context{.slots = slots_};
    const base::Result<Value> value = shape.fill(context);
    std::string out = "before ";
    const base::Result<> appended = JsonTemplate::compile(shape).append(out, context);
    EXPECT_EQ(appended.has_value(), value.has_value()) << yaml;
    if (!appended) {
      EXPECT_EQ(appended.error().text, value.error().text);
      return std::unexpected(appended.error());
    }
    EXPECT_EQ(out, "before " + base::to_json(*value));
    return out.substr(7);
  }

  Names names_;
  std::vector<Value> slots_{Value("Zo\u00eb \"Q\"\n"), Value(base::List{1, nullptr}), Value()};
};

TEST_F(JsonTemplateTest, WritesWhatTheShapeComesTo) {
  EXPECT_EQ(*written("{ a: 1, \"b\\\"\": [x, null, true], c: {}, d: [], e: 1.50 }"),
            R"({"a":1,"b\"":["x",null,true],"c":{},"d":[],"e":1.5})");
  EXPECT_EQ(*written("a \"quoted\" word"), R"("a \"quoted\" word")");
}

TEST_F(JsonTemplateTest, AnExpressionAloneKeepsItsType) {
  EXPECT_EQ(*written("{ a: \"${list}\", b: \"${text}\", c: \"${nothing}\" }"),
            "{\"a\":[1,null],\"b\":\"Zo\u00eb \\\"Q\\\"\\n\",\"c\":null}");
}

TEST_F(JsonTemplateTest, InsideOfATextItIsText) {
  EXPECT_EQ(*written("[\"to ${text}: \\\"${list}\\\"\"]"),
            "[\"to Zo\u00eb \\\"Q\\\"\\n: \\\"[1,null]\\\"\"]");
}

TEST_F(JsonTemplateTest, FailsAsTheShapeDoes) {
  EXPECT_FALSE(written("{ a: \"to ${nothing}\" }"));
  EXPECT_FALSE(written("{ a: \"${text.size() / 0}\" }"));
}

}  // namespace
}  // namespace peregrine::lang
