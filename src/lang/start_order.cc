// In which order the services start: each after those whose names its templates read. A service
// that reads its own name waits for nobody, for its address is known before it starts.
#include <fmt/core.h>

#include <algorithm>

#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

bool reads(const ServiceSpec& service, Slot slot) {
  if (service.run && service.run->reads(slot)) return true;
  if (service.url && service.url->reads(slot)) return true;
  return std::ranges::any_of(service.environment,
                             [&](const auto& variable) { return variable.second.reads(slot); });
}

class Order {
 public:
  explicit Order(SystemReading& reading) : reading_(reading), services_(reading.spec.services) {
    states_.resize(services_.size());
  }

  void find() {
    for (size_t i = 0; i < services_.size(); ++i) {
      if (!visit(i)) return;
    }
  }

 private:
  enum class State { fresh, open, done };

  // Depth first; the chain is that of the services that wait. At a circle it ends.
  bool visit(size_t at) {
    if (states_[at] == State::done) return true;
    if (states_[at] == State::open) {
      report(at);
      return false;
    }
    states_[at] = State::open;
    chain_.push_back(at);
    for (size_t other = 0; other < services_.size(); ++other) {
      const bool itself = other == at && !services_[at].url;
      if (!itself && reads(services_[at], services_[other].slot) && !visit(other)) return false;
    }
    chain_.pop_back();
    states_[at] = State::done;
    reading_.spec.start_order.push_back(at);
    return true;
  }

  void report(size_t at) {
    const auto begin = std::ranges::find(chain_, at);
    std::string text;
    for (auto step = begin; step != chain_.end(); ++step) {
      const size_t next = step + 1 == chain_.end() ? at : *(step + 1);
      text += fmt::format("{}`{}` reads `{}`", text.empty() ? "" : ", ", services_[*step].name,
                          services_[next].name);
    }
    reading_.diagnostics.add(services_[at].at,
                             fmt::format("services wait for each other: {}", text),
                             "a service starts once those whose names it reads are ready; "
                             "let one of them do without");
  }

  SystemReading& reading_;
  const std::vector<ServiceSpec>& services_;
  std::vector<State> states_;
  std::vector<size_t> chain_;
};

}  // namespace

void find_start_order(SystemReading& reading) { Order(reading).find(); }

}  // namespace peregrine::lang
