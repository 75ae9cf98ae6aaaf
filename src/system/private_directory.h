// The directory of one run, for everything that Peregrine's children keep on disk: peregrine-XXXXXX
// in $TMPDIR; without that in /dev/shm, where there is room for it in memory, for a database is a
// thousand files, which a disk takes ten times as long to make; else in /tmp. Other users cannot
// list it. A marker file inside says whose it is, so that a directory whose run died without
// cleaning up can be told from everything else.
#pragma once

#include <string>

#include "base/result.h"

namespace peregrine::system {

class PrivateDirectory {
 public:
  // Fails when no directory can be made there, or written into.
  static base::Result<PrivateDirectory> create();
  PrivateDirectory(PrivateDirectory&& other) noexcept;
  PrivateDirectory& operator=(PrivateDirectory&&) = delete;
  // Removes it, if the reaper has not. REQUIRES: no process uses it any more.
  ~PrivateDirectory();

  // At most 60 bytes, so that the path of a Unix socket below it fits.
  const std::string& path() const { return path_; }

 private:
  explicit PrivateDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// Removes the directories that dead runs of this user left behind, wherever one may be; how many.
size_t remove_leftover_directories();

}  // namespace peregrine::system
