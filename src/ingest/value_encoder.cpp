#include "value_encoder.hpp"

#include <limits>

#include "bellwether/base/text_hash.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::uint32_t no_code = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t fewest_slots = 64;

}  // namespace

void ValueEncoder::attach(std::vector<std::string>& values) {
  const bool same = values_ == &values && knows_all_of(values);
  values_ = &values;
  if (!same) rebuild();
}

/// The list at the same address may be another batch's by now.
bool ValueEncoder::knows_all_of(const std::vector<std::string>& values) const {
  if (placed_ != values.size() || slots_.empty()) return false;
  if (placed_ == 0) return true;
  return find(values.front()) == 0U && find(values.back()) == placed_ - 1;
}

std::optional<std::uint32_t> ValueEncoder::find(std::string_view text) const {
  const auto& values = *values_;
  if (last_code_ < values.size() && values[last_code_] == text) return last_code_;
  const std::uint32_t hash = text_hash(text);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask; slots_[i].code != no_code; i = (i + 1) & mask) {
    const Slot slot = slots_[i];
    if (slot.hash == hash && slot.code < values.size() && values[slot.code] == text) {
      last_code_ = slot.code;
      return slot.code;
    }
  }
  return std::nullopt;
}

std::uint32_t ValueEncoder::add(std::string_view text) {
  const auto code = static_cast<std::uint32_t>(values_->size());
  values_->emplace_back(text);
  if ((placed_ + 1) * 4 > slots_.size() * 3) {
    rebuild();
  } else {
    place(text_hash(text), code);
  }
  last_code_ = code;
  return code;
}

void ValueEncoder::place(std::uint32_t hash, std::uint32_t code) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i].code != no_code) i = (i + 1) & mask;
  slots_[i] = {hash, code};
  ++placed_;
}

void ValueEncoder::rebuild() {
  std::size_t count = slots_.size() < fewest_slots ? fewest_slots : slots_.size();
  while (values_->size() * 2 > count) count *= 2;
  slots_.assign(count, {0, no_code});
  placed_ = 0;
  for (std::size_t code = 0; code < values_->size(); ++code)
    place(text_hash((*values_)[code]), static_cast<std::uint32_t>(code));
}

}  // namespace bellwether::ingest
