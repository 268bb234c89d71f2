#include "cut_text.hpp"

#include "bellwether/base/printable_text.hpp"
#include "bellwether/base/utf8.hpp"

namespace bellwether::sinks {
namespace {

constexpr std::string_view dots = "...";
constexpr std::string_view replacement = "\xef\xbf\xbd";

/// Takes one character off the front.
std::string_view take_character(std::string_view& text) {
  const std::size_t length = utf8_character_length(text);
  const std::string_view character = length == 0 ? replacement : text.substr(0, length);
  text.remove_prefix(length == 0 ? 1 : length);
  return character;
}

/// Characters beyond the first plane take two units.
std::size_t units_of(std::string_view character) { return character.size() == 4 ? 2 : 1; }

}  // namespace

std::size_t text_units(std::string_view text) {
  std::size_t units = 0;
  while (!text.empty()) units += units_of(take_character(text));
  return units;
}

std::string cut_text(std::string_view text, std::size_t max_units) {
  const std::string shown = printable_text(text);
  std::string_view rest = shown;
  std::string taken;
  std::size_t length_beside_dots = 0;
  std::size_t units = 0;
  while (!rest.empty()) {
    const std::string_view character = take_character(rest);
    units += units_of(character);
    if (units > max_units) return taken.substr(0, length_beside_dots).append(dots);
    taken += character;
    if (units + dots.size() <= max_units) length_beside_dots = taken.size();
  }
  return taken;
}

}  // namespace bellwether::sinks
