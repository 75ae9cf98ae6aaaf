#include "lang/source.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/text.h"

namespace peregrine::lang {

using base::Code;
using base::fail;
using base::Result;

Result<std::shared_ptr<const Source>> Source::read(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return fail(Code::invalid, "{} is a folder", path);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::fail_errno(errno, fmt::format("open {}", path));
  std::string text(kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kMaxBytes) {
    return fail(Code::limit, "{} is larger than {} MiB, too large for a file that people write",
                path, kMaxBytes >> 20);
  }
  if (const auto bad = base::first_invalid_utf8(text)) {
    const auto line = std::count(text.begin(), text.begin() + static_cast<long>(*bad), '\n') + 1;
    return fail(Code::invalid, "{}:{}: not UTF-8 (byte 0x{:02x}); save the file as UTF-8", path,
                line, static_cast<unsigned char>(text[*bad]));
  }
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  return std::make_shared<const Source>(path, std::move(text));
}

std::string_view Source::line(int number) const {
  std::string_view rest = text_;
  for (int i = 1; i < number; ++i) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  std::string_view line = rest.substr(0, rest.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string Source::folder() const {
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string Place::to_string() const {
  if (!source) return "(nowhere)";
  return line > 0 ? fmt::format("{}:{}:{}", source->path(), line, column) : source->path();
}

}  // namespace peregrine::lang
