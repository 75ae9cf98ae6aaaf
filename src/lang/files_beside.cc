#include "lang/files_beside.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace peregrine::lang {

namespace fs = std::filesystem;

using base::Code;
using base::fail;
using base::Result;

namespace {

bool lies_in(const fs::path& path, const fs::path& folder) {
  const auto [rest, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return rest == folder.end();
}

Result<std::string> read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::fail_errno(errno, "it cannot be opened");
  std::string bytes;
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!error && size > kMaxFileBytes) {
    return fail(Code::limit, "it is larger than {} MiB", kMaxFileBytes >> 20);
  }
  bytes.resize(error ? 0 : size);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) return fail(Code::failed, "it cannot be read");
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

}  // namespace

std::optional<fs::path> find_system_file(fs::path folder) {
  std::error_code error;
  folder = fs::absolute(folder, error);
  for (;; folder = folder.parent_path()) {
    const fs::path candidate = folder / kSystemFile;
    if (fs::exists(candidate, error)) return fs::proximate(candidate, error);
    if (folder == folder.root_path()) return std::nullopt;
  }
}

Result<std::string> read_beside(const Source& source, std::string_view path) {
  const fs::path given(path);
  if (path.empty() || given.is_absolute()) {
    return fail(Code::invalid, "a path starts from the folder of this file, without a `/`");
  }
  std::error_code error;
  const fs::path folder = fs::absolute(source.folder(), error).lexically_normal();
  const auto system = find_system_file(folder);
  const fs::path project =
      system ? fs::absolute(*system, error).lexically_normal().parent_path() : folder;
  const fs::path whole = (folder / given).lexically_normal();
  if (!lies_in(whole, project)) {
    return fail(Code::invalid, "it lies outside of the folder of {}", kSystemFile);
  }
  if (!fs::is_regular_file(whole, error)) {
    return fail(Code::not_found, "there is no file {}",
                (fs::path(source.folder()) / given).lexically_normal().string());
  }
  return read(whole);
}

}  // namespace peregrine::lang
