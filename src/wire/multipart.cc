#include "wire/multipart.h"

#include <fmt/core.h>

#include <algorithm>

namespace peregrine::wire {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') {
      out += "%22";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

Multipart::Multipart() : boundary_("----peregrine-boundary") {}

base::Result<> Multipart::add_field(std::string_view name, std::string_view text) {
  return add_file(name, "", "", text);
}

base::Result<> Multipart::add_file(std::string_view name, std::string_view file,
                                   std::string_view type, std::string_view bytes) {
  const bool control = std::ranges::any_of(
      type, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (control) {
    return base::fail(base::Code::invalid, "the type of `{}` holds a control character", name);
  }
  std::string head = fmt::format("Content-Disposition: form-data; name={}", quoted(name));
  if (!file.empty()) {
    head += fmt::format("; filename={}\r\nContent-Type: {}", quoted(file),
                        type.empty() ? "application/octet-stream" : type);
  }
  parts_.push_back({std::move(head), std::string(bytes)});
  // One that a part holds would end that part. It only grows: no part that lacked a shorter one
  // holds it.
  while (bytes.contains(boundary_)) boundary_ += fmt::format("-{}", parts_.size());
  return {};
}

std::string Multipart::body() const {
  std::string body;
  for (const Part& part : parts_) {
    body += fmt::format("--{}\r\n{}\r\n\r\n{}\r\n", boundary_, part.head, part.bytes);
  }
  return body + fmt::format("--{}--\r\n", boundary_);
}

std::string Multipart::type() const {
  return fmt::format("multipart/form-data; boundary={}", boundary_);
}

}  // namespace peregrine::wire
