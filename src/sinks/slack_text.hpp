#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "bellwether/base/time.hpp"

namespace bellwether::sinks {

/// The text as Slack shows it to the letter, in at most `max_units` UTF-16 code units: `&`, `<` and
/// `>` are escaped, which else could mention people and hide links.
std::string slack_text(std::string_view text, std::size_t max_units);

/// A moment, which Slack shows in the time zone of each reader.
std::string slack_time(TimePoint time);

/// Lines of Slack's markup, as many as fit into a section.
class SlackLines {
 public:
  explicit SlackLines(std::string heading) : text_(std::move(heading)) {}

  /// Adds a line that is markup already. One that does not fit is left out, and so is all that
  /// follows.
  void add(const std::string& line);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool is_full_ = false;
};

}  // namespace bellwether::sinks
