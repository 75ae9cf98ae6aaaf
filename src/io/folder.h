// An open folder, in which files are written and read by their names: none of them is reached
// through a link, and what is written is there whole or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace peregrine::io {

class Folder {
 public:
  // Links in `path` itself are followed: it is the user's.
  static base::Result<Folder> open(const std::string& path);
  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&&) = delete;
  ~Folder();

  // The folder of this name in it. Fails with Code::refused for anything else of that name, a link
  // too, and with Code::not_found.
  base::Result<Folder> inner(const std::string& name) const;
  // The same; it is made where it is not there yet.
  base::Result<Folder> make_inner(const std::string& name) const;

  // A regular file of at most so many bytes; Code::refused, Code::not_found and Code::limit.
  base::Result<std::string> read(const std::string& name, size_t most) const;
  // In place of what had the name before.
  base::Result<> write(const std::string& name, std::string_view text) const;
  // False when something has the name already, which stays as it is.
  base::Result<bool> write_new(const std::string& name, std::string_view text) const;

  struct File {
    std::string name;
    int64_t changed_ns;  // since 1970
  };
  // The regular files in it, those changed last first.
  std::vector<File> files() const;
  void remove(const std::string& name) const;

 private:
  explicit Folder(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  std::string path_of(const std::string& name) const { return path_ + "/" + name; }
  base::Result<std::string> write_part(const std::string& name, std::string_view text) const;

  int fd_;
  std::string path_;  // for messages
};

}  // namespace peregrine::io
