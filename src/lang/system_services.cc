// `services:` of a system.
#include <fmt/core.h>

#include <charconv>

#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

constexpr size_t kMostServices = 500;  // each is looked at for whether it reads each other's name

class ServiceReader {
 public:
  ServiceReader(const Node& key, const Node& value, Slot slot, SystemReading& reading)
      : value_(value),
        reading_(reading),
        diagnostics_(reading.diagnostics),
        fields_(value, "a service", reading.diagnostics,
                {"run", "url", "compose", "ready", "env", "headers", "restart", "http"}),
        own_names_(reading.names) {
    service_.name = key.text;
    service_.at = key.at;
    service_.slot = slot;
    service_.own_host = own_names_.declare("host");
    service_.own_port = own_names_.declare("port");
  }

  ServiceSpec read() {
    if (value_.kind != Node::Kind::map) return std::move(service_);
    read_where();
    if (const Node* ready = fields_["ready"]) read_ready(*ready);
    if (const Node* environment = fields_["env"]) {
      service_.environment = reading_.read_variables(*environment, own_names_);
    }
    if (const Node* headers = fields_["headers"]) {
      service_.headers = compile_headers(*headers, reading_.names, diagnostics_);
    }
    if (const Node* restart = fields_["restart"]) read_restart(*restart);
    if (const Node* http = fields_["http"]) read_http(*http);
    return std::move(service_);
  }

 private:
  // `run`, `url` or `compose`: one of them.
  void read_where() {
    std::string_view given;
    for (std::string_view key : {"run", "url", "compose"}) {
      const Node* node = fields_[key];
      if (!node) continue;
      if (!given.empty()) {
        diagnostics_.add(node->at, fmt::format("a service has `{}` or `{}`, not both", given, key),
                         "`run` starts it, `url` says where it runs already, `compose` takes it "
                         "from a file of docker compose");
        return;
      }
      given = key;
    }
    if (given.empty()) {
      diagnostics_.add(value_.at, "a service needs `run:`",
                       "it is the command that starts it; `url:` if it runs elsewhere");
    } else if (given == "run") {
      service_.run = compile_command(*fields_["run"], "`run`", own_names_, diagnostics_);
    } else if (given == "url") {
      read_url(*fields_["url"]);
    } else {
      read_compose(*fields_["compose"]);
    }
  }

  void read_url(const Node& node) {
    if (read_text(node, "`url`", diagnostics_).empty()) return;
    service_.url = Template::compile(node, reading_.names, diagnostics_);
    if (service_.url->literal()) check_service_url(node, reading_);
    for (std::string_view key : {"env", "restart"}) {
      if (!fields_[key]) continue;
      diagnostics_.add(fields_[key]->at,
                       fmt::format("a service with `url` is not started, so it takes no `{}`", key),
                       "leave it out, or say `run:` instead of `url:`");
    }
  }

  void read_compose(const Node& node) {
    const Fields fields(node, "`compose`", diagnostics_, {"file", "service", "port"});
    if (node.kind != Node::Kind::map) return;
    const Node* file = fields.required("file", "the path of a compose.yml");
    if (file) (void)reading_.read_file_path(*file, "`file`");
    const Node* service = fields.required("service", "its name in the compose file");
    if (service) (void)read_text(*service, "`service`", diagnostics_);
    const Node* port = fields.required("port", "the one that it listens on inside");
    if (port && !is_port(*port)) {
      diagnostics_.add(
          port->at, fmt::format("`port` is a number from 1 to 65535, this is {}", port->describe()),
          "the one that it listens on inside, as in `port: 80`");
    }
    reading_.not_playable(node.at, "a service of docker compose");
  }

  static bool is_port(const Node& node) {
    unsigned port = 0;
    const char* end = node.text.data() + node.text.size();
    const auto parsed = std::from_chars(node.text.data(), end, port);
    return parsed.ec == std::errc() && parsed.ptr == end && port >= 1 && port <= 65535;
  }

  void read_http(const Node& node) {
    const bool scalar = node.kind == Node::Kind::scalar;
    service_.http = scalar && node.text == "2" ? 2 : 1;
    if (scalar && (node.text == "2" || node.text == "1.1")) return;
    diagnostics_.add(node.at, fmt::format("`http` is 1.1 or 2, this is {}", node.describe()),
                     "without it HTTP/1.1 is spoken, and over TLS what the service chooses");
  }

  void read_restart(const Node& node) {
    service_.restart_each = node.kind == Node::Kind::scalar && node.text == "each";
    if (service_.restart_each) return;
    diagnostics_.add(node.at, fmt::format("`restart` is `each`, this is {}", node.describe()),
                     "with `restart: each` the service starts anew for each play");
  }

  void read_ready(const Node& node) {
    const std::string text = read_text(node, "`ready`", diagnostics_);
    if (text.starts_with("GET /") && text.find_first_of(" \t\n$", 5) == std::string::npos) {
      service_.ready_path = text.substr(4);
    } else if (!text.empty()) {
      diagnostics_.add(node.at, "`ready` is a request that answers 2xx once the service works",
                       "write it as `ready: GET /health`");
    }
  }

  const Node& value_;
  SystemReading& reading_;
  Diagnostics& diagnostics_;
  Fields fields_;
  Names own_names_;
  ServiceSpec service_{};
};

}  // namespace

void declare_services(const Node& node, SystemReading& reading) {
  if (!check_map(node, "`services`", reading.diagnostics)) return;
  check_count(node, node.entries.size(), kMostServices, "services", reading.diagnostics);
  for (const auto& [key, value] : node.entries) (void)reading.declare(key, "service");
}

void read_services(const Node& node, SystemReading& reading) {
  if (node.entries.size() > kMostServices) return;
  for (const auto& [key, value] : node.entries) {
    const auto slot = reading.names.find(key.text);
    reading.spec.services.push_back(ServiceReader(key, value, slot.value_or(0), reading).read());
  }
}

}  // namespace peregrine::lang
