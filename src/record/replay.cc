#include "record/replay.h"

#include "base/digest.h"

namespace peregrine::record {

namespace {

constexpr size_t kDigits = 8;

}  // namespace

std::string replay_id(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += word + '\0';
  return base::sha256_hex(all).substr(0, kDigits);
}

bool is_replay_id(const std::string& text) {
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace peregrine::record
