#include "llhttp_cases.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "base/text.h"
#include "wire/http_message.h"

namespace peregrine::conformance {
namespace {

size_t number_after(std::string_view line, std::string_view mark) {
  size_t number = 0;
  const size_t at = line.find(mark);
  if (at == std::string_view::npos) return 0;
  std::from_chars(line.data() + at + mark.size(), line.data() + line.size(), number, 10);
  return number;
}

// \xNN is a character of JavaScript, whose strings are written as UTF-8.
void append_character(std::string& out, unsigned code) {
  if (code >= 0x80) out += static_cast<char>(0xc0 | code >> 6);
  out += static_cast<char>(code >= 0x80 ? 0x80 | (code & 63) : code);
}

// As llhttp's own runner turns Markdown into bytes.
std::string unescaped(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      out += "\r\n";
      continue;
    }
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    static const std::map<char, std::string_view> kEscapes = {
        {'\n', ""}, {'r', "\r"}, {'n', "\n"}, {'t', "\t"}, {'f', "\f"}};
    const char c = text[++i];
    unsigned code = 0;
    if (const auto escape = kEscapes.find(c); escape != kEscapes.end()) {
      out += escape->second;
    } else if (c == 'x') {
      const char* begin = text.data() + i + 1;
      const auto read = std::from_chars(begin, text.data() + text.size(), code, 16);
      i += static_cast<size_t>(read.ptr - begin);
      append_character(out, code);
    } else {
      out += '\\';
      out += c;
    }
  }
  return out;
}

// Reads a log line by line into what was heard.
class LogReader {
 public:
  LogReader(Case& into) : case_(into) {}

  void read(std::string_view log) {
    for (const std::string_view line : base::split(log, '\n')) take(line);
    if (open_ && case_.expected.end != Heard::End::error) end_within_message();
    for (auto at = hosts_.rbegin(); at != hosts_.rend(); ++at) {
      case_.input.insert(*at, std::string(kAddedHost) + "\r\n");
    }
  }

 private:
  void take(std::string_view line) {
    if (line.find(" message begin") != std::string_view::npos) {
      open_ = true;
      start_ = {};
      headers_ = {};
      body_.clear();
      heading_ = true;
      until_close_ = false;
      host_at_ = 0;
    } else if (line.find(" span[") != std::string_view::npos) {
      take_span(line);
    } else if (line.find(" version complete") != std::string_view::npos) {
      const size_t lf = case_.input.find('\n', number_after(line, "off="));
      if (lf != std::string::npos && start_["version"] == "1.1") host_at_ = lf + 1;
    } else if (line.find(" headers complete") != std::string_view::npos) {
      heading_ = false;
      add_host();
      status_ = number_after(line, "status=");
      constexpr size_t kFramed = 0x28;  // llhttp's flags for chunked and a Content-Length
      size_t flags = 0;
      const size_t at = line.find("flags=") + 6;
      std::from_chars(line.data() + at, line.data() + line.size(), flags, 16);
      until_close_ = !case_.request() && (flags & kFramed) == 0;
    } else if (line.find(" message complete") != std::string_view::npos) {
      end_message();
    } else if (line.find(" error code=") != std::string_view::npos) {
      const size_t code = number_after(line, "code=");
      case_.switches = code == 22;
      if (!case_.switches) case_.expected.end = Heard::End::error;
    }
  }

  void take_span(std::string_view line) {
    const size_t open = line.find('[') + 1;
    const std::string kind(line.substr(open, line.find(']') - open));
    const size_t quote = line.find('"') + 1;
    const std::string text = unescaped(line.substr(quote, line.size() - quote - 1));
    if (kind == "body") {
      const size_t at = number_after(line, "off=");
      body_ += case_.input.substr(at, number_after(line, "len="));
    } else if (!kind.starts_with("header")) {
      start_[kind] += text;
    } else if (!heading_) {
      return;  // a trailer, which nothing reads here
    } else if (kind == "header_field") {
      headers_.emplace_back(text, "");
    } else if (!headers_.empty()) {
      headers_.back().second += text;
    }
  }

  void add_host() {
    bool has_host = !case_.request() || host_at_ == 0;
    for (const auto& [name, value] : headers_) {
      has_host |= wire::same_ignoring_case(name, "Host");
    }
    if (!has_host) hosts_.push_back(host_at_);
  }

  void end_message() {
    if (!open_) return;
    open_ = false;
    if (!case_.request() && status_ < 200 && status_ != 101) return;  // passed over by us
    std::string text = case_.request()
                           ? fmt::format("{} {}", start_["method"], start_["url"])
                           : fmt::format("{} {}", status_, base::trimmed(start_["status"]));
    for (const auto& [name, value] : headers_) {
      text += fmt::format("|{}={}", name, base::trimmed(value));
    }
    case_.expected.messages.push_back(text + "|" + body_);
  }

  void end_within_message() {
    const bool whole = until_close_;
    if (whole) end_message();
    case_.expected.end = whole ? Heard::End::between_messages : Heard::End::within_message;
  }

  Case& case_;
  bool open_ = false;
  bool heading_ = false;
  bool until_close_ = false;
  size_t status_ = 0;
  size_t host_at_ = 0;
  std::vector<size_t> hosts_;
  std::map<std::string, std::string> start_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
};

std::string between(std::string_view text, std::string_view open, std::string_view close) {
  const size_t begin = text.find(open);
  if (begin == std::string_view::npos) return "";
  const std::string_view rest = text.substr(begin + open.size());
  return std::string(rest.substr(0, rest.find(close)));
}

}  // namespace

std::string to_string(const Heard& heard) {
  std::string out;
  for (const std::string& message : heard.messages) out += "  " + base::printable(message) + "\n";
  constexpr std::string_view kEnds[] = {"  ends between messages\n", "  ends within a message\n",
                                        "  error\n"};
  return out + std::string(kEnds[static_cast<size_t>(heard.end)]);
}

std::vector<Case> read_cases(const std::filesystem::path& folder, const std::string& file) {
  std::ifstream stream(folder / file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  const std::string all = text.str();
  std::vector<Case> cases;
  std::map<std::string, int> seen;
  std::string heading;
  std::string meta;
  for (size_t at = 0; at < all.size();) {
    const size_t end = std::min(all.find('\n', at), all.size());
    const std::string_view line = std::string_view(all).substr(at, end - at);
    at = end + 1;
    if (line.starts_with("#")) heading = base::trimmed(line.substr(line.find_first_not_of('#')));
    if (line.starts_with("<!-- meta=")) meta = line;
    if (line != "```http" && line != "```log") continue;
    const size_t close = all.find("\n```", at - 1);
    const std::string block = all.substr(at, close + 1 - at);
    at = close + 4;
    if (line == "```log") {
      LogReader(cases.back()).read(block);
      continue;
    }
    Case one{.name = fmt::format("{}: {}", file, heading), .input = unescaped(block)};
    if (const int count = ++seen[one.name]; count > 1) one.name += fmt::format(" ({})", count);
    one.type = between(meta.substr(meta.find(':') + 1), "\"", "\"");
    one.skip_body = meta.find("\"skipBody\": true") != std::string::npos;
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace peregrine::conformance
