#include <fmt/format.h>

#include <iterator>

#include "wire/http1.h"

namespace peregrine::wire::http1 {

using base::Code;
using base::fail;
using base::Result;
using namespace std::string_view_literals;

namespace {

bool is_framing(std::string_view name) {
  return same_ignoring_case(name, "Content-Length") ||
         same_ignoring_case(name, "Transfer-Encoding");
}

Result<> check_headers(const Headers& headers) {
  for (const Header header : headers) {
    if (!is_token(header.name)) {
      return fail(Code::invalid, "{} cannot be the name of a header", excerpt(header.name));
    }
    if (!is_field_text(header.value)) {
      return fail(Code::invalid,
                  "the header {} cannot have the value {}: it holds a control character",
                  header.name, excerpt(header.value));
    }
  }
  return {};
}

void append_headers(std::string& out, const Headers& headers) {
  for (const Header header : headers) {
    if (is_framing(header.name)) continue;
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
}

void append_length(std::string& out, size_t bytes) {
  out.append("Content-Length: ").append(fmt::format_int(bytes).c_str()).append("\r\n");
}

// RFC 9110 section 8.6: methods whose body means something say so even when it is empty.
bool wants_length(const Request& request) {
  return !request.body.empty() || request.method == "POST"sv || request.method == "PUT"sv ||
         request.method == "PATCH"sv;
}

// RFC 9110 sections 6.4.1 and 8.6.
bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

Result<> append_request_head(std::string& out, const Request& request, std::string_view host) {
  if (!is_token(request.method)) {
    return fail(Code::invalid, "{} cannot be a request method", excerpt(request.method));
  }
  if (!is_target(request.target)) {
    return fail(Code::invalid,
                "{} cannot be a request target: spaces and control characters must be "
                "percent-encoded",
                excerpt(request.target));
  }
  if (!is_field_text(host)) {
    return fail(Code::invalid, "{} cannot be the name of a host", excerpt(host));
  }
  TRY_OK(check_headers(request.headers));
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  if (!host.empty() && !request.headers.find("Host")) {
    out.append("Host: ").append(host).append("\r\n");
  }
  append_headers(out, request.headers);
  return {};
}

Result<> append_response_head(std::string& out, const Response& response, bool has_body) {
  const int status = response.status;
  if (status < 100 || status > 999) {
    return fail(Code::invalid, "{} cannot be the status of a response", status);
  }
  if (has_body && !may_have_body(status)) {
    return fail(Code::invalid, "a response with status {} cannot have a body", status);
  }
  const std::string_view reason =
      response.reason.empty() ? reason_phrase(status) : std::string_view(response.reason);
  if (!is_field_text(reason)) {
    return fail(Code::invalid, "{} cannot be the reason of a response", excerpt(reason));
  }
  TRY_OK(check_headers(response.headers));
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", status, reason);
  append_headers(out, response.headers);
  return {};
}

void append_framing(std::string& out, Framing framing) {
  if (framing.kind == Framing::Kind::length) append_length(out, framing.length);
  if (framing.kind == Framing::Kind::chunked) out.append("Transfer-Encoding: chunked\r\n");
  out.append("\r\n");
}

}  // namespace

Result<> append(std::string& out, const Request& request, std::string_view host) {
  TRY_OK(append_request_head(out, request, host));
  if (wants_length(request)) append_length(out, request.body.size());
  out.append("\r\n").append(request.body);
  return {};
}

Result<> append(std::string& out, const Response& response, AnswerTo to) {
  TRY_OK(append_response_head(out, response, !response.body.empty()));
  if (may_have_body(response.status)) append_length(out, response.body.size());
  out.append("\r\n");
  if (to == AnswerTo::get) out.append(response.body);
  return {};
}

Result<> append_head(std::string& out, const Request& request, Framing framing) {
  TRY_OK(append_request_head(out, request, {}));
  append_framing(out, framing);
  return {};
}

Result<> append_head(std::string& out, const Response& response, Framing framing) {
  const bool has_body = framing.kind != Framing::Kind::none &&
                        (framing.kind != Framing::Kind::length || framing.length > 0);
  TRY_OK(append_response_head(out, response, has_body));
  append_framing(out, framing);
  return {};
}

void append_chunk(std::string& out, std::string_view bytes) {
  if (bytes.empty()) return;  // it would be the last one
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", bytes.size());
  out.append(bytes).append("\r\n");
}

void append_last_chunk(std::string& out) { out.append("0\r\n\r\n"); }

}  // namespace peregrine::wire::http1
