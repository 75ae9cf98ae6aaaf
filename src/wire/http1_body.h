// The body of a message, as its bytes come in.
//
// A chunked body (RFC 9112 section 7.1) is
//
//   1a;extension CRLF      size in hexadecimal; extensions are checked, then ignored
//   26 bytes CRLF
//   …
//   0 CRLF
//   Trailer: value CRLF    checked like headers, then dropped: nothing here reads them
//   CRLF
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/http1_fields.h"
#include "wire/http1_line.h"

namespace peregrine::wire::http1 {

struct Limits;

class BodyReader {
 public:
  // Fails with Code::limit if the declared length is over the limit.
  base::Result<> begin(Framing framing, const Limits& limits);
  // Appends what belongs to the body and takes it from the front of `input`.
  base::Result<> feed(std::string_view& input, std::string& body, const Limits& limits);
  bool done() const { return stage_ == Stage::done; }
  // The stream has ended: fine for a body that lasts until then, an error for others.
  base::Result<> finish();

 private:
  enum class Stage { counted, until_close, chunk_size, chunk_data, chunk_end, trailers, done };

  base::Result<> take_counted(std::string_view& input, std::string& body);
  base::Result<> take_chunk_size(std::string_view& input, const std::string& body,
                                 const Limits& limits);
  base::Result<> take_chunk_end(std::string_view& input);
  base::Result<> take_trailer(std::string_view& input, const Limits& limits);

  Stage stage_ = Stage::done;
  uint64_t left_ = 0;  // bytes still to come of the body, or of the present chunk
  size_t trailers_ = 0;
  size_t trailer_bytes_ = 0;
  LineReader lines_;
};

}  // namespace peregrine::wire::http1
