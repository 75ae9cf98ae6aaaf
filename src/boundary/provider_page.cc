#include "boundary/provider_page.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "base/json.h"
#include "boundary/provider_objects.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::List;
using base::Result;
using base::Value;

namespace {

// In the order of a field; of those that are equal there, of their creation.
List in_order(const List& of, const lang::Listing& listing) {
  std::vector<size_t> places(of.size());
  std::iota(places.begin(), places.end(), size_t{0});
  std::ranges::sort(places, [&](size_t a, size_t b) {
    if (listing.descending) std::swap(a, b);
    const Value* one = listing.order ? of[a].find(*listing.order) : nullptr;
    const Value* other = listing.order ? of[b].find(*listing.order) : nullptr;
    if (!one || !other) return a < b;
    const auto order = base::compare(*one, *other);
    return order < 0 || (order == 0 && a < b);
  });
  List items;
  for (const size_t place : places) items.push_back(of[place]);
  return items;
}

// Null where the request does not say.
Result<Value> asked(const std::optional<lang::Expression>& expression, ProviderFrame& frame) {
  if (!expression) return Value();
  Result<Value> value = frame.evaluate(*expression);
  if (!value && value.error().code == Code::not_found) return Value();
  return value;
}

Result<int64_t> limit_of(const lang::Listing& listing, ProviderFrame& frame) {
  const int64_t usual = listing.default_limit > 0 ? listing.default_limit : kMostItems;
  TRY(Value value, asked(listing.limit, frame));
  if (value.is_null()) return usual;
  if (value.is_text()) {
    if (value.as_text().empty()) return usual;
    Result<Value> number = base::parse_json(value.as_text());
    if (number) value = *std::move(number);
  }
  if (value.kind() == base::Kind::int64) return std::clamp<int64_t>(value.as_int(), 0, kMostItems);
  return fail(Code::invalid, "the limit of a list is {}, which is no number", base::to_json(value));
}

}  // namespace

Result<Value> page_of(const lang::Listing& listing, ProviderFrame& frame) {
  TRY(const Value of, frame.evaluate(listing.of));
  if (!of.is_list()) {
    return fail(Code::invalid, "`{}` gives no list but {}", listing.of.text, base::name(of.kind()));
  }
  const List items = in_order(of.as_list(), listing);
  TRY(const int64_t limit, limit_of(listing, frame));
  TRY(const Value after, asked(listing.after, frame));
  TRY(const Value before, asked(listing.before, frame));
  size_t begin = 0, end = items.size();
  if (!after.is_null()) {
    const auto place = find_by_id(items, after);
    begin = place ? *place + 1 : end;
  }
  if (!before.is_null()) end = find_by_id(items, before).value_or(begin);
  end = std::max(begin, end);
  const size_t most = std::min(end - begin, static_cast<size_t>(limit));
  const bool more = end - begin > most;
  // Of those before an id the nearest.
  if (!before.is_null() && after.is_null()) begin = end - most;
  const auto first = items.begin() + static_cast<std::ptrdiff_t>(begin);
  List page(first, first + static_cast<std::ptrdiff_t>(most));
  return Value(base::Map{{"items", Value(std::move(page))}, {"more", more}});
}

}  // namespace peregrine::boundary
