#include "io/reaper_messages.h"

#include <cstring>
#include <type_traits>

namespace peregrine::io::reaper {

namespace {

class Writer {
 public:
  explicit Writer(size_t kind) { bytes_.push_back(static_cast<char>(kind)); }
  void put(uint32_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void put(int32_t value) { put(static_cast<uint32_t>(value)); }
  void put(const std::string& text) {
    put(static_cast<uint32_t>(text.size()));
    bytes_ += text;
  }
  void put(const std::vector<std::string>& list) {
    put(static_cast<uint32_t>(list.size()));
    for (const std::string& text : list) put(text);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads past the end give zeros and make the message none.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool complete() const { return good_ && rest_.empty(); }

  void get(uint32_t& value) {
    if (rest_.size() < sizeof value) return fail();
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
  }
  void get(int32_t& value) {
    uint32_t raw = 0;
    get(raw);
    value = static_cast<int32_t>(raw);
  }
  void get(std::string& text) {
    uint32_t length = 0;
    get(length);
    if (length > rest_.size()) return fail();
    text.assign(rest_.substr(0, length));
    rest_.remove_prefix(length);
  }
  void get(std::vector<std::string>& list) {
    uint32_t count = 0;
    get(count);
    // Each text takes its length at least, so a count cannot ask for more memory than was sent.
    if (count > rest_.size() / sizeof count) return fail();
    list.resize(count);
    for (std::string& text : list) get(text);
  }

 private:
  void fail() {
    good_ = false;
    rest_ = {};
  }
  std::string_view rest_;
  bool good_ = true;
};

// One list of fields a message, for both directions.
template <class Bytes>
void fields(Bytes&& each, auto& m) {
  using M = std::remove_cvref_t<decltype(m)>;
  if constexpr (std::is_same_v<M, Spawn>) {
    each(m.id), each(m.uid), each(m.gid), each(m.cwd), each(m.argv), each(m.env);
    each(m.input_file), each(m.output_file);
  } else if constexpr (std::is_same_v<M, Kill>) {
    each(m.pid), each(m.signal);
  } else if constexpr (std::is_same_v<M, Stop>) {
    each(m.grace_ms);
  } else if constexpr (std::is_same_v<M, Started>) {
    each(m.id), each(m.pid);
  } else if constexpr (std::is_same_v<M, NotStarted>) {
    each(m.id), each(m.error), each(m.doing);
  } else {
    each(m.pid), each(m.code), each(m.signal);
  }
}

template <class Variant>
std::string encode_any(const Variant& message) {
  Writer writer(message.index());
  std::visit([&](const auto& m) { fields([&](const auto& f) { writer.put(f); }, m); }, message);
  return writer.take();
}

template <class Variant, size_t I = 0>
std::optional<Variant> decode_any(std::string_view bytes) {
  if constexpr (I == std::variant_size_v<Variant>) {
    return std::nullopt;
  } else {
    if (bytes.empty()) return std::nullopt;
    if (static_cast<unsigned char>(bytes[0]) != I) return decode_any<Variant, I + 1>(bytes);
    Reader reader(bytes.substr(1));
    std::variant_alternative_t<I, Variant> message;
    fields([&](auto& f) { reader.get(f); }, message);
    if (!reader.complete()) return std::nullopt;
    return Variant(std::move(message));
  }
}

}  // namespace

std::string encode(const Request& request) { return encode_any(request); }
std::string encode(const Event& event) { return encode_any(event); }
std::optional<Request> decode_request(std::string_view bytes) { return decode_any<Request>(bytes); }
std::optional<Event> decode_event(std::string_view bytes) { return decode_any<Event>(bytes); }

}  // namespace peregrine::io::reaper
