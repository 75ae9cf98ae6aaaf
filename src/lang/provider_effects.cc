// `do` and `let`: what happens to a provider's objects, and names for values.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lang/bare_expression.h"
#include "lang/named.h"
#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

constexpr std::array<std::string_view, 4> kEffects = {"create", "update", "delete", "send"};

class EffectReader {
 public:
  EffectReader(Scope& scope, ProviderReader& reader)
      : scope_(scope), reader_(reader), diagnostics_(reader.diagnostics) {}

  std::optional<Effect> read(const Node& node) {
    if (node.kind != Node::Kind::map) {
      diagnostics_.add(node.at, fmt::format("an effect is a map, this is {}", node.describe()),
                       "write it as { update: pi, with: { status: succeeded } }");
      return std::nullopt;
    }
    const Node::Entry* entry = find_effect(node);
    if (!entry) return std::nullopt;
    const std::string& kind = entry->key.text;
    const std::string what = fmt::format("`{}`", kind);
    const Fields keys(node, what, diagnostics_, known_keys(kind));
    std::optional<Expression> when;
    if (const Node* condition = keys["when"]) {
      when = compile_bare(*condition, "when", "pi.amount > 0", scope_.names, diagnostics_);
    }
    Effect effect{.at = node.at, .does = {}, .when = std::move(when)};
    if (kind == "create") return read_create(entry->value, keys, std::move(effect));
    if (kind == "update") return read_update(entry->value, keys, std::move(effect));
    if (kind == "delete") return read_delete(entry->value, std::move(effect));
    return read_send(entry->value, keys, std::move(effect));
  }

 private:
  static std::vector<std::string_view> known_keys(std::string_view kind) {
    if (kind == "create") return {"create", "with", "as", "when"};
    if (kind == "update") return {"update", "with", "when"};
    if (kind == "delete") return {"delete", "when"};
    return {"send", "with", "to", "when"};
  }

  const Node::Entry* find_effect(const Node& node) {
    const Node::Entry* chosen = nullptr;
    for (const Node::Entry& entry : node.entries) {
      if (std::ranges::find(kEffects, entry.key.text) == kEffects.end()) continue;
      if (chosen) {
        diagnostics_.add(entry.key.at,
                         fmt::format("an effect is one of a kind; this has `{}` and `{}`",
                                     chosen->key.text, entry.key.text),
                         "make two effects of it");
        return nullptr;
      }
      chosen = &entry;
    }
    if (chosen) return chosen;
    for (const Node::Entry& entry : node.entries) {
      const auto near = base::nearest(entry.key.text, kEffects);
      if (!near) continue;
      diagnostics_.add(entry.key.at, fmt::format("unknown effect `{}`", entry.key.text),
                       fmt::format("did you mean `{}`?", *near));
      return nullptr;
    }
    diagnostics_.add(node.at, "nothing says what this effect does",
                     fmt::format("one of its keys is {}", base::alternatives(kEffects)));
    return nullptr;
  }

  std::optional<Effect> read_create(const Node& node, const Fields& keys, Effect effect) {
    const auto resource = reader_.spec.find_resource(node.text);
    if (!resource || node.kind != Node::Kind::scalar) {
      diagnostics_.add(node.at, fmt::format("there is no resource {}", node.describe()),
                       suggestion(node.text, reader_.spec.resource_names()));
      declare_unknown(keys["as"]);
      return std::nullopt;
    }
    CreateEffect create{.resource = *resource, .with = {}, .as = std::nullopt};
    if (const Node* with = keys["with"]) {
      create.with = read_with(*with, *resource, true);
      if (with->kind == Node::Kind::map) check_complete(*with, *resource);
    } else {
      create.with = Shape{std::vector<Shape::Entry>{}};
      check_complete(node, *resource);
    }
    if (const Node* as = keys["as"]) {
      if (check_new_name(*as, "an object", scope_.names, diagnostics_)) {
        create.as = scope_.declare(as->text, Holds{*resource});
      }
    }
    effect.does = std::move(create);
    return effect;
  }

