// Plays CEL's public conformance data (github.com/google/cel-spec, tests/simple) against the
// expressions of lang/cel.
//   cel_conformance FOLDER KNOWN
// FOLDER holds cel-spec's testdata; KNOWN lists the cases that do not pass, each with its reason,
// and binds both ways: a case that is listed and passes is a failure too. Cases that need protobuf
// messages, enums or wrappers are skipped.
#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "lang/cel/compile.h"
#include "lang/cel/special.h"
#include "textproto.h"

namespace {

using namespace peregrine;  // NOLINT(google-build-using-namespace)
using base::Value;
using conformance::Field;

constexpr std::array<std::string_view, 19> kFiles = {
    "basic",        "comparisons",  "conversions", "fields",     "fp_math",
    "integer_math", "lists",        "logic",       "macros",     "macros2",
    "parse",        "plumbing",     "string",      "string_ext", "timestamps",
    "bindings_ext", "encoders_ext", "math_ext",    "optionals"};

// Of values that have no protobuf message in them; nothing for those.
std::optional<Value> read_value(const Field& field);

std::optional<Value> read_list(const Field& field) {
  base::List list;
  for (const Field& element : field.fields) {
    if (element.fields.empty()) return std::nullopt;
    auto value = read_value(element.fields[0]);
    if (!value) return std::nullopt;
    list.push_back(*std::move(value));
  }
  return Value(std::move(list));
}

std::optional<Value> read_map(const Field& field) {
  std::vector<lang::cel::KeyedMap::Entry> entries;
  for (const Field& entry : field.fields) {
    auto key = read_value(entry.find("key")->fields[0]);
    auto value = read_value(entry.find("value")->fields[0]);
    if (!key || !value) return std::nullopt;
    entries.emplace_back(*std::move(key), *std::move(value));
  }
  return lang::cel::make_map(std::move(entries));
}

template <class T>
Value read_number(const std::string& text) {
  T number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return Value(number);
}

Value read_double(const std::string& text) { return Value(std::strtod(text.c_str(), nullptr)); }

// Durations are the only message that values carry.
std::optional<Value> read_object(const Field& field) {
  if (field.fields.empty()) return std::nullopt;
  const Field& message = field.fields[0];
  if (!message.name.ends_with("google.protobuf.Duration]")) return std::nullopt;
  auto number = [&](std::string_view name) {
    const std::string text(message.text_of(name));
    return text.empty() ? 0LL : std::stoll(text);
  };
  return Value(base::Duration(number("seconds") * 1'000'000'000 + number("nanos")));
}

std::optional<Value> read_value(const Field& field) {
  if (field.name == "null_value") return Value();
  if (field.name == "bool_value") return Value(field.text == "true");
  if (field.name == "int64_value") return read_number<int64_t>(field.text);
  if (field.name == "uint64_value") return read_number<uint64_t>(field.text);
  if (field.name == "double_value") return read_double(field.text);
  if (field.name == "string_value") return Value(field.text);
  if (field.name == "bytes_value") return Value(base::Bytes{field.text});
  if (field.name == "type_value") return lang::cel::make_type(field.text);
  if (field.name == "list_value") return read_list(field);
  if (field.name == "map_value") return read_map(field);
  if (field.name == "object_value") return read_object(field);
  return std::nullopt;
}

// Equal, of one kind, and NaN is NaN.
bool same(const Value& a, const Value& b) {
  if (lang::cel::kind_of(a) != lang::cel::kind_of(b)) return false;
  if (a.kind() == base::Kind::real && std::isnan(a.as_double())) return std::isnan(b.as_double());
  if (!a.is_list() || a.as_list().size() != b.as_list().size()) return a == b;
  for (size_t i = 0; i < a.as_list().size(); ++i) {
    if (!same(a.as_list()[i], b.as_list()[i])) return false;
  }
  return true;
}

// Whether the case speaks of protobuf messages, enums or wrappers.
bool needs_protobuf(const Field& test) {
  const std::string_view expression = test.text_of("expr");
  if (test.text_of("container").starts_with("cel.expr.conformance.proto")) return true;
  if (expression.contains("TestAllTypes") || expression.contains("cel.expr.conformance"))
    return true;
  for (std::string_view word : {"Value{", "Any{", "Struct{", "Duration{", "Timestamp{"}) {
    if (expression.contains(word)) return true;
  }
  return false;
}

struct Outcome {
  enum Kind { passed, failed, skipped } kind;
  std::string why;
};

// Names in a container are known without it too.
std::string without_container(const Field& test, std::string_view name) {
  const std::string prefix = std::string(test.text_of("container")) + ".";
  return std::string(name.starts_with(prefix) && prefix != "." ? name.substr(prefix.size()) : name);
}

Outcome judge(const Field& test, const base::Result<Value>& actual) {
  if (test.find("eval_error")) {
    if (!actual) return {Outcome::passed, ""};
    return {Outcome::failed, "an error was expected"};
  }
  const Field* wanted = test.find("value");
  if (!actual) return {Outcome::failed, actual.error().text};
  if (!wanted) {
    const bool holds = actual->is_bool() && actual->as_bool();
    return {holds ? Outcome::passed : Outcome::failed, "true was expected"};
  }
  const auto value = read_value(wanted->fields[0]);
  if (!value) return {Outcome::skipped, ""};
  return {same(*actual, *value) ? Outcome::passed : Outcome::failed, "another value"};
}

Outcome play(const Field& test) {
  if (needs_protobuf(test)) return {Outcome::skipped, ""};
  lang::Names names;
  std::vector<Value> slots;
  for (const Field& binding : test.fields) {
    if (binding.name != "bindings") continue;
    const Field* value = binding.find("value")->find("value");
    auto read = value ? read_value(value->fields[0]) : std::nullopt;
    if (!read) return {Outcome::skipped, ""};
    names.declare(without_container(test, binding.text_of("key")));
    slots.push_back(*std::move(read));
  }
  const bool check = test.text_of("disable_check") != "true";
  const std::string expression(test.text_of("expr"));
  auto program = lang::cel::compile(expression, names, {.check = check});
  if (!program) {
    base::Error error;
    error.text = program.error().message;
    return judge(test, std::unexpected(std::move(error)));
  }
  return judge(test, program->evaluate(lang::Context{.slots = slots}));
}

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// "file/section/case: reason", a line each; "#" begins a comment.
std::map<std::string, std::string> read_known(const std::filesystem::path& path) {
  std::map<std::string, std::string> known;
  std::istringstream in(slurp(path));
  for (std::string line; std::getline(in, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with('#') || colon == std::string::npos) continue;
    known[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return known;
}

struct Counts {
  int passed = 0, failed = 0, skipped = 0, wrong = 0;
};

void play_case(const std::string& name, const Field& test,
               std::map<std::string, std::string>& known, Counts& counts) {
  const Outcome outcome = play(test);
  const bool listed = known.erase(name) > 0;
  if (outcome.kind == Outcome::skipped) {
    ++counts.skipped;
    return;
  }
  const bool passed = outcome.kind == Outcome::passed;
  ++(passed ? counts.passed : counts.failed);
  if (passed != listed) return;
  ++counts.wrong;
  if (passed) {
    fmt::print("{}: passes, but is listed as known; remove it from the list\n", name);
  } else {
    fmt::print("{}: {}: {}\n", name, test.text_of("expr"), outcome.why);
  }
}

Counts play_file(const std::filesystem::path& folder, std::string_view file,
                 std::map<std::string, std::string>& known) {
  Counts counts;
  for (const Field& section :
       conformance::read_textproto(slurp(folder / fmt::format("{}.textproto", file)))) {
    if (section.name != "section") continue;
    for (const Field& test : section.fields) {
      if (test.name != "test") continue;
      play_case(fmt::format("{}/{}/{}", file, section.text_of("name"), test.text_of("name")), test,
                known, counts);
    }
  }
  fmt::print("{:14} {} of {}", file, counts.passed, counts.passed + counts.failed);
  if (counts.skipped > 0) fmt::print(", {} need protobuf messages", counts.skipped);
  fmt::print("\n");
  return counts;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    fmt::print(stderr, "usage: cel_conformance FOLDER KNOWN\n");
    return 2;
  }
  auto known = read_known(arguments[2]);
  Counts all;
  for (std::string_view file : kFiles) {
    const Counts counts = play_file(arguments[1], file, known);
    all.passed += counts.passed;
    all.failed += counts.failed;
    all.skipped += counts.skipped;
    all.wrong += counts.wrong;
  }
  for (const auto& [name, reason] : known) {
    fmt::print("{}: is listed as known, but there is no such case\n", name);
    ++all.wrong;
  }
  fmt::print("{} of {} cases without protobuf messages ({:.1f} %)\n", all.passed,
             all.passed + all.failed, 100.0 * all.passed / std::max(all.passed + all.failed, 1));
  fmt::print("{} passed, {} failed, {} skipped\n", all.passed, all.wrong, all.skipped);
  return all.wrong == 0 ? 0 : 1;
}
