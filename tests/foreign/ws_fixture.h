// For the tests against npm's `ws`.
#pragma once

#include "net/websocket.h"
#include "npm_fixture.h"

namespace peregrine::net {

using namespace std::chrono_literals;
using base::Result;
using io::Loop;
using io::Task;
using wire::websocket::Message;
using wire::websocket::Opcode;

inline std::string bytes(size_t count, unsigned seed) {
  std::string result(count, '\0');
  for (char& c : result) c = static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
  return result;
}
inline std::string ascii(size_t count) {
  std::string result;
  for (size_t i = 0; result.size() < count; ++i) result += fmt::format("line {}\n", i * i);
  return result.substr(0, count);
}

class WsTest : public NpmTest {};

}  // namespace peregrine::net
