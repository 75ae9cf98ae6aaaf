// Defect: 429 is taken for an answer like any other refusal, and the appointment is lost.
#include <algorithm>
#include <charconv>

#include "booking/service/patience.h"

namespace peregrine::booking {
namespace {

bool may_have_happened(const base::Result<wire::Response>& attempt) {
  // A connection that was refused, or a host that is unknown, has carried out nothing.
  if (!attempt)
    return attempt.error().code != base::Code::refused &&
           attempt.error().code != base::Code::not_found;
  return attempt->status >= 500;
}

bool may_help(const base::Result<wire::Response>& attempt) {
  return !attempt || attempt->status >= 500;
}

base::Duration asked_for(const base::Result<wire::Response>& attempt) {
  if (!attempt) return {};
  const std::string_view text = attempt->headers.get("retry-after");
  uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return std::chrono::seconds(seconds);
}

}  // namespace

std::optional<base::Duration> Patience::after(const base::Result<wire::Response>& attempt) {
  ++attempts_;
  unsure_ = unsure_ || may_have_happened(attempt);
  if (!may_help(attempt) || attempts_ >= kAttempts) return std::nullopt;
  const base::Duration doubled = kFirstPause * (1 << (attempts_ - 1));
  return std::min(std::max(doubled, asked_for(attempt)), kLongestPause);
}

}  // namespace peregrine::booking
