#include "told_memory.hpp"

#include <utility>

#include "bellwether/base/bytes.hpp"

namespace bellwether::alert {
namespace {

constexpr std::uint8_t format_version = 2;
constexpr std::uint8_t version_without_gates = 1;
constexpr std::uint8_t no_gate = 0xff;

void put_told(ByteWriter& writer, const Told& told) {
  writer.put(static_cast<std::uint8_t>(told.has_passed));
  writer.put(told.severity);
  writer.put_varint(told.series);
  writer.put(told.times);
  writer.put(told.held ? static_cast<std::uint8_t>(*told.held) : no_gate);
}

/// Gives nothing for a gate that is none.
std::optional<Told> get_told(ByteReader& reader, std::uint8_t version) {
  Told told;
  told.has_passed = version == version_without_gates || reader.get<std::uint8_t>() != 0;
  told.severity = reader.get<double>();
  told.series = reader.get_varint();
  told.times = reader.get<std::uint32_t>();
  if (version == version_without_gates) return told;
  const auto gate = reader.get<std::uint8_t>();
  if (gate == no_gate) return told;
  if (gate > static_cast<std::uint8_t>(Gate::cooldown)) return std::nullopt;
  told.held = static_cast<Gate>(gate);
  return told;
}

}  // namespace

const ToldMemory::ByAlert* ToldMemory::find(const std::string& group) const {
  const auto found = told_.find(group);
  return found == told_.end() ? nullptr : &found->second;
}

std::optional<TimePoint> ToldMemory::quiet_until(const std::string& alert) const {
  const auto found = quiet_.find(alert);
  return found == quiet_.end() ? std::nullopt : std::optional(found->second);
}

std::string ToldMemory::save() const {
  ByteWriter writer;
  writer.put(format_version);
  writer.put_varint(told_.size());
  for (const auto& [group, alerts] : told_) {
    writer.put_text(group);
    writer.put_varint(alerts.size());
    for (const auto& [alert, told] : alerts) {
      writer.put_text(alert);
      put_told(writer, told);
    }
  }
  writer.put_varint(quiet_.size());
  for (const auto& [alert, time] : quiet_) {
    writer.put_text(alert);
    writer.put(time.time_since_epoch().count());
  }
  return writer.take();
}

Result<void> ToldMemory::restore(std::string_view bytes) {
  told_.clear();
  quiet_.clear();
  ByteReader reader(bytes);
  const auto version = reader.get<std::uint8_t>();
  if (reader.failed()) return corrupt("the alert router's state is empty");
  if (version != format_version && version != version_without_gates)
    return corrupt("the alert router's state has format " + std::to_string(version) +
                   "; this program reads formats 1 and 2");
  ToldMemory memory;
  bool is_good = true;
  const std::uint64_t groups = reader.get_varint();
  for (std::uint64_t g = 0; g < groups && !reader.failed(); ++g) {
    auto& alerts = memory.told_[std::string(reader.get_text())];
    const std::uint64_t count = reader.get_varint();
    for (std::uint64_t a = 0; a < count && !reader.failed(); ++a) {
      Told& entry = alerts[std::string(reader.get_text())];
      const auto told = get_told(reader, version);
      is_good = is_good && told;
      if (told) entry = *told;
    }
  }
  const std::uint64_t quiet = version == version_without_gates ? 0 : reader.get_varint();
  for (std::uint64_t i = 0; i < quiet && !reader.failed(); ++i) {
    std::string alert(reader.get_text());
    memory.quiet_[std::move(alert)] = TimePoint(Duration(reader.get<std::int64_t>()));
  }
  if (!is_good || !reader.is_complete()) return corrupt("the alert router's state does not decode");
  *this = std::move(memory);
  return ok();
}

}  // namespace bellwether::alert