  // The name of what cannot be created, so that its uses are not told too.
  void declare_unknown(const Node* as) {
    if (as && is_identifier(as->text)) scope_.declare(as->text);
  }

  std::optional<Effect> read_update(const Node& node, const Fields& keys, Effect effect) {
    auto [object, resource] = read_object(node, "update");
    const Node* with = keys.required("with", "it says what changes: with: { status: paid }");
    if (!object || !with) return std::nullopt;
    Shape shape = read_with(*with, resource, false);
    effect.does = UpdateEffect{*std::move(object), resource, std::move(shape)};
    return effect;
  }

  std::optional<Effect> read_delete(const Node& node, Effect effect) {
    auto [object, resource] = read_object(node, "delete");
    if (!object) return std::nullopt;
    effect.does = DeleteEffect{*std::move(object), resource};
    return effect;
  }

  std::optional<Effect> read_send(const Node& node, const Fields& keys, Effect effect) {
    SendEffect send{compile_text(node, "an event", "write its name: send: invoice.paid",
                                 scope_.names, diagnostics_),
                    Shape{Template::of(base::Value())}, std::nullopt};
    if (const Node* with = keys["with"]) {
      send.data = Shape::compile(*with, scope_.names, diagnostics_);
    }
    if (const Node* to = keys["to"]) {
      send.to = compile_text(*to, "`to`", "write a URL, as in to: \"${bots[0].url}\"", scope_.names,
                             diagnostics_);
    }
    effect.does = std::move(send);
    return effect;
  }

  // The object that is changed or deleted, and its resource where that can be told.
  std::pair<std::optional<Expression>, std::optional<size_t>> read_object(const Node& node,
                                                                          std::string_view key) {
    auto object = compile_bare(node, key, "pi", scope_.names, diagnostics_);
    if (!object) return {};
    const auto holds = scope_.holds_of(node.text);
    if (holds && holds->list) {
      diagnostics_.add(
          node.at, fmt::format("`{}` takes one object, `{}` is a list", key, node.text),
          is_identifier(node.text) ? fmt::format("choose one: {0}[0], or find({0}, id)", node.text)
                                   : "choose one of it: [0] for the first");
    } else if (object->constant()) {
      diagnostics_.add(node.at, fmt::format("`{}` takes an object, {} is none", key, node.text),
                       "name one that was created or found");
    }
    if (!holds) return {std::move(object), std::nullopt};
    return {std::move(object), holds->resource};
  }

  // The fields of an object: a map, or an expression that gives one.
  Shape read_with(const Node& node, std::optional<size_t> resource, bool creates) {
    const bool expression = node.kind == Node::Kind::scalar && node.text.starts_with("${");
    if (node.kind != Node::Kind::map && !expression) {
      diagnostics_.add(node.at,
                       fmt::format("`with` is a map of fields, this is {}", node.describe()),
                       "write it as with: { status: paid }, or with: \"${form}\"");
      return Shape{};
    }
    if (expression || !resource) note_unknown(resource);
    if (resource) {
      for (const auto& [key, value] : node.entries) read_field(key, value, *resource, creates);
    }
    return Shape::compile(node, scope_.names, diagnostics_);
  }

  // Objects of this resource, or of any, are given what cannot be told from the file.
  void note_unknown(std::optional<size_t> resource) {
    for (size_t i = 0; i < reader_.dynamic.size(); ++i) {
      if (!resource || *resource == i) reader_.dynamic[i] = true;
    }
  }

  void read_field(const Node& key, const Node& value, size_t index, bool creates) {
    const Resource& resource = reader_.spec.resources[index];
    if (key.text == "id" && creates) return;
    const auto field = resource.find_field(key.text);
    if (!field) {
      diagnostics_.add(key.at,
                       key.text == "id"
                           ? "an object's `id` never changes"
                           : fmt::format("`{}` has no field `{}`", resource.name, key.text),
                       key.text == "id" ? "delete it and create another"
                                        : suggestion(key.text, names_of(resource.fields)));
      return;
    }
    Assigned assigned{index, *field, std::nullopt, value.at, creates};
    if (value.kind == Node::Kind::scalar && !value.text.contains("${")) assigned.value = value.text;
    reader_.assigned.push_back(std::move(assigned));
    check_given(value, resource.fields[*field]);
  }

