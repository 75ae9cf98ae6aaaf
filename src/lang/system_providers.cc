// `providers:` of a system.
#include <fmt/core.h>

#include <filesystem>

#include "base/text.h"
#include "lang/named.h"
#include "lang/provider_file.h"
#include "lang/shipped_providers.h"
#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

class ProviderUseReader {
 public:
  ProviderUseReader(const Node& key, const Node& value, SystemReading& reading)
      : key_(key),
        value_(value),
        reading_(reading),
        diagnostics_(reading.diagnostics),
        fields_(value, "a provider", reading.diagnostics,
                {"file", "webhook", "hosts", "from", "record"}) {
    use_.name = key.text;
    use_.at = key.at;
    use_.slot = reading.names.find(key.text).value_or(0);
  }

  ProviderUse read() {
    if (value_.kind != Node::Kind::map) return std::move(use_);
    read_what();
    if (const Node* webhook = fields_["webhook"]) read_webhook(*webhook);
    if (const Node* hosts = fields_["hosts"]) read_hosts(*hosts);
    for (std::string_view key : {"from", "record", "hosts"}) {
      if (const Node* node = fields_[key]) {
        reading_.not_playable(node->at, fmt::format("a provider with `{}`", key));
      }
    }
    return std::move(use_);
  }

 private:
  // `file`, `from` or `record`: one of them, or the file of its name.
  void read_what() {
    std::string_view given;
    for (std::string_view key : {"file", "from", "record"}) {
      const Node* node = fields_[key];
      if (!node) continue;
      if (!given.empty()) {
        diagnostics_.add(
            node->at, fmt::format("a provider has `{}` or `{}`, not both", given, key),
            "`file` is written by you, `from` derives one, `record` asks the real one");
        return;
      }
      given = key;
    }
    if (given == "file") {
      const std::string path = reading_.read_file_path(*fields_["file"], "`file`");
      if (!path.empty()) read_file(path, fields_["file"]->at);
    } else if (given == "from") {
      use_.from = reading_.read_file_path(*fields_["from"], "`from`");
    } else if (given == "record") {
      read_record(*fields_["record"]);
    } else {
      find_file();
    }
  }

  void find_file() {
    const auto path =
        (std::filesystem::path(reading_.source->folder()) / "providers" / (key_.text + ".yaml"))
            .lexically_normal();
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) return read_file(path.string(), key_.at);
    if (const auto shipped = shipped_provider(key_.text)) return read_file(*shipped, key_.at);
    diagnostics_.add(key_.at, fmt::format("nothing says what the provider `{}` is", key_.text),
                     fmt::format("write it as {}, or name its file: {{ file: ./{}.yaml }}\n{}",
                                 path.string(), key_.text, suggest_shipped(key_.text)));
  }

  static std::string suggest_shipped(std::string_view name) {
    const std::vector<std::string> shipped = shipped_provider_names();
    const std::vector<std::string_view> names(shipped.begin(), shipped.end());
    if (const auto near = base::nearest(name, names)) {
      return fmt::format("or did you mean `{}`, which comes with Peregrine?", *near);
    }
    return fmt::format("Peregrine brings {}", base::alternatives(names));
  }

  void read_file(const std::string& path, const Place& named_at) {
    auto source = Source::read(path);
    if (!source) {
      diagnostics_.add(named_at, source.error().to_string());
      return;
    }
    if (auto provider = read_provider(*std::move(source), diagnostics_)) {
      use_.provider = std::make_shared<const ProviderSpec>(*std::move(provider));
    }
  }

  void read_record(const Node& node) {
    const std::string url = read_text(node, "`record`", diagnostics_);
    if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
      diagnostics_.add(node.at, fmt::format("`{}` is no URL of http or https", url),
                       "write the URL of the real API, as in https://api.example.org");
    }
    use_.record = url;
  }

  // "api /webhooks/calcom", as in a step; a path alone goes to the first service.
  void read_webhook(const Node& node) {
    const std::string text = read_text(node, "`webhook`", diagnostics_);
    if (text.empty()) return;
    const size_t slash = text.find('/');
    const size_t blank = text.find(' ');
    const bool named = blank != std::string::npos && blank + 1 == slash;
    if (!named && slash != 0) {
      diagnostics_.add(node.at, fmt::format("`{}` is no service and its path", text),
                       "write it as `webhook: api /webhooks/calcom`");
      return;
    }
    const auto& services = reading_.spec.services;
    const std::string service = named               ? text.substr(0, blank)
                                : !services.empty() ? services.front().name
                                                    : "";
    if (!reading_.spec.find_service(service)) {
      diagnostics_.add(node.at, fmt::format("there is no service `{}`", service),
                       suggestion(service, names_of(services)));
    }
    use_.webhook = {service, text.substr(slash)};
  }

  void read_hosts(const Node& node) {
    use_.hosts = node.kind == Node::Kind::scalar && scalar_value(node) == base::Value(true);
    if (use_.hosts) return;
    diagnostics_.add(node.at, fmt::format("`hosts` is `true`, this is {}", node.describe()),
                     "leave it out for SDKs that take the provider's URL");
  }

  const Node& key_;
  const Node& value_;
  SystemReading& reading_;
  Diagnostics& diagnostics_;
  Fields fields_;
  ProviderUse use_;
};

}  // namespace

void declare_providers(const Node& node, SystemReading& reading) {
  if (!check_map(node, "`providers`", reading.diagnostics)) return;
  for (const auto& [key, value] : node.entries) (void)reading.declare(key, "provider");
}

void read_providers(const Node& node, SystemReading& reading) {
  for (const auto& [key, value] : node.entries) {
    if (key.text == "mail") {
      read_mail(key, value, reading);
      continue;
    }
    reading.spec.providers.push_back(ProviderUseReader(key, value, reading).read());
  }
}

}  // namespace peregrine::lang
