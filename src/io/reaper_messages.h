// What Peregrine and its reaper say to each other: one message a packet of a SOCK_SEQPACKET pair.
// Both ends are the same program, so numbers are in the machine's order; lengths are checked all
// the same.
//
//   message = kind:u8 field*          text = length:u32 byte*          list = count:u32 text*
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace peregrine::io::reaper {

// The largest packet. Fits the kernel's default socket buffers.
inline constexpr size_t kLongestMessage = size_t{128} * 1024;
inline constexpr uint32_t kNobody = UINT32_MAX;  // uid or gid: as Peregrine itself

// To the reaper. Spawn comes with one descriptor, the child's standard output and error.
struct Spawn {
  uint32_t id = 0;
  uint32_t uid = kNobody;
  uint32_t gid = kNobody;
  std::string cwd;
  std::vector<std::string> argv;
  std::vector<std::string> env;
  std::string input_file{};
  std::string output_file{};
};
struct Kill {
  int32_t pid = 0;
  int32_t signal = 0;
};
struct Stop {
  uint32_t grace_ms = 0;
};
using Request = std::variant<Spawn, Kill, Stop>;

// From the reaper.
struct Started {
  uint32_t id = 0;
  int32_t pid = 0;
};
struct NotStarted {
  uint32_t id = 0;
  int32_t error = 0;  // errno
  std::string
      doing;  // what could not be done before it: "enter its folder"; empty: the start itself
};
struct Ended {
  int32_t pid = 0;
  int32_t code = 0;
  int32_t signal = 0;
};
using Event = std::variant<Started, NotStarted, Ended>;

std::string encode(const Request& request);
std::string encode(const Event& event);
// Nothing when the bytes are no message.
std::optional<Request> decode_request(std::string_view bytes);
std::optional<Event> decode_event(std::string_view bytes);

}  // namespace peregrine::io::reaper
