#include "system/clock_reach.h"

#include <elf.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace peregrine::system {

namespace {

constexpr size_t kMostHeaders = 1000;            // of a program
constexpr size_t kMostNotes = size_t{64} << 10;  // bytes of one
constexpr size_t kLongestFirstLine = 256;        // of a script, as the kernel reads it

// As execvp() finds it.
std::string find_program(const io::Command& command, const std::string& word) {
  if (word.contains('/')) {
    return word.starts_with('/') || command.cwd.empty() ? word : command.cwd + "/" + word;
  }
  for (const std::string& entry : command.env) {
    if (!entry.starts_with("PATH=")) continue;
    for (std::string_view folder : base::split(std::string_view(entry).substr(5), ':')) {
      std::string path = fmt::format("{}/{}", folder, word);
      if (access(path.c_str(), X_OK) == 0) return path;
    }
  }
  return "";
}

// The words of a script's first line: "#!/usr/bin/env node".
std::vector<std::string> interpreter_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line(kLongestFirstLine, '\0');
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<size_t>(file.gcount()));
  line.resize(std::min(line.size(), line.find('\n')));
  std::vector<std::string> words;
  if (!line.starts_with("#!")) return words;
  for (std::string_view word : base::split(std::string_view(line).substr(2), ' ')) {
    if (!base::trimmed(word).empty()) words.emplace_back(base::trimmed(word));
  }
  return words;
}

// What a program's headers tell of how it is run.
struct Headers {
  bool readable = false;
  std::string loader;  // what links it when it starts; empty: nothing does
  bool go = false;
};

std::string read_part(std::ifstream& file, uint64_t offset, size_t size) {
  std::string part(size, '\0');
  file.clear();
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(part.data(), static_cast<std::streamsize>(size));
  part.resize(static_cast<size_t>(file.gcount()));
  return part;
}

Headers read_headers(const std::string& path) {
  Headers headers;
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr elf{};
  file.read(reinterpret_cast<char*>(&elf), sizeof(elf));
  if (!file || std::memcmp(elf.e_ident, ELFMAG, SELFMAG) != 0 ||
      elf.e_ident[EI_CLASS] != ELFCLASS64 || elf.e_phentsize != sizeof(Elf64_Phdr)) {
    return headers;
  }
  for (size_t i = 0; i < elf.e_phnum && i < kMostHeaders; ++i) {
    const std::string bytes =
        read_part(file, elf.e_phoff + i * sizeof(Elf64_Phdr), sizeof(Elf64_Phdr));
    Elf64_Phdr part{};
    if (bytes.size() != sizeof(part)) return headers;
    std::memcpy(&part, bytes.data(), sizeof(part));
    const size_t size = std::min<size_t>(part.p_filesz, kMostNotes);
    if (part.p_type == PT_INTERP) headers.loader = read_part(file, part.p_offset, size).c_str();
    // The linker of Go leaves a note of its own, whose owner is "Go".
    if (part.p_type == PT_NOTE) {
      headers.go = headers.go ||
                   read_part(file, part.p_offset, size).contains(std::string_view("Go\0\0", 4));
    }
  }
  headers.readable = true;
  return headers;
}

}  // namespace

std::optional<std::string> why_clock_is_not_seen(const io::Command& command) {
  if (command.argv.empty()) return std::nullopt;
  std::string program = find_program(command, command.argv.front());
  if (const auto words = interpreter_of(program); !words.empty()) {
    const bool by_name = words.size() > 1 && words.front().ends_with("/env");
    program = find_program(command, by_name ? words[1] : words.front());
  }
  const Headers headers = read_headers(program);
  if (!headers.readable) return std::nullopt;
  if (headers.go) {
    return "is a Go program, which asks the kernel for the time itself: no clock can be moved for "
           "it";
  }
  if (headers.loader.empty()) {
    return "is linked statically, so no clock can be moved for it: link it dynamically";
  }
  if (headers.loader.contains("musl")) {
    return "is linked with musl, and the clock can be moved for programs of glibc alone";
  }
  return std::nullopt;
}

}  // namespace peregrine::system
