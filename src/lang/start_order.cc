// In which order the services start: each after those whose names its templates read. Services that
// read each other's names start side by side, as a group: their addresses are known before any of
// them runs. Only the address of one that runs elsewhere is not known until its `url` is, so these
// must not need each other.
#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

bool reads_in_url(const ServiceSpec& service, Slot slot) {
  return service.url && service.url->reads(slot);
}

bool reads(const ServiceSpec& service, Slot slot) {
  if (service.run && service.run->reads(slot)) return true;
  if (reads_in_url(service, slot)) return true;
  return std::ranges::any_of(service.environment,
                             [&](const auto& variable) { return variable.second.reads(slot); });
}

// Tarjan's strongly connected components: each is found after all that it reads.
class Groups {
 public:
  Groups(const std::vector<ServiceSpec>& services, bool (*needs)(const ServiceSpec&, Slot))
      : services_(services), needs_(needs), visits_(services.size()) {}

  std::vector<std::vector<size_t>> find() {
    for (size_t i = 0; i < services_.size(); ++i) {
      if (visits_[i].order == 0) visit(i);
    }
    return std::move(groups_);
  }

 private:
  struct Visit {
    size_t order = 0;  // 0: not yet
    size_t low = 0;    // the earliest that can be reached from it
    bool open = false;
  };

  void visit(size_t at) {
    visits_[at] = {++count_, count_, true};
    open_.push_back(at);
    for (size_t other = 0; other < services_.size(); ++other) {
      if (other == at || !needs_(services_[at], services_[other].slot)) continue;
      if (visits_[other].order == 0) visit(other);
      if (visits_[other].open) visits_[at].low = std::min(visits_[at].low, visits_[other].low);
    }
    if (visits_[at].low != visits_[at].order) return;
    const auto begin = std::ranges::find(open_, at);
    std::vector<size_t>& group = groups_.emplace_back(begin, open_.end());
    open_.erase(begin, open_.end());
    for (size_t member : group) visits_[member].open = false;
    std::ranges::sort(group);
  }

  const std::vector<ServiceSpec>& services_;
  bool (*needs_)(const ServiceSpec&, Slot);
  std::vector<Visit> visits_;
  std::vector<size_t> open_;
  size_t count_ = 0;
  std::vector<std::vector<size_t>> groups_;
};

void report_urls(SystemReading& reading, const std::vector<size_t>& group) {
  const auto& services = reading.spec.services;
  std::string text;
  for (size_t member : group) {
    text += fmt::format("{}`{}`", text.empty() ? "" : " and ", services[member].name);
  }
  const bool alone = group.size() == 1;
  reading.diagnostics.add(services[group.front()].at,
                          alone ? fmt::format("the `url` of {} reads its own address", text)
                                : fmt::format("the `url`s of {} are read from each other", text),
                          alone ? "write where it is, as in http://localhost:3000"
                                : "write for one of them where it is, as in http://localhost:3000");
}

}  // namespace

void find_start_order(SystemReading& reading) {
  const auto& services = reading.spec.services;
  // Of those that run elsewhere, in the order in which their addresses become known.
  std::vector<size_t> placed;
  for (const auto& group : Groups(services, reads_in_url).find()) {
    const ServiceSpec& first = services[group.front()];
    if (group.size() > 1 || reads_in_url(first, first.slot)) report_urls(reading, group);
    placed.insert(placed.end(), group.begin(), group.end());
  }
  reading.spec.start_groups = Groups(services, reads).find();
  for (std::vector<size_t>& group : reading.spec.start_groups) {
    std::ranges::sort(group, {}, [&](size_t member) {
      const auto place = std::ranges::find(placed, member) - placed.begin();
      return std::tuple(!services[member].url, services[member].url ? place : 0, member);
    });
  }
}

}  // namespace peregrine::lang
