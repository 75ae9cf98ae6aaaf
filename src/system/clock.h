// The time of day of a system: the machine's own, or one that Peregrine moves. What starts with the
// environment that give_to() has filled shows it, by a library that is preloaded (see preload/) and
// a page in the private directory that this object writes.
//
// Time runs on from wherever the clock is set. Of one thread; the programs see a move at once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock_page.h"
#include "base/result.h"
#include "base/time.h"
#include "system/private_directory.h"

namespace peregrine::system {

class Clock {
 public:
  // What a clock that was moved showed before, and shows now.
  using Listener = std::function<void(base::WallTime before, base::WallTime now)>;

  Clock() = default;  // the machine's
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  ~Clock();

  // From here on it can be moved. Puts the library and the page into the directory. Fails when the
  // library is not found, or could not be loaded from there. Not twice.
  base::Result<> steer(const PrivateDirectory& directory);
  bool is_steered() const { return page_ != nullptr; }

  base::WallTime now() const { return base::wall_now() + ahead(); }
  // How far it is ahead of the machine's.
  base::Duration ahead() const;

  // Whether a clock can show this: computers count from 1970 on.
  static bool can_show(base::WallTime instant);
  // Both tell the listeners. REQUIRES: is_steered(), and can_show() what it will show.
  void set(base::WallTime instant);
  void jump(base::Duration by);
  // As the machine's again.
  void let_go();

  // Called after each move, in the order in which they came, from within it: a listener must not
  // wait. There is no end to it, so what it refers to lives as long as the clock is moved.
  void listen(Listener listener) { listeners_.push_back(std::move(listener)); }

  // Makes a program that starts with this environment show this clock: any child of Peregrine's
  // that belongs to the system is to pass here, last. Nothing when the clock is not steered.
  void give_to(std::vector<std::string>& environment) const;

 private:
  void move(base::Duration ahead);

  std::string library_;
  std::string page_path_;
  base::ClockPage* page_ = nullptr;  // mapped
  std::vector<Listener> listeners_;
};

}  // namespace peregrine::system