  // A literal for a field of a known kind.
  void check_given(const Node& value, const Field& field) {
    const auto* kind = std::get_if<GivenKind>(&field.value);
    if (!kind || kind->names.size() != 1 || !kind->references.empty()) return;
    if (value.kind == Node::Kind::scalar && value.text.contains("${")) return;
    const std::string& wanted = kind->names[0];
    const bool list = value.kind == Node::Kind::list, map = value.kind == Node::Kind::map;
    bool fits = true;
    if (wanted == "list") fits = list;
    if (wanted == "map") fits = map;
    if (wanted == "int" || wanted == "number" || wanted == "float") {
      Node plain = value;
      plain.quoted = false;  // "12" is converted
      fits = !list && !map && scalar_value(plain).is_number();
    }
    if (wanted == "bool") fits = value.text == "true" || value.text == "false";
    if (wanted == "text") fits = !list && !map;
    if (value.kind == Node::Kind::null) fits = kind->optional;
    if (fits) return;
    diagnostics_.add(value.at,
                     fmt::format("`{}` is {}, not <{}>", field.name, value.describe(), wanted),
                     fmt::format("give it what `fields` says: <{}>", wanted));
  }

  // What must be given, and is not. `with` is where it would be.
  void check_complete(const Node& with, size_t index) {
    const Resource& resource = reader_.spec.resources[index];
    for (const Field& field : resource.fields) {
      const auto* kind = std::get_if<GivenKind>(&field.value);
      if (!kind || kind->optional || with.find(field.name)) continue;
      diagnostics_.add(
          with.at,
          fmt::format("`{}` is not given, and every one of `{}` needs it", field.name,
                      resource.name),
          fmt::format("write it under `with`, or make it <…|none> in line {}", field.at.line));
    }
  }

  Scope& scope_;
  ProviderReader& reader_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<Effect> read_effects(const Node& node, Scope& scope, ProviderReader& reader) {
  std::vector<Effect> effects;
  if (node.kind != Node::Kind::list) {
    reader.diagnostics.add(node.at,
                           fmt::format("`do` is a list of effects, this is {}", node.describe()),
                           "each begins with `- `, as in `- { create: customers, as: c }`");
    return effects;
  }
  if (!check_count(node, node.items.size(), kMostEffects, "effects", reader.diagnostics))
    return effects;
  for (const Node& item : node.items) {
    if (const Node* as = item.find("as")) scope.names.announce(as->text, as->at.line);
  }
  for (const Node& item : node.items) {
    if (auto effect = EffectReader(scope, reader).read(item)) effects.push_back(*std::move(effect));
  }
  return effects;
}

std::vector<Let> read_lets(const Node& node, Scope& scope, ProviderReader& reader) {
  std::vector<Let> lets;
  if (!check_map(node, "`let`", reader.diagnostics)) return lets;
  if (!check_count(node, node.entries.size(), kMostLets, "values", reader.diagnostics)) return lets;
  const ProviderSpec& spec = reader.spec;
  for (const auto& [key, value] : node.entries) scope.names.announce(key.text, key.at.line);
  for (const auto& [key, value] : node.entries) {
    const bool good = check_new_name(key, "a value", scope.names, reader.diagnostics);
    auto expression =
        compile_bare(value, key.text, "find(customers, path.id)", scope.names, reader.diagnostics);
    if (!good) continue;
    const auto holds = expression ? scope.holds_of(value.text) : std::nullopt;
    const Slot slot = holds ? scope.declare(key.text, *holds) : scope.declare(key.text);
    if (!expression) continue;
    bool live = false;
    for (size_t i = 0; i < spec.resources.size(); ++i) {
      live = live || expression->reads(spec.slots.resources + i);
    }
    for (const Let& let : lets) live = live || (let.live && expression->reads(let.slot));
    lets.push_back({slot, key.text, key.at, *std::move(expression), live});
  }
  return lets;
}

}  // namespace peregrine::lang
