// How often which length of time was measured: a histogram with logarithmic buckets, each octave in
// equal parts (Tene's HdrHistogram). A value is known to 1/512 of itself whatever its size, counts
// are exact, two histograms are merged by adding their counts: percentiles are taken of the whole
// and never averaged.
//
// Layout, for kHalf = 256 buckets in an octave:
//
//   values (ns)      0 … 511   512 … 1023   1024 … 2047   2048 … 4095   …
//   bucket width        1          2             4             8
//   index            0 … 511   512 … 767     768 … 1023   1024 … 1279   …
//
// Memory grows to the largest value seen: 8 bytes a bucket, 36 KB for 10 ms, 60 KB for 1 s.
//
// Not synchronised: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/packing.h"
#include "base/result.h"
#include "base/time.h"

namespace peregrine::base {

class Histogram {
 public:
  // Longer ones are counted as this.
  static constexpr Duration kLongest = std::chrono::hours(1000);

  // A negative value counts as 0.
  void add(Duration value) { add(value, 1); }
  void add(Duration value, uint64_t times);
  void merge(const Histogram& other);
  void clear();

  uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  Duration least() const { return empty() ? Duration::zero() : least_; }  // exact
  Duration most() const { return empty() ? Duration::zero() : most_; }    // exact
  Duration mean() const;                                                  // exact
  double sum_s() const { return sum_ / 1e9; }  // of all values, in seconds; never falls
  // The value that a share of all, 0 to 1, does not exceed: the middle of its bucket. 0 without any
  // value.
  Duration at(double share) const;
  // How many are longer than this, as far as buckets tell.
  uint64_t longer_than(Duration value) const;

  // For files: "count of a bucket" pairs on one line, readable and small, as `from_text` reads it.
  std::string to_text() const;
  // Fails with Code::invalid for what to_text() does not write.
  static Result<Histogram> from_text(std::string_view text);

  // For another process of this program, in a few bytes for each bucket that is not empty.
  void pack(Packer& into) const;
  // Empty, and `from` is not good any more, for what pack() does not write.
  static Histogram unpack(Unpacker& from);

 private:
  bool is_possible(double sum, uint64_t most) const;
  static size_t index_of(uint64_t value);
  static uint64_t lowest_of(size_t index);
  static uint64_t middle_of(size_t index);

  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  double sum_ = 0;  // ns; exact up to 2^53
  Duration least_ = Duration::max();
  Duration most_ = Duration::zero();
};

}  // namespace peregrine::base
