#include "progress_bar.hpp"

#include <algorithm>
#include <utility>

namespace bellwether::cli {

constexpr int bar_columns = 40;

ProgressBar::ProgressBar(const Console& console, std::string label)
    : console_(console), label_(std::move(label)) {}

ProgressBar::~ProgressBar() {
  // Back to the first column, and the rest of the line erased.
  if (percent_ >= 0) console_.error << "\r\033[K" << std::flush;
}

void ProgressBar::show(double share) {
  const int percent = static_cast<int>(std::clamp(share, 0.0, 1.0) * 100);
  if (!console_.shows_progress || percent == percent_) return;
  percent_ = percent;
  const auto filled = static_cast<std::size_t>(bar_columns * percent / 100);
  console_.error << '\r' << label_ << " [" << std::string(filled, '=')
                 << std::string(bar_columns - filled, ' ') << "] " << percent << "%" << std::flush;
}

}  // namespace bellwether::cli
