// A body of multipart/form-data (RFC 7578), as a browser sends a form with files: written, and read
// from any sender. Nothing here is shared between threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace peregrine::wire {

class Multipart {
 public:
  Multipart();

  // Names and file names are quoted as HTML says: `"`, CR and LF become %22, %0D and %0A. Fails
  // with Code::invalid for a type that is no header's value.
  base::Result<> add_field(std::string_view name, std::string_view text);
  // An empty type is application/octet-stream.
  base::Result<> add_file(std::string_view name, std::string_view file, std::string_view type,
                          std::string_view bytes);

  // The whole body, and what Content-Type says of it. The boundary is in none of its parts.
  std::string body() const;
  std::string type() const;

 private:
  struct Part {
    std::string head;
    std::string bytes;
  };
  std::vector<Part> parts_;
  std::string boundary_;
};

// A part of such a body that was received.
struct FormPart {
  std::string name;
  std::optional<std::string> file;  // its name, if it is one
  std::string type;                 // empty where none was said
  std::string bytes;
};
inline constexpr size_t kMostFormParts = 1'000;

// `type` is what Content-Type says. What stands before the first boundary and behind the last is
// passed over. Names and file names lose their quotes and escapes, those of add_field() and the
// backslashes of others. Fails with Code::invalid for what is no such body, Code::limit above
// kMostFormParts.
base::Result<std::vector<FormPart>> parse_multipart(std::string_view type, std::string_view body);

}  // namespace peregrine::wire
