#include "io/line_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "io/scope.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;

constexpr size_t kMost = LineReader::kLongestLine;

class LineReaderTest : public testing::Test {
 protected:
  LineReaderTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    reader_.emplace(*loop_, ends[0]);
    writing_ = ends[1];
    // All that a test writes fits, so that nothing is written while it is read.
    EXPECT_GE(fcntl(writing_, F_SETPIPE_SZ, 1 << 20), 1 << 20);
  }
  ~LineReaderTest() override { close_pipe(); }

  void write(std::string_view bytes) {
    EXPECT_EQ(::write(writing_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void close_pipe() {
    if (writing_ >= 0) ::close(std::exchange(writing_, -1));
  }
  Result<std::optional<std::string>> line(base::Duration within = 10s) {
    return loop_->run(reader_->line(loop_->in(within)));
  }
  // The sizes of all lines of these bytes and no others.
  std::vector<size_t> sizes_of(std::string_view bytes) {
    write(bytes);
    close_pipe();
    std::vector<size_t> sizes;
    while (const auto next = line().value()) sizes.push_back(next->size());
    return sizes;
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  std::optional<LineReader> reader_;
  int writing_ = -1;
};

TEST_F(LineReaderTest, GivesLinesWithoutTheirEnds) {
  write("a\r\n\nb\rc\n");
  EXPECT_EQ(line().value(), "a");
  EXPECT_EQ(line().value(), "");
  EXPECT_EQ(line().value(), "b\rc");
}

TEST_F(LineReaderTest, ADeadlineLosesNoBytes) {
  write("half");
  EXPECT_EQ(line(1ms).error().code, Code::timeout);
  write(" and half\n");
  EXPECT_EQ(line().value(), "half and half");
}

TEST_F(LineReaderTest, GivesTheLastLineWithoutALineFeed) {
  write("a\nend");
  close_pipe();
  EXPECT_EQ(line().value(), "a");
  EXPECT_EQ(line().value(), "end");
  EXPECT_EQ(line().value(), std::nullopt);
  EXPECT_EQ(line().value(), std::nullopt);
}

TEST_F(LineReaderTest, CutsLongLines) {
  EXPECT_EQ(sizes_of(std::string(200'000, 'x') + "\n\nend"),
            (std::vector<size_t>{kMost, kMost, kMost, 200'000 - 3 * kMost, 0, 3}));
}

TEST_F(LineReaderTest, ALineOfWholePiecesHasNoEmptyOneBehindIt) {
  const std::string longest(kMost, 'x');
  EXPECT_EQ(sizes_of(longest + "\n" + longest + longest + "\nend"),
            (std::vector<size_t>{kMost, kMost, kMost, 3}));
}

}  // namespace
}  // namespace peregrine::io
