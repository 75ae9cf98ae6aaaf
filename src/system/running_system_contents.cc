// What a system holds after a play, to be compared with what it holds after another.
#include "system/running_system.h"

namespace peregrine::system {

using base::Result;

io::Task<Result<RunningSystem::Contents>> RunningSystem::contents(
    const std::set<std::string>& without, bool with_parts, io::Deadline deadline) {
  Drawn drawn;
  for (const auto& [name, database] : databases_) database->add_drawn(drawn);
  providers_.add_drawn(drawn);
  Contents contents;
  for (auto& [name, database] : databases_) {
    if (with_parts) {
      CO_TRY(auto parts, co_await database->parts(drawn, deadline));
      contents.parts.merge(parts);
    }
    CO_TRY(const std::string digest, co_await database->digest(without, drawn, deadline));
    contents.digest += digest;
  }
  std::vector<ContentTable> tables = providers_.contents(drawn);
  if (mail_) tables.push_back(mail_->contents(drawn));
  for (const ContentTable& table : tables) {
    if (with_parts) contents.parts.merge(parts_of(table));
    contents.digest += digest_of(table, without);
  }
  co_return contents;
}

}  // namespace peregrine::system
