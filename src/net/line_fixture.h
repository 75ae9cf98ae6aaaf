// For tests: a line in which last bytes wait until it is opened.
#pragma once

#include "io/loop.h"
#include "net/http_call.h"

namespace peregrine::net {

class Line final : public LastByte {
 public:
  explicit Line(io::Loop& loop) : opened_(loop) {}
  io::Task<base::Result<>> may_go() override {
    ++waiting;
    while (!open_) CO_TRY_OK(co_await opened_.wait(io::Deadline::never()));
    co_return base::Result<>{};
  }
  void open() {
    open_ = true;
    opened_.notify_all();
  }

  size_t waiting = 0;  // who has come

 private:
  bool open_ = false;
  io::Signal opened_;
};

}  // namespace peregrine::net
