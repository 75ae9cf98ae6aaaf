// Which of a load's users, plays and iterations one process plays, where several do.
//
// Nothing is handed from one process to another while they play: who plays what follows from its
// number alone, and each process counts for itself.
//
//   plays that look     their share of all, evenly, and the first: all in the process that has the
//                       system, which is `home`
//   all others          in turn: the first in worker 0, the next in worker 1, …
//
// In an open model that is of plays, by when they are due; in a closed one of users, so that those
// at home play what looks. Where nothing looks, nobody plays at home.
#pragma once

#include <cstddef>
#include <cstdint>

namespace peregrine::trial {

class Share {
 public:
  // All of it, in one process.
  Share() = default;
  // Of one of so many workers, or what is left at home. `looking`: the share of those who look, 0
  // where nothing does. REQUIRES: worker < workers.
  static Share of_worker(size_t worker, size_t workers, double looking);
  static Share at_home(size_t workers, double looking);

  bool is_all() const { return workers_ == 0; }
  // Of those with numbers below this, how many are of this share.
  uint64_t below(uint64_t number) const;
  // The number of the n-th of this share, from 0. REQUIRES: there is one (see at_home).
  uint64_t nth(uint64_t n) const;

  // Iterations that its users play, of all, which are dealt out among so many users. All shares
  // together have them all.
  uint64_t iterations(uint64_t all, uint64_t users) const;
  // A number that no other share gives, for its n-th user where users are made as they are needed.
  uint64_t number_of_user(uint64_t n) const;
  // Whether the n-th play of this share looks, where so many of all users are at this load.
  // `verify` is the share of all plays that does.
  bool looks(uint64_t n, double verify, uint64_t users) const;

 private:
  Share(size_t worker, size_t workers, double looking)
      : worker_(worker), workers_(workers), looking_(looking) {}
  bool is_home() const { return worker_ == workers_; }
  uint64_t lookers_below(uint64_t number) const;
  uint64_t earlier_users(uint64_t users) const;

  size_t worker_ = 0;  // at home: workers_
  size_t workers_ = 0;
  double looking_ = 0;
};

// Whether the play with this number looks: the first does, and then their share of them, evenly.
bool looks(uint64_t number, double share);

}  // namespace peregrine::trial
