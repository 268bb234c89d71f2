#include "slack_text.hpp"

#include "cut_text.hpp"

namespace bellwether::sinks {
namespace {

constexpr std::size_t max_section_units = 3000;

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string slack_text(std::string_view text, std::size_t max_units) {
  // What is escaped is up to five times as long, and may not be cut within.
  for (std::size_t budget = max_units;;) {
    std::string escaped = escape(cut_text(text, budget));
    const std::size_t units = text_units(escaped);
    if (units <= max_units) return escaped;
    budget -= (units - max_units + 4) / 5;
  }
}

std::string slack_time(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return "<!date^" + std::to_string(seconds.time_since_epoch().count()) +
         "^{date_short_pretty} {time}|" + to_rfc3339(seconds) + ">";
}

void SlackLines::add(const std::string& line) {
  constexpr std::string_view more = "\n...";
  is_full_ = is_full_ || text_units(text_) + 1 + text_units(line) + more.size() > max_section_units;
  if (!is_full_) {
    text_ += (text_.empty() ? "" : "\n") + line;
  } else if (!text_.ends_with(more)) {
    text_ += more;
  }
}

}  // namespace bellwether::sinks
