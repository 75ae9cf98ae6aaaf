#include "lang/system_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "lang/fields.h"
#include "lang/verbs.h"

namespace peregrine::lang {

namespace {

class SystemReader {
 public:
  SystemReader(std::shared_ptr<const Source> source, Diagnostics& diagnostics)
      : source_(std::move(source)), diagnostics_(diagnostics) {}

  SystemSpec read(const Node& root) {
    SystemSpec spec;
    spec.source = source_;
    const Fields fields(
        root, "a system", diagnostics_, {"system", "services", "databases"},
        {"zone", "clock", "providers", "actors", "invariants", "environments", "loads"});
    if (const Node* name = fields.required("system", "begin it with `system: name`")) {
      spec.name = read_text(*name, "a system's name", diagnostics_);
    }
    spec.wiring.env = names_.declare("env");
    spec.wiring.host = names_.declare("host");
    spec.wiring.port = names_.declare("port");
    if (const Node* databases = fields["databases"]) read_databases(*databases, spec);
    if (const Node* services = fields["services"]) read_services(*services, spec);
    spec.wiring.slots = names_.size();
    return spec;
  }

 private:
  void read_databases(const Node& node, SystemSpec& spec) {
    if (!check_map(node, "`databases`", diagnostics_)) return;
    for (const auto& [key, value] : node.entries) {
      if (!check_name(key, "database")) continue;
      DatabaseSpec database;
      database.name = key.text;
      database.at = key.at;
      const Fields fields(value, "a database", diagnostics_, {"kind", "schema", "seed"},
                          {"prepare"});
      const Node* kind = fields["kind"];
      const std::string kind_name = kind ? read_text(*kind, "`kind`", diagnostics_) : key.text;
      if (!kind_name.empty() && kind_name != "postgres") {
        diagnostics_.add(kind ? kind->at : key.at,
                         fmt::format("there is no kind of database `{}` yet", kind_name),
                         "`postgres` is the one that this version starts; "
                         "write `kind: postgres` for another name");
      }
      if (const Node* schema = fields["schema"]) database.schema = read_path(*schema, "`schema`");
      if (const Node* seed = fields["seed"]) database.seed = read_path(*seed, "`seed`");
      spec.wiring.databases.push_back(names_.declare(database.name));
      spec.databases.push_back(std::move(database));
    }
  }

  void read_services(const Node& node, SystemSpec& spec) {
    if (!check_map(node, "`services`", diagnostics_)) return;
    for (const auto& [key, value] : node.entries) {
      if (!check_name(key, "service")) continue;
      spec.services.push_back(read_service(key, value));
    }
    if (node.kind == Node::Kind::map && node.entries.size() > 1) {
      diagnostics_.add(node.entries[1].key.at, "more than one service cannot be started yet",
                       "it is part of the language; leave one for now");
    }
  }

  ServiceSpec read_service(const Node& key, const Node& value) {
    ServiceSpec service;
    service.name = key.text;
    service.at = key.at;
    const Fields fields(value, "a service", diagnostics_, {"run", "ready", "env"},
                        {"url", "compose", "headers", "restart"});
    const Node* run = fields.required("run", "it is the command that starts it");
    if (run && !read_text(*run, "`run`", diagnostics_).empty()) {
      service.run = Template::compile(*run, names_, diagnostics_);
    }
    if (const Node* ready = fields["ready"]) read_ready(*ready, service);
    if (const Node* environment = fields["env"]) {
      check_map(*environment, "`env`", diagnostics_);
      for (const auto& [name, content] : environment->entries) {
        if (content.kind != Node::Kind::scalar) {
          diagnostics_.add(content.at,
                           fmt::format("a variable is text, this is {}", content.describe()),
                           "write its text; an empty one is \"\"");
          continue;
        }
        service.environment.emplace_back(name.text,
                                         Template::compile(content, names_, diagnostics_));
      }
    }
    return service;
  }

  void read_ready(const Node& node, ServiceSpec& service) {
    const std::string text = read_text(node, "`ready`", diagnostics_);
    if (text.starts_with("GET /")) {
      service.ready_path = text.substr(4);
    } else if (!text.empty()) {
      diagnostics_.add(node.at, "`ready` is a request that answers 2xx once the service works",
                       "write it as `ready: GET /health`");
    }
  }

  std::string read_path(const Node& node, std::string_view what) {
    const std::string path = read_text(node, what, diagnostics_);
    const auto whole = (std::filesystem::path(source_->folder()) / path).lexically_normal();
    std::error_code error;
    if (!path.empty() && !std::filesystem::is_regular_file(whole, error)) {
      diagnostics_.add(node.at, fmt::format("there is no file {}", whole.string()),
                       "paths start from the folder of this file");
    }
    return whole.string();
  }

  bool check_name(const Node& key, std::string_view what) {
    if (!is_identifier(key.text)) {
      diagnostics_.add(key.at, fmt::format("`{}` cannot name a {}", key.text, what),
                       "a name has letters, digits and _, and does not begin with a digit");
      return false;
    }
    const auto later = later_verbs();
    if (find_verb(key.text) || std::ranges::find(later, key.text) != later.end()) {
      // `redis` is a verb and a database alike; what kind it is, is told elsewhere.
      if (key.text == "redis") return true;
      diagnostics_.add(key.at, fmt::format("`{}` is a verb of journeys", key.text),
                       "choose another name");
      return false;
    }
    if (names_.find(key.text) || key.text == "this") {
      diagnostics_.add(
          key.at, fmt::format("the name `{}` is taken", key.text),
          "services and databases differ in their names, also from env, host and port");
      return false;
    }
    return true;
  }

  std::shared_ptr<const Source> source_;
  Diagnostics& diagnostics_;
  Names names_;
};

}  // namespace

const ServiceSpec* SystemSpec::find_service(std::string_view wanted) const {
  const auto found = std::ranges::find(services, wanted, &ServiceSpec::name);
  return found == services.end() ? nullptr : &*found;
}

const DatabaseSpec* SystemSpec::find_database(std::string_view wanted) const {
  const auto found = std::ranges::find(databases, wanted, &DatabaseSpec::name);
  return found == databases.end() ? nullptr : &*found;
}

std::optional<SystemSpec> read_system(std::shared_ptr<const Source> source,
                                      Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  const std::optional<Node> root = read_yaml(source, diagnostics);
  if (!root) return std::nullopt;
  SystemSpec spec = SystemReader(std::move(source), diagnostics).read(*root);
  if (diagnostics.size() != before) return std::nullopt;
  return spec;
}

}  // namespace peregrine::lang
