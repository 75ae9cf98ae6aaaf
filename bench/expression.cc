// How long expressions take that journeys are full of, and the same in Lua: compiled once, called
// again and again with its `this` already there.
#include "lang/expression.h"

#include <benchmark/benchmark.h>

#include <lua.hpp>

#include "base/check.h"
#include "base/json.h"

namespace {

using namespace peregrine;  // NOLINT(google-build-using-namespace)

void evaluate(benchmark::State& state, const char* text) {
  lang::Names names;
  names.declare("this");
  const std::vector<base::Value> slots = {*base::parse_json(
      R"({"id": "o1", "status": "paid", "total": 120, "items": [{"n": 1}, {"n": 2}, {"n": 3}]})")};
  lang::Node scalar;
  scalar.text = text;
  lang::Diagnostics diagnostics;
  const auto expression = lang::compile_expression(text, scalar, 0, names, diagnostics);
  base::check(expression.has_value(), "the expression compiles");
  const lang::Context context{.slots = slots};
  for (auto _ : state) {
    auto value = expression->evaluate(context);
    benchmark::DoNotOptimize(value);
  }
}

void evaluate_lua(benchmark::State& state, const char* text) {
  lua_State* lua = luaL_newstate();
  luaL_openlibs(lua);
  const std::string chunk = std::string(
                                "local this = {id = 'o1', status = 'paid', total = 120, "
                                "items = {{n = 1}, {n = 2}, {n = 3}}}; return function() return ") +
                            text + " end";
  base::check(luaL_dostring(lua, chunk.c_str()) == LUA_OK, "the chunk compiles");
  for (auto _ : state) {
    lua_pushvalue(lua, -1);
    base::check(lua_pcall(lua, 0, 1, 0) == LUA_OK, "the call holds");
    int result = lua_toboolean(lua, -1);
    benchmark::DoNotOptimize(result);
    lua_pop(lua, 1);
  }
  lua_close(lua);
}

BENCHMARK_CAPTURE(evaluate_lua, predicate, "this.total > 100 and #this.items == 3");
BENCHMARK_CAPTURE(evaluate_lua, member, "this.total");
BENCHMARK_CAPTURE(evaluate_lua, text, "this.status == 'paid'");
BENCHMARK_CAPTURE(evaluate, predicate, "this.total > 100 && this.items.size() == 3");
BENCHMARK_CAPTURE(evaluate, member, "this.total");
BENCHMARK_CAPTURE(evaluate, text, "this.status == 'paid'");
BENCHMARK_CAPTURE(evaluate, all, "this.items.all(i, i.n > 0)");
BENCHMARK_CAPTURE(evaluate, map, "this.items.map(i, i.n * 2)");

}  // namespace
