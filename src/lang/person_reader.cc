#include "lang/person_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "lang/headers.h"
#include "lang/named.h"

namespace peregrine::lang {

namespace {

class PersonReader {
 public:
  explicit PersonReader(StepReader& steps)
      : steps_(steps),
        system_(steps.compilation().system),
        plan_(steps.compilation().plan),
        diagnostics_(steps.compilation().diagnostics) {}

  void read(const Node* node) {
    if (!node) {
      for (const ActorSpec& actor : system_.actors) cast(actor.name, actor, nullptr);
    } else if (check_map(*node, "`actors`", diagnostics_)) {
      for (const auto& [key, value] : node->entries) read_one(key, value);
    }
    // All are known before what they say is read: one may speak of another.
    for (size_t i = 0; i < plan_.persons.size(); ++i) compile(i);
  }

 private:
  struct Cast {
    const ActorSpec* actor;
    const Node* data;  // that the journey adds, or null
  };

  // `anna: owner`, or `ben: { is: customer, email: … }`.
  void read_one(const Node& key, const Node& value) {
    const bool map = value.kind == Node::Kind::map;
    const Node* is = map ? value.find("is") : &value;
    if (!is) {
      diagnostics_.add(value.at, fmt::format("`{}` needs `is:`", key.text),
                       "it says which actor of system.yaml this is");
      return;
    }
    const std::string kind = read_text(*is, "an actor", diagnostics_);
    const ActorSpec* actor = find_named(system_.actors, kind);
    if (!actor && !kind.empty()) {
      diagnostics_.add(is->at, fmt::format("there is no actor `{}` in system.yaml", kind),
                       system_.actors.empty() ? "name one under `actors:` there"
                                              : suggestion(kind, names_of(system_.actors)));
    }
    if (!actor) return;
    if (key.text == "nobody") {
      diagnostics_.add(key.at, "`nobody` is who has no name", "choose another name");
      return;
    }
    const size_t before = diagnostics_.size();
    steps_.check_name(key);
    if (diagnostics_.size() == before) cast(key.text, *actor, map ? &value : nullptr);
  }

  void cast(const std::string& name, const ActorSpec& actor, const Node* data) {
    Person person;
    person.name = name;
    person.slot = steps_.names().declare(name);
    steps_.names().add_person(person.slot);
    plan_.persons.push_back(std::move(person));
    cast_.push_back({&actor, data});
  }

  void compile(size_t index) {
    const auto [actor, added] = cast_[index];
    steps_.set_person(index);
    Person& person = plan_.persons[index];
    if (actor->data) read_data(*actor->data, person);
    if (added) read_data(*added, person);
    if (actor->headers) {
      person.headers = compile_headers(*actor->headers, steps_.names(), diagnostics_);
    }
    if (actor->login) person.login = steps_.read_steps(*actor->login, "login");
    if (actor->expires) {
      person.expires = steps_.read_expression(*actor->expires, "expires", StepReader::Needs::value);
    }
    steps_.set_person(std::nullopt);
  }

  void read_data(const Node& node, Person& person) {
    for (const auto& [key, value] : node.entries) {
      if (key.text == "is") continue;
      if (!is_identifier(key.text)) {
        diagnostics_.add(key.at, fmt::format("`{}` cannot be a name", key.text),
                         std::string(kIdentifierRule));
        continue;
      }
      steps_.names().add_member(person.slot, key.text);
      Shape shape = Shape::compile(value, steps_.names(), diagnostics_);
      const auto same = std::ranges::find(person.data, key.text, &Datum::name);
      if (same != person.data.end()) {
        same->value = std::move(shape);
      } else {
        person.data.push_back({person.slot, key.text, key.at, std::move(shape)});
      }
    }
  }

  StepReader& steps_;
  const SystemSpec& system_;
  Plan& plan_;
  Diagnostics& diagnostics_;
  std::vector<Cast> cast_;
};

}  // namespace

void read_persons(const Node* node, StepReader& steps) { PersonReader(steps).read(node); }

}  // namespace peregrine::lang
