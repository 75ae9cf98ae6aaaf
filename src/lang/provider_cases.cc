// A case of a route, or the whole of a route without cases: what is done and answered.
#include <fmt/core.h>

#include <algorithm>

#include "lang/bare_expression.h"
#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

constexpr int64_t kMostListed = 10'000;

class CaseReader {
 public:
  CaseReader(Scope& scope, const Route& route, ProviderReader& reader)
      : scope_(scope), route_(route), reader_(reader), diagnostics_(reader.diagnostics) {}

  Case read(const Fields& keys) {
    Case result{.at = keys.node().at,
                .when = {},
                .effects = {},
                .wait = {},
                .listing = {},
                .answer = ReplyPtr{}};
    if (const Node* when = keys["when"]) {
      result.when = compile_bare(*when, "when", "pi == null", scope_.names, diagnostics_);
    }
    if (const Node* effects = keys["do"]) result.effects = read_effects(*effects, scope_, reader_);
    if (const Node* wait = keys["wait"]) result.wait = read_wait(*wait);
    if (const Node* list = keys["list"]) result.listing = read_listing(*list);
    read_answer(keys, result);
    return result;
  }

 private:
  std::optional<Wait> read_wait(const Node& node) {
    const Fields keys(node, "`wait`", diagnostics_, {"until", "within", "replaced"});
    const Node* until = keys.required("until", "it is true once there is an answer");
    const Node* within = keys.required("within", "it is the longest wait: within: 30s");
    if (!until || !within) return std::nullopt;
    auto condition =
        compile_bare(*until, "until", "pending.size() > 0", scope_.names, diagnostics_);
    Template limit = compile_text(*within, "`within`", "write a length of time: 30s", scope_.names,
                                  diagnostics_);
    if (limit.literal()) read_duration(*within, "`within`", diagnostics_);
    ReplyPtr replaced;
    if (const Node* reply = keys["replaced"]) {
      replaced = read_reply(*reply, scope_, route_user(), reader_);
    }
    if (!condition) return std::nullopt;
    return Wait{*std::move(condition), std::move(limit), std::move(replaced)};
  }

  std::optional<Listing> read_listing(const Node& node) {
    const Fields keys(node, "`list`", diagnostics_,
                      {"of", "order", "after", "before", "limit", "default"});
    const Node* of = keys.required("of", "it is what is listed, as in of: customers");
    auto bare = [&](std::string_view key, std::string_view example) {
      const Node* value = keys[key];
      return value ? compile_bare(*value, key, example, scope_.names, diagnostics_) : std::nullopt;
    };
    auto listed = bare("of", "customers");
    const auto holds = of ? scope_.holds_of(of->text) : std::nullopt;
    if (of && ((holds && !holds->list) || (listed && listed->constant()))) {
      diagnostics_.add(of->at, fmt::format("`of` is a list, {} is none", of->describe()),
                       "name a resource, or choose of one: customers.filter(c, c.live)");
    }
    Listing listing{.of = {},
                    .order = {},
                    .after = bare("after", "query.starting_after"),
                    .before = bare("before", "query.ending_before"),
                    .limit = bare("limit", "query.limit")};
    if (const Node* order = keys["order"]) read_order(*order, holds, listing);
    if (const Node* usual = keys["default"]) read_default(*usual, listing);
    if (!keys["limit"] && !keys["default"]) listing.default_limit = kMostListed;
    declare_page(node, listing);
    if (!listed) return std::nullopt;
    listing.of = *std::move(listed);
    return listing;
  }

  void declare_page(const Node& node, Listing& listing) {
    if (scope_.names.find("page")) {
      diagnostics_.add(node.at, "`list` gives `page`, and another value has that name",
                       "call the other one differently");
    }
    listing.page = scope_.declare("page");
    scope_.names.close("page", {"items", "more"});
  }

  // `created`, or `-created` for the last first.
  void read_order(const Node& node, std::optional<Holds> holds, Listing& listing) {
    std::string text = read_text(node, "`order`", diagnostics_);
    listing.descending = text.starts_with('-');
    if (listing.descending) text.erase(0, 1);
    listing.order = text;
    if (!holds || text.empty()) return;
    const std::vector<std::string>& members = (*scope_.members)[holds->resource];
    if (std::ranges::find(members, text) != members.end()) return;
    diagnostics_.add(
        node.at,
        fmt::format("`{}` has no field `{}`", reader_.spec.resources[holds->resource].name, text),
        suggestion(text, {members.begin(), members.end()}));
  }

  void read_default(const Node& node, Listing& listing) {
    const base::Value value = node.kind == Node::Kind::scalar ? scalar_value(node) : base::Value();
    const bool fits =
        value.kind() == base::Kind::int64 && value.as_int() > 0 && value.as_int() <= kMostListed;
    if (fits) {
      listing.default_limit = value.as_int();
      return;
    }
    diagnostics_.add(node.at,
                     fmt::format("`default` is how many are listed where the request does not say, "
                                 "this is {}",
                                 node.describe()),
                     fmt::format("write a number from 1 to {}", kMostListed));
  }

  void read_answer(const Fields& keys, Case& result) {
    const Node* reply = keys["reply"];
    const Node* exec = keys["exec"];
    if (reply && exec) {
      diagnostics_.add(exec->at, "`exec` answers in place of `reply`", "leave one of them out");
    } else if (reply) {
      result.answer = read_reply(*reply, scope_, route_user(), reader_);
    } else if (exec) {
      read_text(*exec, "`exec`", diagnostics_);
      if (exec->kind == Node::Kind::scalar) {
        result.answer = ExecAnswer{exec->at, Template::compile(*exec, scope_.names, diagnostics_)};
      }
    } else {
      diagnostics_.add(keys.node().at, "nothing says what is answered here",
                       "write `reply:`, a map or the name of one; `reply: {}` is 200 without a "
                       "body");
    }
  }

  std::string route_user() const { return fmt::format("`{}`", route_.title()); }

  Scope& scope_;
  const Route& route_;
  ProviderReader& reader_;
  Diagnostics& diagnostics_;
};

}  // namespace

Case read_case(const Fields& fields, Scope scope, Route& route, ProviderReader& reader) {
  Case result = CaseReader(scope, route, reader).read(fields);
  route.slots = std::max(route.slots, scope.names.size());
  return result;
}

}  // namespace peregrine::lang
