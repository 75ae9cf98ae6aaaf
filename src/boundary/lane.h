// One connection through a boundary: bytes both ways, each operation as the director says.
//
// One bounded buffer a direction is in flight: a slow side slows the other. What ends one way ends
// it the other way too, behind what came before. With a director, what has begun and not ended is
// kept back, up to kMostKept bytes a direction; what is larger is decided by its beginning and then
// passes as it comes.
//
// One thread: the loop's.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "boundary/crossing.h"
#include "boundary/tap.h"
#include "io/scope.h"
#include "io/stream.h"

namespace peregrine::boundary {

class Lane {
 public:
  static constexpr size_t kMostKept = size_t{1} << 20;

  struct Parts {
    std::unique_ptr<io::Stream> client;
    std::unique_ptr<io::Stream> server;
    std::unique_ptr<Tap> tap;                        // null: only bytes pass, and nobody is asked
    std::string_view boundary;                       // its name, which outlives the lane
    std::unique_ptr<Crossing::Starting> starting{};  // until something can be asked
  };
  // The crossing outlives it.
  Lane(Parts parts, Crossing& crossing);
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Until both directions have ended. `first` came from the client before.
  io::Task<void> run(std::string first);
  // The client of that key (Tap::key) gives up what it has asked. True when that is held, and the
  // server has not seen it: it never will. Else it is for the server.
  bool cancel(std::string_view key);

 private:
  struct Way {
    io::Stream& from;
    io::Stream& to;
    Point point;
    std::string kept{};          // of what has begun
    bool decided_early = false;  // what has begun was too large to be kept
    bool lost = false;           // the director has dropped something: all that follows goes too
  };
  // An operation between its request and its answer. Those that nobody was asked about have no id:
  // they keep the order.
  struct Running {
    OperationId id = 0;
    std::string text{};
    bool visible = true;
    std::optional<Reach> reach{};
    // It is divided, or refused: what the server answers is not what the service is told.
    bool rewritten = false;
  };

  io::Task<void> pass_answers();
  io::Task<base::Result<>> pass(Way& way, std::string_view first);
  io::Task<base::Result<>> take(Way& way, std::string_view fresh);
  bool is_rewritten() const { return !running_.empty() && running_.front().rewritten; }
  io::Task<base::Result<>> take_rewritten(std::string_view fresh);
  io::Task<base::Result<>> finish_divided();
  io::Task<base::Result<>> wait_for_rewritten(Way& way, std::string_view before);
  io::Task<base::Result<>> refuse();
  io::Task<base::Result<size_t>> next_bytes(Way& way, std::vector<char>& buffer);
  Tap::Taken see(const Way& way, std::string_view bytes);
  Verdict decide(Way& way);
  io::Task<base::Result<>> obey(Way& way, Verdict verdict, std::string_view before);
  io::Task<void> read_ahead(OperationId id);
  void passed(Way& way);
  void settle(const Running& running, const Outcome& outcome);
  Operation operation(const Running& running) const;
  void end();

  Parts parts_;
  Crossing& crossing_;
  const LaneId id_;
  Way requests_;
  Way answers_;
  std::deque<Running> running_;
  OperationId held_ = 0;       // which has been asked whole, and that nobody has seen
  bool refused_ = false;       // it will not be sent
  io::Signal answered_;        // what was rewritten is over
  std::string begun_message_;  // of what the server answers that
  std::string told_;           // of what the service will be told
  std::string ahead_;          // came from the client while it was held
};

}  // namespace peregrine::boundary
