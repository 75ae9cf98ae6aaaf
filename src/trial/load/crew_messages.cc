#include "trial/load/crew_messages.h"

#include <type_traits>
#include <utility>

#include "base/packing.h"
#include "base/value_packing.h"

namespace peregrine::trial::crew {

using base::Duration;
using base::Histogram;
using base::Instant;
using base::Packer;
using base::Unpacker;

namespace {

// Each field once, for both directions.
class Writing {
 public:
  explicit Writing(Packer& into) : into_(into) {}
  void operator()(const uint64_t& field) { into_.number(field); }
  void operator()(const bool& field) { into_.truth(field); }
  void operator()(const Duration& field) { into_.signed_number(field.count()); }
  void operator()(const Instant& field) { into_.signed_number(field.time_since_epoch().count()); }
  void operator()(const std::string& field) { into_.text(field); }
  void operator()(const Histogram& field) { field.pack(into_); }
  void operator()(const base::Value& field) { base::pack(field, into_); }
  template <class T>
  void operator()(const std::vector<T>& field) {
    into_.number(field.size());
    for (const T& each : field) (*this)(each);
  }

 private:
  Packer& into_;
};

class Reading {
 public:
  explicit Reading(Unpacker& from) : from_(from) {}
  void operator()(uint64_t& field) { field = from_.number(); }
  void operator()(bool& field) { field = from_.truth(); }
  void operator()(Duration& field) { field = Duration(from_.signed_number()); }
  void operator()(Instant& field) { field = Instant(Duration(from_.signed_number())); }
  void operator()(std::string& field) { field = from_.text(); }
  void operator()(Histogram& field) { field = Histogram::unpack(from_); }
  void operator()(base::Value& field) { field = base::unpack_value(from_); }
  template <class T>
  void operator()(std::vector<T>& field) {
    field.resize(from_.count());
    for (T& each : field) (*this)(each);
  }

 private:
  Unpacker& from_;
};

// `m` is a message of one kind, const when it is written.
void fields(auto& each, auto& m) {
  using M = std::remove_cvref_t<decltype(m)>;
  if constexpr (std::is_same_v<M, Begin>) {
    each(m.at);
  } else if constexpr (std::is_same_v<M, Stop>) {
    each(m.until);
  } else if constexpr (std::is_same_v<M, StepMeasured>) {
    each(m.index), each(m.step.ended), each(m.step.lost), each(m.step.failed);
    each(m.step.times.latency), each(m.step.times.service), each(m.step.times.blocked);
  } else if constexpr (std::is_same_v<M, FailuresMeasured>) {
    each(m.failures.kind), each(m.failures.count), each(m.failures.texts);
  } else if constexpr (std::is_same_v<M, SecondMeasured>) {
    each(m.playing), each(m.cpu), each(m.rss_bytes);
    each(m.plays.begun), each(m.plays.ended), each(m.plays.failed), each(m.plays.lost);
    each(m.plays.cut), each(m.plays.looked), each(m.plays.times);
    each(m.slice.number), each(m.slice.latency);
    auto& slice = m.slice.slice;
    each(slice.begin), each(slice.length), each(slice.counted), each(slice.requests);
    each(slice.plays), each(slice.failed), each(slice.users);
    each(slice.streams), each(slice.messages);
    auto& streams = m.slice.streams;
    each(streams.opened), each(streams.most_open), each(streams.broke), each(streams.messages);
    each(streams.bytes);
  } else if constexpr (std::is_same_v<M, Told>) {
    each(m.role), each(m.play);
  } else {
    each(m.not_begun), each(m.plays_told), each(m.lag);
  }
}

template <class Variant>
std::string encode_any(const Variant& message) {
  Packer packer;
  packer.number(message.index());
  Writing writing(packer);
  std::visit([&](const auto& m) { fields(writing, m); }, message);
  return packer.take();
}

template <class Variant, size_t I = 0>
std::optional<Variant> decode_rest(uint64_t kind, Unpacker& from) {
  if constexpr (I == std::variant_size_v<Variant>) {
    return std::nullopt;
  } else {
    if (kind != I) return decode_rest<Variant, I + 1>(kind, from);
    std::variant_alternative_t<I, Variant> message;
    Reading reading(from);
    fields(reading, message);
    if (!from.complete()) return std::nullopt;
    return Variant(std::move(message));
  }
}

template <class Variant>
std::optional<Variant> decode_any(std::string_view bytes) {
  Unpacker from(bytes);
  const uint64_t kind = from.number();
  return from.good() ? decode_rest<Variant>(kind, from) : std::nullopt;
}

}  // namespace

std::string encode(const Order& order) { return encode_any(order); }
std::string encode(const Word& word) { return encode_any(word); }
std::optional<Order> decode_order(std::string_view bytes) { return decode_any<Order>(bytes); }
std::optional<Word> decode_word(std::string_view bytes) { return decode_any<Word>(bytes); }

}  // namespace peregrine::trial::crew
