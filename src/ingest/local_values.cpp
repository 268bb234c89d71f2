#include "local_values.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace bellwether::ingest {
namespace {

/// Eight bytes from `from` on as a number that orders like them; zeros where the text is over.
std::uint64_t leading_bytes(std::string_view text, std::size_t from) {
  std::uint64_t key = 0;
  for (std::size_t i = from; i < from + sizeof key; ++i)
    key = key << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  return key;
}

}  // namespace

LocalValues::LocalValues(Dictionary& dictionary)
    : dictionary_(dictionary), dimensions_(dictionary.dimension_count()) {
  for (Dimension& dimension : dimensions_) {
    dimension.value_ids.push_back(any_value);
    dimension.texts.push_back(nullptr);
  }
}

void LocalValues::find_each(std::size_t index, std::span<const std::string> texts,
                            std::vector<LocalId>& found) {
  Dimension& dimension = dimensions_[index];
  value_ids_.resize(texts.size());
  dictionary_.find_values(index, texts, value_ids_);
  found.resize(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (value_ids_[i] != any_value) {
      found[i] = number_of(dimension, value_ids_[i]);
      continue;
    }
    const auto unsettled = dimension.unsettled.find(texts[i]);
    found[i] = unsettled == dimension.unsettled.end() ? any_local : unsettled->second;
  }
}

/// Of a value of the dictionary, which gets one at first sight.
LocalId LocalValues::number_of(Dimension& dimension, ValueId value) {
  if (value < dimension.local_ids.size() && dimension.local_ids[value] != any_local)
    return dimension.local_ids[value];
  const auto local = static_cast<LocalId>(dimension.value_ids.size());
  dimension.value_ids.push_back(any_value);
  dimension.texts.push_back(nullptr);
  join(dimension, local, value);
  return local;
}

LocalId LocalValues::add(std::size_t index, std::string_view text) {
  Dimension& dimension = dimensions_[index];
  const auto local = static_cast<LocalId>(dimension.value_ids.size());
  const auto added = dimension.unsettled.emplace(text, local).first;
  dimension.value_ids.push_back(any_value);
  dimension.texts.push_back(&added->first);
  return local;
}

ValueId LocalValues::value_id(std::size_t index, LocalId id) const {
  return dimensions_[index].value_ids[id];
}

const std::string& LocalValues::text(std::size_t index, LocalId id) const {
  const Dimension& dimension = dimensions_[index];
  if (dimension.texts[id] != nullptr) return *dimension.texts[id];
  return dictionary_.value_text(index, dimension.value_ids[id]);
}

/// Values of a dimension often begin alike. What follows is compared as a number where that tells,
/// beside the ids; only for the rest are texts looked up.
void LocalValues::sort_by_text(std::size_t index, std::vector<LocalId>& ids) const {
  if (ids.empty()) return;
  const std::string_view first = text(index, ids.front());
  std::size_t alike = first.size();
  for (const LocalId id : ids) {
    const std::string& other = text(index, id);
    alike = std::min(alike, other.size());
    while (std::memcmp(first.data(), other.data(), alike) != 0) --alike;
  }
  struct Keyed {
    std::uint64_t key = 0;
    LocalId id = any_local;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(ids.size());
  for (const LocalId id : ids) keyed.push_back({leading_bytes(text(index, id), alike), id});
  std::ranges::sort(keyed, [&](const Keyed& a, const Keyed& b) {
    if (a.key != b.key) return a.key < b.key;
    return a.id != b.id && text(index, a.id) < text(index, b.id);
  });
  std::ranges::transform(keyed, ids.begin(), &Keyed::id);
}

void LocalValues::settle(std::size_t index, LocalId id) {
  Dimension& dimension = dimensions_[index];
  if (dimension.value_ids[id] != any_value) return;
  const std::string* const text = dimension.texts[id];
  join(dimension, id, dictionary_.add_value(index, *text));
  dimension.texts[id] = nullptr;
  dimension.unsettled.erase(dimension.unsettled.find(*text));
}

void LocalValues::join(Dimension& dimension, LocalId local, ValueId value) {
  if (dimension.local_ids.size() <= value) dimension.local_ids.resize(value + 1, any_local);
  dimension.local_ids[value] = local;
  dimension.value_ids[local] = value;
}

}  // namespace bellwether::ingest
