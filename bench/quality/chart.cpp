#include "chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace bellwether::quality {
namespace {

constexpr double width = 860;
constexpr double left = 10;
constexpr double value_top = 34;
constexpr double value_bottom = 214;
constexpr double severity_top = 232;
constexpr double severity_bottom = 282;
constexpr double height = 306;

template <class... Parts>
std::string formatted(const char* format, Parts... parts) {
  char text[256];
  std::snprintf(text, sizeof text, format, parts...);
  return text;
}

class Chart {
 public:
  Chart(const Values& values, const Scores& scores, const ChartPart& part)
      : values_(values), scores_(scores), part_(part) {
    for (int i = part.begin; i < part.end; ++i) {
      for (const double y : {values[at(i)], static_cast<double>(scores.lower[at(i)]),
                             static_cast<double>(scores.upper[at(i)])}) {
        if (!std::isfinite(y)) continue;
        lowest_ = std::min(lowest_, y);
        highest_ = std::max(highest_, y);
      }
    }
  }

  std::string drawn(int points_per_day) const {
    return formatted(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
               "font-family=\"sans-serif\" font-size=\"13\">\n",
               width, height) +
           "<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#fcfcfa\"/>\n" +
           formatted("<text x=\"%.0f\" y=\"22\" fill=\"#333\">", left) + part_.caption +
           "</text>\n" + days(points_per_day) + band() + line(scores_.expected, "#2b7a78", 1.2) +
           line(values_, "#333", 1) + severities() + "</svg>\n";
  }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }

  double x(int i) const {
    return left + (width - 2 * left) * (i - part_.begin) / (part_.end - part_.begin);
  }

  double y(double value) const {
    const double share = (value - lowest_) / std::max(1e-9, highest_ - lowest_);
    return value_bottom - share * (value_bottom - value_top);
  }

  std::string days(int points_per_day) const {
    std::string text;
    for (int i = part_.begin; i < part_.end; ++i) {
      if (i % points_per_day != 0) continue;
      text += formatted("<path d=\"M%.1f %.0fV%.0f\" stroke=\"#ddd\"/>\n", x(i), value_top,
                        severity_bottom);
      text +=
          formatted("<text x=\"%.1f\" y=\"%.0f\" fill=\"#888\" font-size=\"11\">day %d</text>\n",
                    x(i) + 3, height - 8, i / points_per_day);
    }
    return text;
  }

  std::string band() const {
    std::string forth;
    std::string back;
    for (int i = part_.begin; i < part_.end; ++i) {
      if (!std::isfinite(scores_.lower[at(i)])) continue;
      forth += formatted("%s%.1f %.1f", forth.empty() ? "M" : "L", x(i),
                         y(static_cast<double>(scores_.upper[at(i)])));
      back = formatted("L%.1f %.1f", x(i), y(static_cast<double>(scores_.lower[at(i)]))) + back;
    }
    return "<path d=\"" + forth + back + "Z\" fill=\"#9fd3c7\" fill-opacity=\"0.45\"/>\n";
  }

  template <class Column>
  std::string line(const Column& column, const char* colour, double thickness) const {
    std::string path;
    bool is_down = false;
    for (int i = part_.begin; i < part_.end; ++i) {
      const auto value = static_cast<double>(column[at(i)]);
      if (!std::isfinite(value)) {
        is_down = false;
        continue;
      }
      path += formatted("%s%.1f %.1f", is_down ? "L" : "M", x(i), y(value));
      is_down = true;
    }
    return "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + colour +
           formatted("\" stroke-width=\"%.1f\"/>\n", thickness);
  }

  std::string severities() const {
    const double alarm =
        severity_bottom - (severity_bottom - severity_top) * static_cast<double>(alarming) / 100;
    std::string text =
        formatted("<path d=\"M%.0f %.1fH%.0f\" stroke=\"#c0392b\" stroke-dasharray=\"3 3\"/>\n",
                  left, alarm, width - left);
    const double bar = std::max(0.8, (width - 2 * left) / (part_.end - part_.begin) * 0.8);
    for (int i = part_.begin; i < part_.end; ++i) {
      const auto severity = static_cast<double>(scores_.severity[at(i)]);
      if (severity < 10) continue;
      const double tall = (severity_bottom - severity_top) * severity / 100;
      text +=
          formatted("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
                    x(i), severity_bottom - tall, bar, tall,
                    severity >= static_cast<double>(alarming) ? "#c0392b" : "#e0b050");
    }
    return text;
  }

  const Values& values_;
  const Scores& scores_;
  const ChartPart& part_;
  double lowest_ = 1e300;
  double highest_ = -1e300;
};

}  // namespace

std::string draw(const Values& values, const Scores& scores, const ChartPart& part,
                 int points_per_day) {
  return Chart(values, scores, part).drawn(points_per_day);
}

}  // namespace bellwether::quality
