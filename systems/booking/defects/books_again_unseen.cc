// Defect: an attempt that was not answered is taken for one that was not carried out, so that
// nobody looks before asking again: a timeout books twice, or is told that the slot is taken,
// by itself.
#include <algorithm>
#include <charconv>

#include "booking/service/patience.h"

namespace peregrine::booking {
namespace {

constexpr int kTooManyRequests = 429;

bool may_have_happened(const base::Result<wire::Response>& attempt) {
  // A connection that was refused, or a host that is unknown, has carried out nothing.
  if (!attempt) return false;
  return attempt->status >= 500;
}

bool may_help(const base::Result<wire::Response>& attempt) {
  return !attempt || attempt->status == kTooManyRequests || attempt->status >= 500;
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
