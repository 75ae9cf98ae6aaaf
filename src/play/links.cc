#include "play/links.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "base/text.h"

namespace peregrine::play {

using base::Value;

namespace {

constexpr size_t kMost = 10'000;
constexpr std::string_view kEnds = " \t\r\n\"'<>`";

class Links {
 public:
  void add(std::string link) {
    if (link.empty() || full() || !seen_.insert(link).second) return;
    list_.emplace_back(std::move(link));
  }
  bool full() const { return list_.size() >= kMost; }
  Value take() { return Value(std::move(list_)); }

 private:
  base::List list_;
  std::unordered_set<std::string> seen_;
};

// Where a sign stands next. One that is rare is not looked for again from each of another: that
// would take time with the square of the text.
class Finder {
 public:
  Finder(std::string_view text, std::string_view sign)
      : text_(text), sign_(sign), found_(text.find(sign)) {}

  // REQUIRES: `from` does not go back.
  size_t next(size_t from) {
    if (found_ < from) found_ = text_.find(sign_, from);
    return found_;
  }

 private:
  std::string_view text_;
  std::string_view sign_;
  size_t found_;
};

std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const bool reference = text.substr(at).starts_with("&amp;");
    out += text[at];
    at += reference ? 5 : 1;
  }
  return out;
}

// The value of an attribute that begins here, quoted or not.
std::string_view attribute_value(std::string_view text) {
  text = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.empty()) return text;
  const bool quoted = text[0] == '"' || text[0] == '\'';
  const size_t end = quoted ? text.find(text[0], 1) : text.find_first_of(" \t\r\n>");
  return text.substr(quoted ? 1 : 0, (end == text.npos ? text.size() : end) - (quoted ? 1 : 0));
}

std::string_view without_punctuation(std::string_view link) {
  const size_t end = link.find_last_not_of(".,;:!?)]}");
  return link.substr(0, end + 1);
}

}  // namespace

Value find_links(std::string_view text) {
  constexpr std::string_view kHref = "href=";
  Links links;
  Finder hrefs(text, kHref);
  Finder plain(text, "http://");
  Finder secure(text, "https://");
  for (size_t at = 0; !links.full();) {
    const size_t href = hrefs.next(at);
    const size_t http = std::min(plain.next(at), secure.next(at));
    if (href == text.npos && http == text.npos) break;
    if (href < http) {
      const size_t begin = href + kHref.size();
      const std::string_view value = attribute_value(text.substr(begin));
      links.add(unescaped(value));
      at = std::max(begin, static_cast<size_t>(value.data() - text.data()) + value.size());
      continue;
    }
    const std::string_view url = text.substr(http);
    const std::string_view link = url.substr(0, url.find_first_of(kEnds));
    // A scheme alone leads nowhere.
    const std::string_view scheme = link.starts_with("https") ? "https://" : "http://";
    if (link.size() > scheme.size()) links.add(unescaped(without_punctuation(link)));
    at = http + link.size();
  }
  return links.take();
}

}  // namespace peregrine::play
