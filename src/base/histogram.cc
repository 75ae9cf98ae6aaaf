#include "base/histogram.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "base/check.h"

namespace peregrine::base {

namespace {

constexpr unsigned kHalfBits = 8;
constexpr uint64_t kHalf = uint64_t{1} << kHalfBits;  // buckets in an octave
// Values that a histogram may have which is read: sums of many such are no overflow, and a double
// holds each count.
constexpr uint64_t kMostRead = uint64_t{1} << 53;

// Takes a number and what follows it from the front of the text.
std::optional<uint64_t> take_number(std::string_view& text, char behind) {
  uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(parsed.ptr - text.data()));
  if (text.empty() || text.front() != behind) return std::nullopt;
  text.remove_prefix(1);
  return number;
}

}  // namespace

size_t Histogram::index_of(uint64_t value) {
  if (value < 2 * kHalf) return value;
  const unsigned octave = static_cast<unsigned>(std::bit_width(value)) - 1 - kHalfBits;
  return octave * kHalf + (value >> octave);
}

uint64_t Histogram::lowest_of(size_t index) {
  if (index < 2 * kHalf) return index;
  const size_t octave = index / kHalf - 1;
  return (index - octave * kHalf) << octave;
}

uint64_t Histogram::middle_of(size_t index) {
  return lowest_of(index) + (lowest_of(index + 1) - lowest_of(index)) / 2;
}

void Histogram::add(Duration value, uint64_t times) {
  value = std::clamp(value, Duration::zero(), kLongest);
  const auto ns = static_cast<uint64_t>(value.count());
  const size_t index = index_of(ns);
  if (index >= counts_.size()) counts_.resize((index / kHalf + 1) * kHalf);
  counts_[index] += times;
  count_ += times;
  sum_ += static_cast<double>(ns) * static_cast<double>(times);
  least_ = std::min(least_, value);
  most_ = std::max(most_, value);
}

void Histogram::merge(const Histogram& other) {
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  least_ = std::min(least_, other.least_);
  most_ = std::max(most_, other.most_);
}

void Histogram::clear() {
  std::ranges::fill(counts_, 0);
  count_ = 0;
  sum_ = 0;
  least_ = Duration::max();
  most_ = Duration::zero();
}

Duration Histogram::mean() const {
  if (empty()) return Duration::zero();
  return Duration(static_cast<int64_t>(sum_ / static_cast<double>(count_)));
}

Duration Histogram::at(double share) const {
  check(share >= 0 && share <= 1, "a share is 0 to 1");
  if (empty()) return Duration::zero();
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen < std::max<uint64_t>(wanted, 1)) continue;
    return std::clamp(Duration(static_cast<int64_t>(middle_of(i))), least_, most_);
  }
  return most_;
}

uint64_t Histogram::longer_than(Duration value) const {
  if (value < Duration::zero()) return count_;
  uint64_t longer = 0;
  for (size_t i = index_of(static_cast<uint64_t>(value.count())) + 1; i < counts_.size(); ++i) {
    longer += counts_[i];
  }
  return longer;
}

// "LEAST MOST SUM;INDEX:COUNT,INDEX:COUNT,"
std::string Histogram::to_text() const {
  std::string text = fmt::format("{} {} {};", least().count(), most().count(), sum_);
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] > 0) text += fmt::format("{}:{},", i, counts_[i]);
  }
  return text;
}

Result<Histogram> Histogram::from_text(std::string_view text) {
  const auto wrong = [] { return fail(Code::invalid, "this is no histogram"); };
  Histogram histogram;
  const auto least = take_number(text, ' ');
  const auto most = take_number(text, ' ');
  const size_t end = text.find(';');
  if (!least || !most || end == text.npos || *least > *most) return wrong();
  double sum = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + end, sum);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + end) return wrong();
  text.remove_prefix(end + 1);
  while (!text.empty()) {
    const auto index = take_number(text, ':');
    const auto times = take_number(text, ',');
    if (!index || !times || *index > index_of(static_cast<uint64_t>(kLongest.count()))) {
      return wrong();
    }
    if (*times == 0 || *times > kMostRead - histogram.count_) return wrong();
    histogram.add(Duration(static_cast<int64_t>(lowest_of(*index))), *times);
  }
  if (!histogram.is_possible(sum, *most)) return wrong();
  histogram.sum_ = sum;
  if (histogram.empty()) return histogram;
  histogram.least_ = std::min(Duration(static_cast<int64_t>(*least)), kLongest);
  histogram.most_ = std::min(Duration(static_cast<int64_t>(*most)), kLongest);
  return histogram;
}

// Whether its values may add up to this, as far as a rounded sum tells.
bool Histogram::is_possible(double sum, uint64_t most) const {
  const double most_sum = static_cast<double>(count_) * static_cast<double>(most);
  return std::isfinite(sum) && sum >= 0 && sum <= most_sum * 1.001;
}

//   buckets, then of each how far it is from the one before, and its count; least, most, sum
void Histogram::pack(Packer& into) const {
  into.number(static_cast<uint64_t>(
      std::ranges::count_if(counts_, [](uint64_t count) { return count > 0; })));
  if (empty()) return;
  size_t next = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    into.number(i - next);
    into.number(counts_[i]);
    next = i + 1;
  }
  into.number(static_cast<uint64_t>(least_.count()));
  into.number(static_cast<uint64_t>(most_.count()));
  into.real(sum_);
}

Histogram Histogram::unpack(Unpacker& from) {
  const size_t last = index_of(static_cast<uint64_t>(kLongest.count()));
  Histogram histogram;
  size_t next = 0;
  const size_t buckets = from.count(2);
  for (size_t i = 0; i < buckets; ++i) {
    const uint64_t gap = from.number();
    const uint64_t times = from.number();
    if (next > last || gap > last - next || times == 0 || times > kMostRead - histogram.count_) {
      from.fail();
    }
    if (!from.good()) return {};
    histogram.add(Duration(static_cast<int64_t>(lowest_of(next + gap))), times);
    next += gap + 1;
  }
  if (buckets == 0) return histogram;
  const uint64_t least = from.number();
  const uint64_t most = from.number();
  histogram.sum_ = from.real();
  if (least > most || most > static_cast<uint64_t>(kLongest.count()) ||
      !histogram.is_possible(histogram.sum_, most)) {
    from.fail();
  }
  if (!from.good()) return {};
  histogram.least_ = Duration(static_cast<int64_t>(least));
  histogram.most_ = Duration(static_cast<int64_t>(most));
  return histogram;
}

}  // namespace peregrine::base
