// Which loads a project has.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "lang/inner_steps.h"
#include "lang/pages.h"
#include "trial/load/leaks.h"
#include "trial/load/load.h"
#include "trial/load/profile.h"
#include "trial/load/workers.h"
#include "trial/run.h"

namespace peregrine::trial {

using base::Code;
using base::fail;
using base::Result;
using lang::LoadSpec;

namespace {

// It lasts so long, and nothing may leak, by the load's own bound or the usual one.
void make_soak(LoadSpec& spec, base::Duration length) {
  spec.duration = length;
  spec.iterations.reset();
  spec.stages.clear();
  const auto bounds_all = [](const lang::Threshold& one) {
    return one.what == kLeak && one.on.empty();
  };
  if (std::ranges::any_of(spec.thresholds, bounds_all)) return;
  spec.thresholds.push_back({.at = spec.at,
                             .on = "",
                             .what = std::string(kLeak),
                             .limit = kUsualLeak,
                             .text = std::string(kUsualLeakText)});
}

void change(LoadSpec& spec, const LoadChanges& changes) {
  if (changes.users || changes.rate) {
    spec.model = changes.users ? LoadSpec::Model::closed : LoadSpec::Model::open;
    spec.level = changes.users ? static_cast<double>(*changes.users) : *changes.rate;
    spec.stages.clear();
  }
  if (changes.duration) {
    spec.duration = changes.duration;
    spec.iterations.reset();
    spec.stages.clear();
  }
  if (changes.iterations) {
    spec.iterations = static_cast<int64_t>(*changes.iterations);
    spec.duration.reset();
    spec.stages.clear();
  }
  if (changes.warm_up) spec.warm_up = *changes.warm_up;
  if (changes.soak) make_soak(spec, *changes.soak);
}

void add_sentences(const lang::Steps& steps, std::set<std::string, std::less<>>& sentences) {
  for (const lang::Step& step : steps) {
    sentences.insert(step.sentence);
    for (const lang::Steps* inner : lang::inner_steps(step.action))
      add_sentences(*inner, sentences);
  }
}

// Those of a mix are known only when all its journeys are.
Result<> check_thresholds(const PlannedLoad& load, const lang::SystemSpec& system) {
  std::set<std::string, std::less<>> known{"", "journey", "sql", "redis"};
  for (const lang::ServiceSpec& service : system.services) known.insert(service.name);
  for (const PlannedLoad::Part& part : load.parts) add_sentences(part.plan->steps, known);
  for (const auto* list : {&load.spec.thresholds, &load.spec.abort_on}) {
    for (const lang::Threshold& threshold : *list) {
      if (known.contains(threshold.on)) continue;
      return fail(Code::invalid, "{}:{}: no journey of `{}` has a step `{}`", load.file,
                  threshold.at.line, load.name, threshold.on);
    }
  }
  return {};
}

Result<> check_whole(const PlannedLoad& load) {
  const LoadSpec& spec = load.spec;
  const auto lacks = [&](std::string_view what, std::string_view remedy) {
    return fail(Code::invalid, "{}:{}: the load of `{}` does not say {}; {}", load.file, load.line,
                load.name, what, remedy);
  };
  if (spec.level == 0 && spec.stages.empty()) {
    return lacks("how many users play, or how often a play begins",
                 "write `users: 100` or `rate: 200/s`, or say --users or --rate");
  }
  if (!spec.duration && !spec.iterations && spec.stages.empty()) {
    return lacks("when it ends", "write `for: 30s` or `iterations: 1000`, or say --for");
  }
  return {};
}

// One browser is beside a load, in which few of its plays look at pages.
Result<> check_pages(const PlannedLoad& load) {
  for (const PlannedLoad::Part& part : load.parts) {
    if (const auto why = lang::why_needs_pages(*part.plan)) {
      return fail(Code::invalid,
                  "{}:{}: in a load one browser plays the pages, beside users who leave them out; "
                  "`{}` cannot be played so: {}. Write what users do without a page as requests",
                  load.file, load.line, part.plan->name, *why);
    }
  }
  return {};
}

// However each of them is written: `peregrine load .` gives "./buy.yaml", the system "buy.yaml".
bool is_same_file(const std::string& one, const std::string& other) {
  const auto whole = [](const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal();
  };
  return one == other || whole(one) == whole(other);
}

// Of a search for the limit, which finds the level by itself, and has steps of its own length.
Result<> check_limit(const PlannedLoad& load) {
  if (!load.spec.thresholds.empty()) return {};
  return fail(Code::invalid,
              "{}:{}: the load of `{}` has no thresholds, so nothing says what its limit is; write "
              "`thresholds: {{ p99: 500ms, errors: 1% }}`",
              load.file, load.line, load.name);
}

}  // namespace

// Processes become as many as users need, as far as these can be divided.
Result<> check_users(const std::vector<PlannedLoad>& loads, const ProcessRules& rules) {
  for (const PlannedLoad& load : loads) {
    const double users = Profile(load.spec).most();
    const size_t most = most_users_of(load, rules);
    if (load.spec.model == LoadSpec::Model::open || users <= static_cast<double>(most)) continue;
    std::string why = fmt::format("there are {} processes at most", Workers::kMost);
    if (most < rules.most_users * Workers::kMost)
      why = "those who look (`verify`) are in one process";
    if (const auto one = why_one_process(load)) why = "all are in one process, for " + *one;
    return fail(Code::limit,
                "the load of `{}` has {:.0f} users, and no more than {} may have connections: one "
                "process has {} of them, and {}; raise the limit of open files (ulimit -Hn), or "
                "take fewer users",
                load.name, users, most, rules.most_users, why);
  }
  return {};
}

Result<std::vector<PlannedLoad>> plan_loads(const lang::Project& project,
                                            const LoadChanges& changes) {
  std::vector<PlannedLoad> loads;
  const bool only_one = project.journeys.size() == 1 && !changes.empty();
  for (const lang::Plan& plan : project.journeys) {
    if (!plan.load && !only_one) continue;
    if (!reason_to_skip(plan).empty()) continue;
    loads.push_back({plan.name,
                     plan.source->path(),
                     plan.load ? plan.load->at.line : plan.line,
                     plan.load.value_or(LoadSpec()),
                     {{&plan, 1}}});
  }
  for (const LoadSpec& spec : project.system.loads) {
    PlannedLoad mix{spec.name, project.system.source->path(), spec.at.line, spec, {}};
    for (const LoadSpec::Part& part : spec.mix) {
      const auto plan = std::ranges::find_if(project.journeys, [&](const lang::Plan& one) {
        return is_same_file(one.source->path(), part.path) && reason_to_skip(one).empty();
      });
      if (plan != project.journeys.end()) mix.parts.push_back({&*plan, part.weight});
    }
    if (mix.parts.size() == spec.mix.size()) loads.push_back(std::move(mix));
  }
  if (loads.empty()) {
    return fail(Code::not_found,
                "no journey here says how it is loaded; write `load: {{ users: 100, for: 30s }}` "
                "in one, or name one journey with --users or --rate and --for");
  }
  for (PlannedLoad& load : loads) {
    change(load.spec, changes);
    load.find_limit = changes.find_limit;
    TRY_OK(load.find_limit ? check_limit(load) : check_whole(load));
    TRY_OK(check_thresholds(load, project.system));
    TRY_OK(check_pages(load));
  }
  return loads;
}

}  // namespace peregrine::trial
