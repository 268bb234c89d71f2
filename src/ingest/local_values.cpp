#include "local_values.hpp"

namespace bellwether::ingest {

LocalValues::LocalValues(Dictionary& dictionary)
    : dictionary_(dictionary), dimensions_(dictionary.dimension_count()) {
  for (Dimension& dimension : dimensions_) {
    dimension.value_ids.push_back(any_value);
    dimension.texts.push_back(nullptr);
  }
}

std::optional<LocalId> LocalValues::find(std::size_t index, std::string_view text) {
  Dimension& dimension = dimensions_[index];
  if (const auto value = dictionary_.find_value(index, text)) {
    if (*value < dimension.local_ids.size() && dimension.local_ids[*value] != any_local)
      return dimension.local_ids[*value];
    const auto local = static_cast<LocalId>(dimension.value_ids.size());
    dimension.value_ids.push_back(any_value);
    dimension.texts.push_back(nullptr);
    join(dimension, local, *value);
    return local;
  }
  const auto found = dimension.unsettled.find(text);
  if (found == dimension.unsettled.end()) return std::nullopt;
  return found->second;
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
