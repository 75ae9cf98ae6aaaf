// The files of a system to begin with, as `peregrine new` writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace peregrine::cli {

struct NewFile {
  std::string path;  // from the system's folder
  std::string text;
  std::string_view what;  // for people: "what people do with it"
};

// What the first journey is played against. Both need nothing that is not at hand and no network:
// `python` a service of fifty lines, with Python's own library alone; `postgres`, for a machine
// without Python, the private database that Peregrine starts anyway.
enum class Example { python, postgres };

// `name` is the system's, any text.
std::vector<NewFile> new_files(const std::string& name, Example example);

}  // namespace peregrine::cli
