#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/bare_expression.h"
#include "lang/named.h"
#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

// Names that expressions know beside the resources and the parts of a request, somewhere in a
// provider.
constexpr std::string_view kWords[] = {"page", "data", "event", "env"};

class ResourceReader {
 public:
  ResourceReader(size_t index, ProviderReader& reader)
      : index_(index),
        reader_(reader),
        diagnostics_(reader.diagnostics),
        resource_(reader.spec.resources[index]),
        scope_(reader.base) {
    resource_.self = scope_.declare("this", Holds{index});
  }

  void read_values(const Node& node) {
    const Fields keys(node, "a resource", diagnostics_,
                      {"id", "fields", "states", "unique", "at", "do"});
    if (const Node* id = keys.required("id", "it says how ids are made: id: cus_${text(14)}")) {
      resource_.id =
          compile_text(*id, "`id`", "write it as id: cus_${text(14)}", scope_.names, diagnostics_);
    }
    if (const Node* fields = keys["fields"]) read_fields(*fields, keys["id"]);
  }

  // What may speak of other resources' fields.
  void read_behaviour(const Node& node) {
    Diagnostics told;  // by read_values()
    const Fields keys(node, "a resource", told, {});
    if (const Node* states = keys["states"]) read_states(*states, index_, reader_);
    if (const Node* unique = keys["unique"]) read_unique(*unique);
    read_due(keys);
    resource_.slots = scope_.names.size();
  }

 private:
  void read_fields(const Node& node, const Node* id) {
    if (!check_map(node, "`fields`", diagnostics_)) return;
    for (Field& field : resource_.fields) {
      field.value = read_field_value(*node.find(field.name), scope_.names, reader_);
    }
    check_defaults(node, id, reader_);
  }

  // One map, or a list of them.
  void read_unique(const Node& node) {
    if (node.kind != Node::Kind::list) return read_one_unique(node);
    for (const Node& item : node.items) read_one_unique(item);
  }

  void read_one_unique(const Node& node) {
    const Fields keys(node, "`unique`", diagnostics_, {"fields", "else"});
    Unique unique{.fields = {}, .at = node.at, .otherwise = nullptr};
    if (const Node* fields = keys.required("fields", "they are a list: fields: [email]")) {
      for (const Node& item : fields->items) add_field(item, unique);
      if (fields->items.empty()) read_texts(*fields, "`fields` of `unique`", diagnostics_);
    }
    if (const Node* otherwise = keys.required("else", "it names the reply to one too many")) {
      unique.otherwise = read_common_reply(*otherwise, "`unique`", reader_);
    }
    resource_.unique.push_back(std::move(unique));
  }

  void add_field(const Node& item, Unique& unique) {
    if (const auto field = resource_.find_field(item.text)) {
      unique.fields.push_back(*field);
    } else {
      diagnostics_.add(item.at,
                       fmt::format("`{}` has no field {}", resource_.name, item.describe()),
                       suggestion(item.text, names_of(resource_.fields)));
    }
  }

  // `at` and `do`: when an object acts by itself, and what it does then.
  void read_due(const Fields& keys) {
    const Node* at = keys["at"];
    const Node* effects = keys["do"];
    if (at && !effects) {
      diagnostics_.add(at->at, "`at` says when an object acts, and nothing says what it does",
                       "write the effects under `do:`");
    } else if (effects && !at) {
      diagnostics_.add(effects->at, "`do` says what an object does, and nothing says when",
                       "write `at:` and a field that holds an instant");
    }
    if (at) read_at(*at);
    if (effects) resource_.effects = read_effects(*effects, scope_, reader_);
  }

  // The name of a field alone stands for `this.field`.
  void read_at(const Node& node) {
    if (node.kind == Node::Kind::scalar && resource_.find_field(node.text)) {
      resource_.due = compile_expression("this." + node.text, node, 0, scope_.names, diagnostics_);
      return;
    }
    if (is_identifier(node.text) && !scope_.names.find(node.text)) {
      diagnostics_.add(node.at, fmt::format("`{}` has no field `{}`", resource_.name, node.text),
                       suggestion(node.text, names_of(resource_.fields)));
      return;
    }
    resource_.due = compile_bare(node, "at", "ends", scope_.names, diagnostics_);
  }

  size_t index_;
  ProviderReader& reader_;
  Diagnostics& diagnostics_;
  Resource& resource_;
  Scope scope_;
};

void declare_fields(const Node& node, Resource& resource, ProviderReader& reader) {
  if (!check_count(node, node.entries.size(), kMostFields, "fields", reader.diagnostics)) return;
  for (const auto& [key, value] : node.entries) {
    if (key.text == "id") {
      reader.diagnostics.add(key.at, "every object has an `id`, which is no field",
                             "say how it is made by `id:` beside `fields:`");
      continue;
    }
    resource.fields.push_back({key.text, key.at, Shape{}});
  }
}

}  // namespace

void declare_resources(const Node& node, ProviderReader& reader) {
  if (!check_map(node, "`resources`", reader.diagnostics)) return;
  if (!check_count(node, node.entries.size(), kMostResources, "resources", reader.diagnostics))
    return;
  auto members = std::make_shared<std::vector<std::vector<std::string>>>();
  for (const auto& [key, value] : node.entries) {
    Resource resource;
    resource.name = key.text;
    resource.at = key.at;
    if (const Node* fields = value.find("fields")) declare_fields(*fields, resource, reader);
    std::vector<std::string> known = {"id"};
    for (const Field& field : resource.fields) known.push_back(field.name);
    members->push_back(std::move(known));
    reader.spec.resources.push_back(std::move(resource));
  }
  reader.base.members = members;
  reader.dynamic.resize(reader.spec.resources.size());
  Names taken = reader.base.names;
  for (std::string_view part : kRequestParts) taken.declare(part);
  for (std::string_view word : kWords) taken.declare(word);
  for (size_t i = 0; i < node.entries.size(); ++i) {
    const Node& key = node.entries[i].key;
    const bool good = check_new_name(key, "a resource", taken, reader.diagnostics);
    // Each has its slot, whatever is wrong with its name.
    reader.base.declare(good ? key.text : fmt::format("resource {}", i), Holds{i, true});
  }
}

void read_resources(const Node& node, ProviderReader& reader) {
  std::vector<ResourceReader> readers;
  for (size_t i = 0; i < reader.spec.resources.size(); ++i) readers.emplace_back(i, reader);
  for (size_t i = 0; i < readers.size(); ++i) readers[i].read_values(node.entries[i].value);
  for (size_t i = 0; i < readers.size(); ++i) readers[i].read_behaviour(node.entries[i].value);
}

}  // namespace peregrine::lang
