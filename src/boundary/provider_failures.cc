#include "boundary/provider_failures.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::array<std::string_view, 4> kUsual = {"timeout", "reset", "slow", "garbage"};

}  // namespace

Result<> ProviderFailures::add(const lang::ProviderSpec& spec, Provider::Failure failure,
                               base::Instant now) {
  const lang::Route* route = spec.find_route(failure.route);
  if (!route && !failure.route.empty()) {
    return fail(Code::invalid, "`{}` has no route `{}`", spec.name, failure.route);
  }
  const bool usual = std::ranges::find(kUsual, failure.name) != kUsual.end();
  if (!usual && !spec.find_reply(failure.name)) {
    std::vector<std::string_view> known = spec.reply_names();
    known.insert(known.end(), kUsual.begin(), kUsual.end());
    return fail(Code::invalid, "`{}` has no failure `{}`; it has {}", spec.name, failure.name,
                base::alternatives(known));
  }
  if (asked_.size() == kMost) return fail(Code::limit, "more than {} failures at once", kMost);
  asked_.push_back({route, std::move(failure.name), failure.times.value_or(UINT64_MAX),
                    failure.span ? now + *failure.span : base::Instant::max()});
  return {};
}

std::string ProviderFailures::take(const lang::Route* route, base::Instant now) {
  asked_.remove_if([&](const Asked& each) { return each.left == 0 || each.until <= now; });
  const auto found = std::ranges::find_if(
      asked_, [&](const Asked& each) { return !each.route || each.route == route; });
  if (found == asked_.end()) return "";
  if (found->left != UINT64_MAX) --found->left;
  return found->name;
}

}  // namespace peregrine::boundary
