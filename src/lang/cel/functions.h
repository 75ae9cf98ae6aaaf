// The functions of expressions. A group of them is one file with one table; adding a function
// touches that file only. functions.cc lists the groups.
//
//   bool char_at(Call& call) { … return call.give(Value(…)); }
//   constexpr std::array kFunctions = {
//       Function{"charAt", "text.charAt(i)", Form::method, {kText, kInt}, 2, kText, char_at}};
//   std::span<const Function> string_functions() { return kFunctions; }
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/cel/node.h"

namespace peregrine::lang::cel {

using Arguments = std::span<const base::Value* const>;

// One call under way: its arguments, and where its result goes.
class Call {
 public:
  Call(Frame& frame, Arguments arguments, base::Value& result)
      : frame_(frame), arguments_(arguments), result_(result) {}

  size_t size() const { return arguments_.size(); }
  const base::Value& operator[](size_t i) const { return *arguments_[i]; }
  const Context& context() const { return frame_.context; }
  Frame& frame() { return frame_; }

  bool give(base::Value value) {
    result_ = std::move(value);
    return true;
  }
  // Of a text: counts its length, and refuses what is too long.
  bool give_text(std::string text);

  template <class... Args>
  bool fail(fmt::format_string<Args...> format, Args&&... args) {
    frame_.fail(base::Code::invalid, format, std::forward<Args>(args)...);
    return false;
  }

 private:
  Frame& frame_;
  Arguments arguments_;
  base::Value& result_;
};

// How a function is called: `size(x)`, `x.trim()`, or both.
enum class Form { function, method, either };

// For `most`: any number of arguments, each of the last kind named.
inline constexpr size_t kAnyNumber = 1000;

struct Function {
  std::string_view name;   // with its namespace: "math.abs"
  std::string_view usage;  // "text.charAt(i)"
  Form form;
  // What each argument may be; of a method the first is what stands before the point.
  std::array<KindSet, 5> takes;
  size_t least;
  size_t most;
  KindSet gives;
  bool (*call)(Call& call);
  bool pure = true;  // draws nothing, reads no clock
  // A mistake that literal arguments show before anything runs; null stands for those not known.
  std::string (*mistake)(Arguments arguments) = nullptr;

  KindSet takes_at(size_t i) const { return takes[std::min(i, takes.size() - 1)]; }
};

// All functions of this name, as a method or not. Empty if there is none.
std::vector<const Function*> find_functions(std::string_view name, bool method);
// For suggestions.
std::vector<std::string_view> function_names(bool method);
// Whether functions begin so: "math" for "math.abs".
bool is_namespace(std::string_view word);

// A call of one of these, by what its arguments are. REQUIRES: all fit their number.
NodePtr make_call(std::vector<const Function*> functions, Nodes arguments);

}  // namespace peregrine::lang::cel
