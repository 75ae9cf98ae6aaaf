// What a request asks for: the members of its JSON body, or of its query where it has no body.
#pragma once

#include "base/value.h"
#include "net/http_server_router.h"
#include "net/postgres.h"

namespace peregrine::racing {

class Asked {
 public:
  // Fails with Code::invalid for a body that is no JSON.
  static base::Result<Asked> read(const net::HttpRequest& request);

  // As a statement's parameter: its text, NULL where there is none.
  net::Cell operator[](std::string_view name) const;
  // The same, empty where there is none.
  std::string text(std::string_view name) const { return (*this)[name].value_or(""); }
  // The same as a number, 0 where there is none.
  int64_t number(std::string_view name) const;

 private:
  base::Value body_;
  net::Pairs query_;
};

}  // namespace peregrine::racing
