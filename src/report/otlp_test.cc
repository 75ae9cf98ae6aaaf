#include "report/otlp.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"
#include "base/text.h"
#include "report/metrics_fixture.h"

namespace peregrine::report {
namespace {

using base::Value;

const Value& at(const Value& in, std::string_view key) {
  static const Value kNothing;
  const Value* found = in.find(key);
  EXPECT_TRUE(found) << key << " in " << base::to_json(in).substr(0, 300);
  return found ? *found : kNothing;
}

Value message() {
  auto parsed = base::parse_json(to_otlp(run_for_metrics()));
  EXPECT_TRUE(parsed);
  return parsed ? *parsed : Value();
}

const Value& scope_of(const Value& message) {
  return at(at(message, "resourceMetrics").as_list().at(0), "scopeMetrics").as_list().at(0);
}

const Value& metric(const Value& message, std::string_view name) {
  static const Value kNothing;
  for (const Value& one : at(scope_of(message), "metrics").as_list()) {
    if (at(one, "name") == Value(name)) return one;
  }
  ADD_FAILURE() << "no metric " << name;
  return kNothing;
}

TEST(OtlpTest, IsOneLineOfAResource) {
  const std::string text = to_otlp(run_for_metrics());
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  EXPECT_FALSE(base::first_invalid_utf8(text));
  const Value all = message();
  const Value& resource = at(at(all, "resourceMetrics").as_list().at(0), "resource");
  EXPECT_EQ(base::to_json(at(resource, "attributes").as_list().at(0)),
            R"({"key":"service.name","value":{"stringValue":"peregrine"}})");
  EXPECT_EQ(base::to_json(at(resource, "attributes").as_list().at(2)),
            R"({"key":"peregrine.system","value":{"stringValue":"shop"}})");
}

TEST(OtlpTest, CountersAreCumulativeSinceTheLoadBegan) {
  const Value all = message();
  const Value& sum = at(metric(all, "peregrine.load.requests"), "sum");
  EXPECT_EQ(at(sum, "aggregationTemporality"), Value(2));
  EXPECT_EQ(at(sum, "isMonotonic"), Value(true));
  const Value& point = at(sum, "dataPoints").as_list().at(0);
  EXPECT_EQ(at(point, "startTimeUnixNano"), Value("1700000001000000000"));
  EXPECT_EQ(at(point, "timeUnixNano"), Value("1700000010000000000"));
  EXPECT_EQ(at(point, "asInt"), Value("10"));
  EXPECT_EQ(base::to_json(at(point, "attributes")),
            "[{\"key\":\"load\",\"value\":{\"stringValue\":"
            "\"Buys \\\"a\\\\b\\\"\\nand more \uFFFD\"}}]");
  const Value& cpu = at(metric(all, "peregrine.process.cpu"), "sum");
  EXPECT_EQ(at(at(cpu, "dataPoints").as_list().at(0), "asDouble"), Value(1.5));
}

TEST(OtlpTest, BucketsOfHistogramsAddUp) {
  const Value all = message();
  const Value& one = metric(all, "peregrine.load.step.duration");
  EXPECT_EQ(at(one, "unit"), Value("s"));
  const Value& point = at(at(one, "histogram"), "dataPoints").as_list().at(0);
  const auto& counts = at(point, "bucketCounts").as_list();
  const auto& ends = at(point, "explicitBounds").as_list();
  ASSERT_EQ(counts.size(), ends.size() + 1);
  int sum = 0;
  for (const Value& count : counts) sum += std::stoi(count.as_text());
  EXPECT_EQ(at(point, "count"), Value("20"));
  EXPECT_EQ(sum, 20);
  EXPECT_EQ(at(point, "max"), Value(0.7));
  EXPECT_EQ(counts.at(3), Value("16"));
}

}  // namespace
}  // namespace peregrine::report
