#include "dictionary_codec.hpp"

#include <limits>
#include <vector>

#include "bellwether/base/bytes.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t growth_version = 1;
constexpr std::size_t max_dimensions = 32;  // As many as a DimensionMask has bits.

Error does_not_decode() { return corrupt("a growth of the dictionary does not decode"); }

/// Reads the head of a growth: how much there was before and how much was added.
Result<GrowthExtent> read_extent(ByteReader& reader) {
  if (reader.get<std::uint8_t>() != growth_version)
    return corrupt("a growth of the dictionary has an unknown version");
  const auto dimensions = reader.get_varint();
  if (dimensions > max_dimensions) return does_not_decode();
  GrowthExtent extent;
  for (std::uint64_t i = 0; i < dimensions; ++i) {
    const auto before = reader.get_varint();
    const auto added = reader.get_varint();
    // Every value takes at least a byte, so a count beyond what is left is damage.
    if (reader.failed() || added > reader.left() || before > std::numeric_limits<ValueId>::max())
      return does_not_decode();
    extent.before.values.push_back(before);
    extent.after.values.push_back(before + added);
  }
  extent.before.series = reader.get_varint();
  const auto added = reader.get_varint();
  const bool is_possible = dimensions == 0 ? added <= 1 : added <= reader.left() / dimensions;
  if (reader.failed() || !is_possible ||
      extent.before.series > std::numeric_limits<SeriesIndex>::max())
    return does_not_decode();
  extent.after.series = extent.before.series + added;
  return extent;
}

}  // namespace

std::string encode_growth(const Dictionary& dictionary, const Dictionary::Size& before) {
  ByteWriter writer;
  writer.put(growth_version);
  writer.put_varint(dictionary.dimension_count());
  for (std::size_t i = 0; i < dictionary.dimension_count(); ++i) {
    writer.put_varint(before.values[i]);
    writer.put_varint(dictionary.value_count(i) - before.values[i]);
  }
  writer.put_varint(before.series);
  writer.put_varint(dictionary.series_count() - before.series);
  for (std::size_t i = 0; i < dictionary.dimension_count(); ++i)
    for (std::size_t id = before.values[i] + 1; id <= dictionary.value_count(i); ++id)
      writer.put_text(dictionary.value_text(i, static_cast<ValueId>(id)));
  for (std::size_t series = before.series; series < dictionary.series_count(); ++series)
    for (const ValueId id : dictionary.combination(static_cast<SeriesIndex>(series)))
      writer.put_varint(id);
  return writer.take();
}

Result<GrowthExtent> decode_growth_extent(std::string_view record) {
  ByteReader reader(record);
  return read_extent(reader);
}

Result<void> apply_growth(std::string_view record, Dictionary& dictionary) {
  ByteReader reader(record);
  const auto extent = read_extent(reader);
  if (!extent) return extent.error();
  if (extent->before.values.size() != dictionary.dimension_count())
    return invalid_input("the store holds " + std::to_string(extent->before.values.size()) +
                         " dimensions, the detector has " +
                         std::to_string(dictionary.dimension_count()));
  if (extent->before != dictionary.extent())
    return corrupt("a growth of the dictionary does not follow on the one before");

  for (std::size_t i = 0; i < dictionary.dimension_count(); ++i)
    for (auto left = extent->after.values[i] - extent->before.values[i]; left > 0; --left)
      dictionary.add_value(i, reader.get_text());
  std::vector<ValueId> combination(dictionary.dimension_count());
  for (auto left = extent->after.series - extent->before.series; left > 0; --left) {
    for (std::size_t i = 0; i < combination.size(); ++i) {
      const auto id = reader.get_varint();
      if (id > dictionary.value_count(i)) return does_not_decode();
      combination[i] = static_cast<ValueId>(id);
    }
    dictionary.add_series(combination);
  }
  // A value or series met twice would not have made it larger.
  if (!reader.is_complete() || dictionary.extent() != extent->after) return does_not_decode();
  return ok();
}

}  // namespace bellwether::store
