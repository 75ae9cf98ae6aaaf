// A desk beside a provider, on a port of its own, from which it is watched and led by HTTP:
//
//   GET  /               calls, webhooks and resources, as JSON
//   POST /actions/NAME   does an action; the body is a map of its inputs, or empty
//   POST /fail           { route, with, times }: requests fail from now on; without `with`, no more
//   POST /reset          all is as it was in the beginning
//
// It is for `peregrine mock`, where nobody plays journeys. One thread: the loop's; it ends before
// its provider.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "boundary/provider.h"
#include "io/loop.h"
#include "net/http_server.h"

namespace peregrine::boundary {

class ProviderDesk {
 public:
  static base::Result<std::unique_ptr<ProviderDesk>> open(io::Loop& loop, const io::Address& at,
                                                          Provider& provider);
  ProviderDesk(const ProviderDesk&) = delete;
  ProviderDesk& operator=(const ProviderDesk&) = delete;

  std::string url() const { return "http://" + server_.address().to_string(); }

 private:
  ProviderDesk(io::Loop& loop, io::Listener listener, Provider& provider);
  net::Router router();
  wire::Response journal() const;
  io::Task<wire::Response> act(const net::HttpRequest& request);
  wire::Response fail(const net::HttpRequest& request);
  wire::Response reset();

  Provider& provider_;
  std::shared_ptr<const Provider::Snapshot> beginning_;
  net::HttpServer server_;
};

}  // namespace peregrine::boundary
