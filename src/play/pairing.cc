#include "play/pairing.h"

namespace peregrine::play {

namespace {

class Matching {
 public:
  Matching(const Fitting& fitting, size_t elements) : fitting_(fitting), owner_(elements) {}

  // Finds an element for the item; those who have one may have to take another.
  bool place(size_t item, std::vector<bool>& tried) {
    for (const size_t element : fitting_[item]) {
      if (tried[element]) continue;
      tried[element] = true;
      if (!owner_[element] || place(*owner_[element], tried)) {
        owner_[element] = item;
        return true;
      }
    }
    return false;
  }

  const std::vector<std::optional<size_t>>& owners() const { return owner_; }

 private:
  const Fitting& fitting_;
  std::vector<std::optional<size_t>> owner_;  // of each element: an item
};

}  // namespace

Pairing pair(const Fitting& fitting, size_t elements) {
  Matching matching(fitting, elements);
  for (size_t item = 0; item < fitting.size(); ++item) {
    std::vector<bool> tried(elements, false);
    (void)matching.place(item, tried);
  }
  Pairing pairing{std::vector<std::optional<size_t>>(fitting.size()),
                  std::vector<bool>(elements, false)};
  for (size_t element = 0; element < elements; ++element) {
    const std::optional<size_t> item = matching.owners()[element];
    if (!item) continue;
    pairing.partner[*item] = element;
    pairing.taken[element] = true;
  }
  return pairing;
}

}  // namespace peregrine::play
