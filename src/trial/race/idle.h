// What services ask by themselves while nobody plays: heartbeats, looks into queues.
#pragma once

#include <set>
#include <string>

#include "base/time.h"
#include "system/running_system.h"

namespace peregrine::trial {

// So long that what they ask shows.
inline constexpr base::Duration kIdle = std::chrono::milliseconds(500);

// By boundary and text, as operations have them; of a transaction what it begins with.
io::Task<std::set<std::string, std::less<>>> watch_idle(io::Loop& loop,
                                                        system::RunningSystem& system,
                                                        base::Duration span);
std::string key_of(std::string_view boundary, std::string_view text);

}  // namespace peregrine::trial
