#include "lang/source.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

namespace peregrine::lang {

using base::Code;
using base::fail;
using base::Result;

Source::Source(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)), begins_{0} {
  for (size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n', end + 1)) {
    begins_.push_back(end + 1);
  }
}

Result<std::shared_ptr<const Source>> Source::read(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return fail(Code::invalid, "this is a folder");
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::fail_errno(errno, "it cannot be opened");
  // Piece by piece: most files are small, and some are endless.
  std::string text;
  std::array<char, 16 << 10> piece{};
  while (text.size() <= kMaxBytes && (file.read(piece.data(), piece.size()), file.gcount() > 0)) {
    text.append(piece.data(), static_cast<size_t>(file.gcount()));
  }
  if (text.size() > kMaxBytes) {
    return fail(Code::limit, "larger than {} MiB, too large for a file that people write",
                kMaxBytes >> 20);
  }
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  return std::make_shared<const Source>(path, std::move(text));
}

std::string_view Source::line(int number) const {
  if (number < 1 || number > lines()) return {};
  const std::string_view rest =
      std::string_view(text_).substr(begins_[static_cast<size_t>(number) - 1]);
  std::string_view line = rest.substr(0, rest.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

size_t Source::offset(int line, int column) const {
  const int number = std::clamp(line, 1, lines());
  return std::min(begins_[static_cast<size_t>(number) - 1] + static_cast<size_t>(column - 1),
                  text_.size());
}

std::pair<int, int> Source::line_and_column(size_t offset) const {
  const auto after = std::ranges::upper_bound(begins_, offset);
  const auto line = after - begins_.begin();
  return {static_cast<int>(line), static_cast<int>(offset - *(after - 1)) + 1};
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
