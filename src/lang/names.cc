#include "lang/names.h"

#include <algorithm>

#include "base/check.h"
#include "lang/cel/parser.h"

namespace peregrine::lang {

bool is_word_of_expressions(std::string_view word) {
  static constexpr std::string_view kMeanings[] = {"false", "in", "null", "this", "true"};
  return cel::is_reserved(word) || std::ranges::find(kMeanings, word) != std::end(kMeanings);
}

Slot Names::declare(std::string_view name) {
  const auto [entry, fresh] = journey_.emplace(name, slots_);
  if (fresh) ++slots_;
  return entry->second;
}

void Names::close_block() {
  base::check(!blocks_.empty(), "no block is open");
  journey_ = std::move(blocks_.back().journey);
  streams_ = std::move(blocks_.back().streams);
  blocks_.pop_back();
}

Slot Names::open_stream(std::string_view name) {
  const auto [entry, fresh] = streams_.emplace(name, slots_);
  if (fresh) ++slots_;
  return entry->second;
}

std::optional<Slot> Names::find_stream(std::string_view name) const {
  const auto found = streams_.find(name);
  return found == streams_.end() ? std::nullopt : std::optional(found->second);
}

Slot Names::enter(std::string_view name) {
  if (!step_reads_) step_reads_ = std::make_shared<std::map<Slot, base::JsonSelection>>();
  step_reads_->emplace(slots_, base::JsonSelection());
  step_.emplace(name, slots_);
  return slots_++;
}

void Names::leave() {
  step_.clear();
  step_reads_.reset();
}

void Names::note_read(Slot slot, const std::vector<std::string>& keys) const {
  read_->insert(slot);
  fresh_->insert(slot);
  if (!step_reads_) return;
  if (const auto found = step_reads_->find(slot); found != step_reads_->end()) {
    found->second.add(keys);
  }
}

void Names::note_spoken(std::string_view name) const {
  if (const auto slot = find(name)) spoken_->insert(*slot);
}

Names Names::narrowed(const std::vector<std::string>& to) const {
  Names inner;
  for (const std::string& name : to) {
    if (const auto found = journey_.find(name); found != journey_.end()) {
      inner.journey_.insert(*found);
    }
  }
  inner.me_ = me_;
  inner.persons_ = persons_;
  inner.env_ = env_;
  inner.read_ = read_;
  inner.fresh_ = fresh_;
  inner.spoken_ = spoken_;
  inner.slots_ = slots_;
  return inner;
}

void Names::close(std::string_view name, std::vector<std::string> members) {
  closed_.insert_or_assign(std::string(name),
                           std::make_shared<const std::vector<std::string>>(std::move(members)));
}

const std::vector<std::string>* Names::members(std::string_view name) const {
  const auto found = closed_.find(name);
  return found == closed_.end() ? nullptr : found->second.get();
}

void Names::add_person(Slot person) {
  if (!persons_) persons_ = std::make_shared<PersonMembers>();
  persons_->known.try_emplace(person);
}

void Names::add_member(Slot person, std::string_view member) {
  if (is_person(person)) persons_->known[person].emplace(member);
}

void Names::add_member_to_all(std::string_view member) {
  if (!persons_) return;
  for (auto& [person, members] : persons_->known) members.emplace(member);
}

bool Names::is_member_known(Slot person, std::string_view member) const {
  return persons_->known.find(person)->second.contains(member);
}

std::vector<EnvRead> Names::env_reads() const {
  std::vector<EnvRead> reads;
  for (const auto& [name, at] : *env_) reads.push_back({name, at});
  return reads;
}

std::optional<Slot> Names::find(std::string_view name) const {
  for (const auto* entries : {&step_, &journey_}) {
    if (const auto found = entries->find(name); found != entries->end()) return found->second;
  }
  return name == "me" ? me_ : std::nullopt;
}

std::optional<int> Names::later(std::string_view name) const {
  const auto found = later_.find(name);
  return found == later_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<int> Names::in_branch(std::string_view name) const {
  const auto found = branches_.find(name);
  return found == branches_.end() ? std::nullopt : std::optional(found->second);
}

bool Names::ambiguous(std::string_view name) const {
  return step_.contains(name) && journey_.contains(name);
}

std::vector<std::string_view> Names::known() const {
  std::vector<std::string_view> names;
  for (const auto* entries : {&step_, &journey_}) {
    for (const auto& [name, slot] : *entries) names.push_back(name);
  }
  if (me_) names.push_back("me");
  return names;
}

}  // namespace peregrine::lang
