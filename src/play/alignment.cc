#include "play/alignment.h"

#include <algorithm>

namespace peregrine::play {

std::vector<std::pair<size_t, size_t>> align(const Fitting& fitting, size_t elements) {
  const size_t items = fitting.size();
  std::vector<std::vector<bool>> fits(items, std::vector<bool>(elements));
  for (size_t i = 0; i < items; ++i) {
    for (const size_t element : fitting[i]) fits[i][element] = true;
  }
  std::vector<std::vector<size_t>> longest(items + 1, std::vector<size_t>(elements + 1));
  for (size_t i = items; i-- > 0;) {
    for (size_t j = elements; j-- > 0;) {
      longest[i][j] = std::max(longest[i + 1][j], longest[i][j + 1]);
      if (fits[i][j]) longest[i][j] = std::max(longest[i][j], longest[i + 1][j + 1] + 1);
    }
  }
  std::vector<std::pair<size_t, size_t>> pairs;
  for (size_t i = 0, j = 0; i < items && j < elements;) {
    if (fits[i][j] && longest[i][j] == longest[i + 1][j + 1] + 1) {
      pairs.emplace_back(i++, j++);
    } else if (longest[i + 1][j] >= longest[i][j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
  return pairs;
}

}  // namespace peregrine::play
