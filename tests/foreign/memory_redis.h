// A Redis in memory, as far as its own clients need one to be tested: our codec on our sockets.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>

#include "io/scope.h"
#include "io/socket.h"
#include "wire/resp.h"

namespace peregrine::net {

namespace resp = wire::resp;

class MemoryRedis {
 public:
  explicit MemoryRedis(io::Loop& loop)
      : listener_(*io::Listener::open(loop, {"127.0.0.1", 0, ""})), connections_(loop) {
    connections_.spawn(accept_all());
  }

  uint16_t port() const { return listener_.address().port; }
  std::string value(const std::string& key) { return strings_[key]; }

  std::map<std::string, int> counts{};  // of commands, by their name in capitals
  std::string broken{};                 // what a client sent that is no RESP

 private:
  using Reply = resp::Value;
  using Command = resp::Command;

  io::Task<void> accept_all() {
    for (;;) {
      auto socket = co_await listener_.accept(io::Deadline::never());
      if (!socket) co_return;
      connections_.spawn(serve(*std::move(socket)));
    }
  }
  io::Task<void> serve(io::Socket socket) {
    resp::CommandReader reader;
    resp::Version version = resp::Version::resp2;
    std::vector<char> buffer(16 * 1024);
    for (;;) {
      auto n = co_await socket.receive(buffer, io::Deadline::never());
      if (!n || *n == 0) co_return;
      std::string_view rest(buffer.data(), *n);
      std::string out;
      bool last = false;
      while (!rest.empty() && broken.empty() && !last) {
        auto used = reader.feed(rest);
        if (!used) broken = used.error().to_string();
        rest.remove_prefix(used ? *used : 0);
        if (reader.done()) last = answer(reader.take(), version, out);
      }
      if (!co_await socket.send(out, io::Deadline::never()) || last || !broken.empty()) co_return;
    }
  }

  // Whether that was the last answer of the connection.
  bool answer(Command command, resp::Version& version, std::string& out) {
    std::ranges::transform(command.front(), command.front().begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    });
    ++counts[command.front()];
    if (command.front() == "SUBSCRIBE") {
      say({resp::text("subscribe"), resp::text(command.at(1)), resp::integer(1)}, version, out);
      say({resp::text("message"), resp::text(command.at(1)), resp::text("hello")}, version, out);
      return true;
    }
    if (command.front() == "HELLO") version = resp::Version::resp3;
    if (!append(out, reply(command), version)) broken = "a reply that cannot be written";
    return false;
  }
  void say(std::vector<Reply> push, resp::Version version, std::string& out) {
    const Reply value{.kind = resp::Kind::push, .elements = std::move(push)};
    if (!append(out, value, version)) broken = "a push that cannot be written";
  }

  static Reply ok() { return {.kind = resp::Kind::simple_string, .text = "OK"}; }
  static Reply text_or_nothing(std::deque<std::string>& list, bool front) {
    if (list.empty()) return {};
    Reply reply = resp::text(front ? list.front() : list.back());
    front ? list.pop_front() : list.pop_back();
    return reply;
  }

  Reply reply(const Command& command) {
    const std::string& name = command.front();
    if (name == "PING") return {.kind = resp::Kind::simple_string, .text = "PONG"};
    if (name == "HELLO") {
      return {.kind = resp::Kind::map, .elements = {resp::text("proto"), resp::integer(3)}};
    }
    if (name == "CONFIG") return resp::array({resp::text(command.back()), resp::text("")});
    if (name == "COMMAND") return resp::array({});
    if (name == "ECHO") return resp::text(command.at(1));
    if (command.size() < 2) return resp::error("ERR unknown command '" + name + "'");
    return reply_of_key(name, command.at(1), command);
  }

  Reply reply_of_key(const std::string& name, const std::string& key, const Command& command) {
    if (name == "SET") return strings_[key] = command.at(2), ok();
    if (name == "MSET") {
      for (size_t i = 1; i + 1 < command.size(); i += 2) strings_[command[i]] = command[i + 1];
      return ok();
    }
    if (name == "GET") {
      const auto found = strings_.find(key);
      return found == strings_.end() ? Reply{} : resp::text(found->second);
    }
    if (name == "INCR") return resp::integer(++numbers_[key]);
    if (name == "LPUSH") lists_[key].push_front(command.at(2));
    if (name == "RPUSH") lists_[key].push_back(command.at(2));
    if (name.ends_with("PUSH")) return resp::integer(static_cast<int64_t>(lists_[key].size()));
    if (name == "LPOP" || name == "RPOP") return text_or_nothing(lists_[key], name == "LPOP");
    if (name == "LRANGE") {
      std::vector<Reply> range;
      for (const std::string& each : lists_[key]) {
        if (range.size() <= std::stoul(command.at(3))) range.push_back(resp::text(each));
      }
      return resp::array(std::move(range));
    }
    return reply_of_collection(name, key, command);
  }

  Reply reply_of_collection(const std::string& name, const std::string& key,
                            const Command& command) {
    std::map<std::string, std::string>& members = members_[key];
    const size_t before = members.size();
    const auto added = [&] { return resp::integer(static_cast<int64_t>(members.size() - before)); };
    if (name == "SADD") {
      for (size_t i = 2; i < command.size(); ++i) members[command[i]];
      return added();
    }
    if (name == "HSET") {
      for (size_t i = 2; i + 1 < command.size(); i += 2) members[command[i]] = command[i + 1];
      return added();
    }
    if (name == "ZADD") return members[command.at(3)] = command.at(2), added();
    if (name == "ZSCORE") return {.kind = resp::Kind::number, .text = members[command.at(2)]};
    if (name == "SISMEMBER") {
      return {.kind = resp::Kind::boolean, .integer = members.contains(command.at(2))};
    }
    std::vector<Reply> all;
    for (const auto& [member, value] : members) {
      all.push_back(resp::text(member));
      if (name == "HGETALL" || name == "ZPOPMIN") all.push_back(resp::text(value));
    }
    if (name == "HGETALL") return {.kind = resp::Kind::map, .elements = std::move(all)};
    if (name == "SMEMBERS") return {.kind = resp::Kind::set, .elements = std::move(all)};
    if (name != "SPOP" && name != "ZPOPMIN") return resp::error("ERR unknown command " + name);
    if (!members.empty()) members.erase(members.begin());
    if (name == "ZPOPMIN") return resp::array({all.begin(), all.begin() + (all.empty() ? 0 : 2)});
    return all.empty() ? Reply{} : all.front();
  }

  std::map<std::string, std::string> strings_;
  std::map<std::string, int64_t> numbers_;
  std::map<std::string, std::deque<std::string>> lists_;
  std::map<std::string, std::map<std::string, std::string>> members_;  // of sets and hashes
  io::Listener listener_;
  io::Scope connections_;
};

}  // namespace peregrine::net
