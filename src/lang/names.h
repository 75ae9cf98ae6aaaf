// Names to slots. Every name an expression may use is resolved when a file is read; while a journey
// is played there are only slots.
//
// Used by one thread, which reads the file. A copy, and what narrowed() gives, has names of its own
// from then on and counts slots by itself; a provider's route is read with the one, a part with the
// other. What is noted on the way (what is read and spoken of, members of persons, the environment)
// is shared with it, since it is of the file as a whole. Compiling an expression only notes: so the
// note_…() are const.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_selection.h"
#include "lang/source.h"

namespace peregrine::lang {

using Slot = size_t;

// Whether CEL or the language gives a word a meaning of its own, so that nothing can be named so.
bool is_word_of_expressions(std::string_view word);

// What is known of the persons of a journey: the members that their data and what is saved for them
// give. One may be read before the step that saves it is reached, so that what is not known is
// judged once all is read.
struct PersonMembers {
  struct Wanted {
    Slot slot;
    std::string whose;  // as written: "me"
    std::string member;
    Place at;
  };
  std::map<Slot, std::set<std::string, std::less<>>> known;
  std::vector<Wanted> wanted;
};

// A variable of Peregrine's environment that an expression reads: `env.NAME`.
struct EnvRead {
  std::string name;  // empty: any of them, as in `env[which]`
  Place at;
};

class Names {
 public:
  // Makes a name known from here on; a name that is known already keeps its slot.
  Slot declare(std::string_view name);
  // A slot without a name.
  Slot reserve() { return slots_++; }
  // A name that gets its value further down, in that line: for what is said of one used too early.
  void announce(std::string_view name, int line) { later_.emplace(name, line); }
  std::optional<int> later(std::string_view name) const;
  // A name that a branch of `together` in that line has kept for itself.
  void note_branch(std::string_view name, int line) { branches_.emplace(name, line); }
  std::optional<int> in_branch(std::string_view name) const;

  // Names that are declared in a block are unknown behind it, and those it hides are back.
  void open_block() { blocks_.push_back({journey_, streams_}); }
  void close_block();
  // A name for a slot that is there already, as one that a block has saved.
  void adopt(std::string_view name, Slot slot) { journey_.emplace(name, slot); }

  // Streams have names of their own, which live as long as others do. A stream that is opened
  // again keeps its slot.
  Slot open_stream(std::string_view name);
  std::optional<Slot> find_stream(std::string_view name) const;
  const std::map<std::string, Slot, std::less<>>& streams() const { return streams_; }
  void adopt_streams(std::map<std::string, Slot, std::less<>> streams) {
    streams_ = std::move(streams);
  }

  // A name known only while a step is compiled: what the step itself sees (`status`, `json`, …).
  // Hides a journey's name of the same spelling until leave(); see ambiguous().
  Slot enter(std::string_view name);
  void leave();
  // An expression reads a slot; of a map in it what lies behind these keys, without keys all.
  void note_read(Slot slot, const std::vector<std::string>& keys) const;
  // A step or an invariant speaks of what this name holds.
  void note_spoken(std::string_view name) const;
  // What expressions have read since the last time; who reads a step in the middle of another puts
  // back what that one had read.
  std::set<Slot> take_reads() { return std::exchange(*fresh_, {}); }
  void put_reads(std::set<Slot> reads) { *fresh_ = std::move(reads); }
  bool is_read(Slot slot) const { return read_->contains(slot); }
  bool is_spoken_of(Slot slot) const { return is_read(slot) || spoken_->contains(slot); }
  // What expressions read of something that the step sees. REQUIRES: it was entered.
  const base::JsonSelection& read_of(Slot slot) const { return step_reads_->at(slot); }

  // What a name holds is a map with these members and no others: to ask for another is a mistake.
  void close(std::string_view name, std::vector<std::string> members);
  // Null for a name that may have any.
  const std::vector<std::string>* members(std::string_view name) const;

  // Somebody of the journey, whose members are counted from now on.
  void add_person(Slot person);
  bool is_person(Slot slot) const { return persons_ && persons_->known.contains(slot); }
  void add_member(Slot person, std::string_view member);
  // To everybody: by a step that cannot be read.
  void add_member_to_all(std::string_view member);
  bool is_member_known(Slot person, std::string_view member) const;
  void want_member(PersonMembers::Wanted wanted) const {
    persons_->wanted.push_back(std::move(wanted));
  }
  const PersonMembers* persons() const { return persons_.get(); }

  // What is read of the environment: each variable once, where it is read first.
  void note_env(std::string name, const Place& at) const { env_->emplace(std::move(name), at); }
  bool is_env_noted(std::string_view name) const { return env_->contains(name); }
  std::vector<EnvRead> env_reads() const;

  // In a provider, whose objects refer to others: only there is `expand` a function.
  void allow_expand() { expand_ = true; }
  bool may_expand() const { return expand_; }

  // Who does what is compiled now: `me` is this slot.
  void set_me(std::optional<Slot> me) { me_ = me; }
  std::optional<Slot> me() const { return me_; }

  // Knows only those of these names that are known here; slots are counted on. Give the count back
  // with count_on().
  Names narrowed(const std::vector<std::string>& to) const;
  void count_on(const Names& other) { slots_ = other.slots_; }

  std::optional<Slot> find(std::string_view name) const;
  // Whether the step sees something that has the name of one of the journey's.
  bool ambiguous(std::string_view name) const;
  std::vector<std::string_view> known() const;
  // How many slots a player of this plan needs.
  size_t size() const { return slots_; }

 private:
  using Slots = std::map<std::string, Slot, std::less<>>;

  struct Block {  // what was known when it was opened
    Slots journey;
    Slots streams;
  };

  using Lines = std::map<std::string, int, std::less<>>;
  using Members = std::shared_ptr<const std::vector<std::string>>;
  using Marks = std::set<Slot>;
  using Places = std::map<std::string, Place, std::less<>>;

  Slots journey_;
  Slots step_;
  Slots streams_;
  std::vector<Block> blocks_;
  Lines later_;
  Lines branches_;
  std::map<std::string, Members, std::less<>> closed_;
  std::optional<Slot> me_;
  size_t slots_ = 0;
  bool expand_ = false;

  // Shared with copies.
  std::shared_ptr<std::map<Slot, base::JsonSelection>> step_reads_;  // of what the step sees
  std::shared_ptr<Marks> read_ = std::make_shared<Marks>();
  std::shared_ptr<Marks> fresh_ = std::make_shared<Marks>();  // read since take_reads()
  std::shared_ptr<Marks> spoken_ = std::make_shared<Marks>();
  std::shared_ptr<PersonMembers> persons_;
  std::shared_ptr<Places> env_ = std::make_shared<Places>();
};

}  // namespace peregrine::lang
