#include "lang/redis_command.h"

#include <algorithm>
#include <span>

#include "base/text.h"

namespace peregrine::lang {

namespace {

// `COMMAND LIST FILTERBY ACLCAT write` of Redis 7.0, in its order.
constexpr std::string_view kWriting[] = {"APPEND",
                                         "BITFIELD",
                                         "BITOP",
                                         "BLMOVE",
                                         "BLMPOP",
                                         "BLPOP",
                                         "BRPOP",
                                         "BRPOPLPUSH",
                                         "BZMPOP",
                                         "BZPOPMAX",
                                         "BZPOPMIN",
                                         "COPY",
                                         "DECR",
                                         "DECRBY",
                                         "DEL",
                                         "EXPIRE",
                                         "EXPIREAT",
                                         "FLUSHALL",
                                         "FLUSHDB",
                                         "GEOADD",
                                         "GEORADIUS",
                                         "GEORADIUSBYMEMBER",
                                         "GEOSEARCHSTORE",
                                         "GETDEL",
                                         "GETEX",
                                         "GETSET",
                                         "HDEL",
                                         "HINCRBY",
                                         "HINCRBYFLOAT",
                                         "HMSET",
                                         "HSET",
                                         "HSETNX",
                                         "INCR",
                                         "INCRBY",
                                         "INCRBYFLOAT",
                                         "LINSERT",
                                         "LMOVE",
                                         "LMPOP",
                                         "LPOP",
                                         "LPUSH",
                                         "LPUSHX",
                                         "LREM",
                                         "LSET",
                                         "LTRIM",
                                         "MIGRATE",
                                         "MOVE",
                                         "MSET",
                                         "MSETNX",
                                         "PERSIST",
                                         "PEXPIRE",
                                         "PEXPIREAT",
                                         "PFADD",
                                         "PFDEBUG",
                                         "PFMERGE",
                                         "PSETEX",
                                         "RENAME",
                                         "RENAMENX",
                                         "RESTORE",
                                         "RPOP",
                                         "RPOPLPUSH",
                                         "RPUSH",
                                         "RPUSHX",
                                         "SADD",
                                         "SDIFFSTORE",
                                         "SET",
                                         "SETBIT",
                                         "SETEX",
                                         "SETNX",
                                         "SETRANGE",
                                         "SINTERSTORE",
                                         "SMOVE",
                                         "SPOP",
                                         "SREM",
                                         "SUNIONSTORE",
                                         "SWAPDB",
                                         "UNLINK",
                                         "XACK",
                                         "XADD",
                                         "XAUTOCLAIM",
                                         "XCLAIM",
                                         "XDEL",
                                         "XGROUP",
                                         "XREADGROUP",
                                         "XSETID",
                                         "XTRIM",
                                         "ZADD",
                                         "ZDIFFSTORE",
                                         "ZINCRBY",
                                         "ZINTERSTORE",
                                         "ZMPOP",
                                         "ZPOPMAX",
                                         "ZPOPMIN",
                                         "ZRANGESTORE",
                                         "ZREM",
                                         "ZREMRANGEBYLEX",
                                         "ZREMRANGEBYRANK",
                                         "ZREMRANGEBYSCORE",
                                         "ZUNIONSTORE"};

constexpr std::string_view kOfConnection[] = {
    "AUTH",      "CLIENT",      "DISCARD", "EXEC",         "HELLO",     "MONITOR",
    "MULTI",     "PSUBSCRIBE",  "PSYNC",   "PUNSUBSCRIBE", "QUIT",      "READONLY",
    "READWRITE", "RESET",       "SELECT",  "SSUBSCRIBE",   "SUBSCRIBE", "SUNSUBSCRIBE",
    "SYNC",      "UNSUBSCRIBE", "UNWATCH", "WATCH"};

bool stands_in(std::span<const std::string_view> list, std::string_view name) {
  return std::ranges::binary_search(list, name);
}

}  // namespace

std::string redis_command_name(const Command& command) {
  if (command.words.empty()) return "";
  const base::Value* literal = command.words.front().literal();
  return literal && literal->is_text() ? base::uppercase(literal->as_text()) : "";
}

bool redis_writes(std::string_view name) { return stands_in(kWriting, base::uppercase(name)); }

bool redis_changes_connection(std::string_view name) {
  return stands_in(kOfConnection, base::uppercase(name));
}

}  // namespace peregrine::lang
