#include "presence_codec.hpp"

#include <algorithm>

#include "residual_coder.hpp"

namespace bellwether::store {
namespace {

enum Form : std::uint8_t {
  none,
  all,
  marks,    ///< A mark where something is missing: cheap for gaps that stand alone.
  changes,  ///< A mark where the state is another than before: cheap for long gaps.
};
constexpr unsigned form_bits = 2;

BitWriter write_form(const Presence& presence, Form form) {
  BitWriter bits;
  bits.put(form, form_bits);
  ResidualWriter residuals(bits);
  std::uint8_t before = 1;
  for (const std::uint8_t is_there : presence) {
    residuals.put(is_there == before ? 0 : -1);
    if (form == changes) before = is_there;
  }
  residuals.finish();
  return bits;
}

}  // namespace

void encode_presence(const Presence& presence, BitWriter& bits) {
  const auto present = std::count(presence.begin(), presence.end(), 1);
  if (present == 0 || static_cast<std::size_t>(present) == presence.size()) {
    bits.put(present == 0 ? none : all, form_bits);
    return;
  }
  BitWriter by_marks = write_form(presence, marks);
  BitWriter by_changes = write_form(presence, changes);
  bits.append(std::move(by_marks.bit_count() <= by_changes.bit_count() ? by_marks : by_changes));
}

Presence decode_presence(std::size_t count, BitReader& bits) {
  const auto form = static_cast<Form>(bits.get(form_bits));
  Presence presence(count, form == none ? 0 : 1);
  if (form == none || form == all) return presence;
  ResidualReader residuals(bits);
  std::uint8_t before = 1;
  for (std::uint8_t& is_there : presence) {
    is_there = residuals.get() == 0 ? before : before ^ 1U;
    if (form == changes) before = is_there;
  }
  return presence;
}

}  // namespace bellwether::store
