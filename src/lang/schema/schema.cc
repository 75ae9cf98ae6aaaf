#include "lang/schema/schema.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/check.h"
#include "base/json.h"
#include "base/value.h"
#include "lang/schema/keys.h"

namespace peregrine::lang {

using base::List;
using base::Map;
using base::Value;

namespace {

constexpr std::array<std::string_view, 5> kKinds = {"system", "journey", "part", "replay",
                                                    "provider"};

// A map that is put together.
class Object {
 public:
  Object& set(std::string_view key, Value value) {
    entries_.emplace_back(key, std::move(value));
    return *this;
  }
  operator Value() const { return Map(entries_); }  // NOLINT: as an initializer would do

 private:
  std::vector<Map::Entry> entries_;
};

std::string definition_name(std::string_view type) {
  std::string name(type);
  std::ranges::replace(name, ' ', '_');
  return name;
}

// The choices of a type: "{x|y}|null" is "{x|y}" and "null".
std::vector<std::string_view> choices_of(std::string_view type) {
  std::vector<std::string_view> choices;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i < type.size(); ++i) {
    if (type[i] == '[' || type[i] == '{') ++depth;
    if (type[i] == ']' || type[i] == '}') --depth;
    if (type[i] != '|' || depth > 0) continue;
    choices.push_back(type.substr(begin, i - begin));
    begin = i + 1;
  }
  choices.push_back(type.substr(begin));
  return choices;
}

Value to_schema(std::string_view type) {
  const std::vector<std::string_view> choices = choices_of(type);
  if (choices.size() > 1) {
    List schemas;
    for (std::string_view choice : choices) schemas.push_back(to_schema(choice));
    return Map{{"anyOf", std::move(schemas)}};
  }
  if (type.starts_with('[')) {
    return Map{{"type", "array"}, {"items", to_schema(type.substr(1, type.size() - 2))}};
  }
  if (type.starts_with('{')) {
    return Map{{"type", "object"},
               {"additionalProperties", to_schema(type.substr(1, type.size() - 2))}};
  }
  if (type == "null" || type == "number") return Map{{"type", type}};
  return Map{{"$ref", "#/$defs/" + definition_name(type)}};
}

Value key_schema(const Key& key) {
  Object schema;
  schema.set("description", key.description);
  for (const auto& [name, value] : to_schema(key.type).as_map()) schema.set(name, value);
  return schema;
}

Value properties(const std::vector<Key>& keys) {
  Object all;
  for (const Key& key : keys) all.set(key.name, key_schema(key));
  return all;
}

// That one of these keys is there.
List one_of(const std::vector<std::string_view>& keys) {
  List choices;
  for (std::string_view key : keys) choices.push_back(Map{{"required", List{key}}});
  return choices;
}

Value to_schema(const MapType& type) {
  Object schema;
  schema.set("description", type.description).set("type", "object");
  schema.set("properties", properties(type.keys));
  schema.set("additionalProperties", type.others.empty() ? Value(false) : to_schema(type.others));
  List required;
  for (const Key& key : type.keys) {
    if (key.required) required.emplace_back(key.name);
  }
  if (!required.empty()) schema.set("required", std::move(required));
  if (!type.one_of_these.empty()) schema.set("anyOf", one_of(type.one_of_these));
  return schema;
}

// What a step with this verb may have: its own keys, the common ones that make sense for it.
std::vector<std::string_view> keys_of(const VerbType& verb) {
  std::vector<std::string_view> keys = {verb.name, "step", "as", "when", "skip", "expect", "save"};
  if (verb.kind != VerbType::block) keys.insert(keys.end(), {"lost", "times", "timeout"});
  if (verb.kind == VerbType::reads) keys.insert(keys.end(), {"within", "stays"});
  keys.insert(keys.end(), verb.keys.begin(), verb.keys.end());
  return keys;
}

Value names(const std::vector<std::string_view>& keys) {
  return Map{{"enum", List(keys.begin(), keys.end())}};
}

Value expectation_of(const VerbType& verb) {
  std::vector<Map::Entry> seen;
  for (std::string_view name : verb.sees) {
    seen.emplace_back(name, Map{{"$ref", "#/$defs/expectation"}});
  }
  return Map{
      {"type", "object"}, {"properties", Map(std::move(seen))}, {"additionalProperties", false}};
}

// if it has the verb, then it has only such keys.
Value rule_of(const VerbType& verb) {
  Object then;
  then.set("propertyNames", names(keys_of(verb)));
  if (!verb.sees.empty()) {
    const Value seen = expectation_of(verb);
    then.set("properties", Map{{"expect", seen}, {"lost", seen}});
  }
  return Map{{"if", Map{{"required", List{verb.name}}}}, {"then", then}};
}

// Without a verb of the language it is the action of a provider, whose name is a key like another:
// any that means nothing else in a step.
Value rule_of_provider(const std::vector<VerbType>& verbs) {
  const std::vector<std::string_view> common = {"step", "as",   "when",  "skip",    "expect",
                                                "lost", "save", "times", "timeout", "with"};
  std::vector<std::string_view> known;
  for (const VerbType& verb : verbs) known.push_back(verb.name);
  std::vector<std::string_view> of_verbs;
  for (const Key& key : step_keys()) {
    if (std::ranges::find(common, key.name) == common.end()) of_verbs.push_back(key.name);
  }
  const Value an_action = Map{{"propertyNames", Map{{"not", names(of_verbs)}}},
                              {"not", Map{{"propertyNames", names(common)}}}};
  return Map{{"if", Map{{"not", Map{{"anyOf", one_of(known)}}}}}, {"then", an_action}};
}

Value step_schema() {
  const std::vector<VerbType> verbs = verb_types();
  Object all;
  List rules;
  std::set<std::string_view> there;
  for (const VerbType& verb : verbs) {
    there.insert(verb.name);
    all.set(verb.name, key_schema({verb.name, verb.type, verb.description}));
    rules.push_back(rule_of(verb));
  }
  for (const Key& key : step_keys()) {
    if (there.insert(key.name).second) all.set(key.name, key_schema(key));
  }
  rules.push_back(rule_of_provider(verbs));
  return Object()
      .set("description", "A step: one verb, and what must be true")
      .set("type", "object")
      .set("properties", all)
      .set("additionalProperties",
           Map{{"description", "The action of a provider"}, {"type", "string"}})
      .set("allOf", std::move(rules));
}

using Definitions = std::map<std::string, Value>;

Definitions make_definitions() {
  Definitions all;
  for (const SimpleType& type : simple_types()) {
    auto schema = base::parse_json(type.json);
    base::check(schema.has_value(), "a simple type is JSON");
    all[definition_name(type.name)] = *std::move(schema);
  }
  for (const auto& types : {system_types(), journey_types(), provider_types()}) {
    for (const MapType& type : types) all[definition_name(type.name)] = to_schema(type);
  }
  all["step"] = step_schema();
  return all;
}

// Adds the definitions that a schema needs, and those that they need.
void collect(const Value& schema, const Definitions& all, Definitions& needed) {
  constexpr std::string_view kPrefix = "#/$defs/";
  if (schema.is_list()) {
    for (const Value& item : schema.as_list()) collect(item, all, needed);
  }
  if (!schema.is_map()) return;
  for (const auto& [key, value] : schema.as_map()) {
    collect(value, all, needed);
    if (key != "$ref" || !value.is_text()) continue;
    const std::string name = value.as_text().substr(kPrefix.size());
    const auto found = all.find(name);
    base::check(found != all.end(), "every definition that is referred to exists");
    if (needed.emplace(name, found->second).second) collect(found->second, all, needed);
  }
}

// Which kind a file is its first key says; a file without any of them is none.
Value schema_of_any() {
  List rules;
  for (std::string_view kind : kKinds) {
    rules.push_back(Map{{"if", Map{{"required", List{kind}}}}, {"then", to_schema(kind)}});
  }
  return Map{{"type", "object"},
             {"anyOf", one_of({kKinds.begin(), kKinds.end()})},
             {"allOf", std::move(rules)}};
}

}  // namespace

std::span<const std::string_view> schema_kinds() { return kKinds; }

std::string json_schema(std::string_view kind) {
  const Definitions all = make_definitions();
  const Value body = kind.empty() ? schema_of_any() : all.at(std::string(kind));
  Definitions needed;
  collect(body, all, needed);
  Object schema;
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema");
  schema.set("title", kind.empty() ? "A file of Peregrine" : fmt::format("Peregrine: a {}", kind));
  for (const auto& [key, value] : body.as_map()) schema.set(key, value);
  schema.set("$defs", Map(std::vector<Map::Entry>(needed.begin(), needed.end())));
  return base::to_json_pretty(schema) + "\n";
}

}  // namespace peregrine::lang
