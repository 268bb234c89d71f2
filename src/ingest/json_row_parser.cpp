#include "json_row_parser.hpp"

#include <cstring>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "json_flaw.hpp"
#include "text.hpp"

namespace bellwether::ingest {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr RowBuilder::Slot no_slot = std::numeric_limits<RowBuilder::Slot>::max();

}  // namespace

struct JsonRowParser::Body {
  explicit Body(RowBuilder row_builder) : builder(std::move(row_builder)) {
    for (RowBuilder::Slot slot = 0; slot < builder.slot_count(); ++slot)
      slot_of_key.emplace(builder.column(slot), slot);
  }

  /// A key as it was met, at its place in the object.
  struct KnownKey {
    std::string text;
    RowBuilder::Slot slot = no_slot;
    bool is_plain = false;  ///< Stands in JSON as it is.
  };

  /// The key at a place is usually the one that was there in the last object.
  bool is_known(const ondemand::raw_json_string& key, std::size_t place) const {
    return place < keys.size() && keys[place].is_plain &&
           key.unsafe_is_equal(std::string_view(keys[place].text));
  }

  RowBuilder::Slot find_slot(std::string_view key, std::size_t place) {
    const auto found = slot_of_key.find(std::string(key));
    const RowBuilder::Slot slot = found == slot_of_key.end() ? no_slot : found->second;
    if (place >= keys.size() && place < most_places) keys.resize(place + 1);
    if (place < keys.size())
      keys[place] = {std::string(key), slot, key.find_first_of("\"\\") == std::string_view::npos};
    return slot;
  }

  /// What came of an object: a row to be ended, a row refused for one value, or a flaw in the JSON.
  enum class Outcome { complete, refused, broken };

  Outcome read_object(ondemand::object object);
  Outcome read_value(ondemand::value value, RowBuilder::Slot slot);
  Outcome refuse(RowBuilder::Slot slot, std::string_view what) {
    builder.refuse_row(RowFault::unreadable,
                       "column '" + builder.column(slot) + "': " + std::string(what));
    return Outcome::refused;
  }
  Outcome break_off(simdjson::error_code error) {
    flaw = error;
    return Outcome::broken;
  }
  void refuse_line(simdjson::error_code error) {
    builder.refuse_row(RowFault::unreadable,
                       error == simdjson::INCORRECT_TYPE
                           ? "the line is not a JSON object"
                           : "the line is not a JSON object: " + json_flaw(error));
  }

  static constexpr std::size_t most_places = 4096;

  RowBuilder builder;
  ondemand::parser parser;
  std::string padded;  ///< A line with room after it.
  std::unordered_map<std::string, RowBuilder::Slot> slot_of_key;
  std::vector<KnownKey> keys;  ///< By place in the object.
  simdjson::error_code flaw = simdjson::SUCCESS;
};

JsonRowParser::Body::Outcome JsonRowParser::Body::read_object(ondemand::object object) {
  std::size_t place = 0;
  for (auto field : object) {
    ondemand::raw_json_string raw_key;
    if (const auto error = field.key().get(raw_key)) return break_off(error);
    RowBuilder::Slot slot = no_slot;
    if (is_known(raw_key, place)) {
      slot = keys[place].slot;
    } else {
      std::string_view key;
      if (const auto error = field.unescaped_key().get(key)) return break_off(error);
      slot = find_slot(key, place);
    }
    ++place;
    if (slot == no_slot) continue;
    ondemand::value value;
    if (const auto error = field.value().get(value)) return break_off(error);
    if (const auto outcome = read_value(value, slot); outcome != Outcome::complete) return outcome;
  }
  return Outcome::complete;
}

JsonRowParser::Body::Outcome JsonRowParser::Body::read_value(ondemand::value value,
                                                             RowBuilder::Slot slot) {
  ondemand::json_type type{};
  if (const auto error = value.type().get(type)) return break_off(error);
  switch (type) {
    case ondemand::json_type::string: {
      std::string_view text;
      if (const auto error = value.get_string().get(text)) return break_off(error);
      builder.set(slot, text);
      return Outcome::complete;
    }
    case ondemand::json_type::number: {
      std::string_view text = value.raw_json_token();
      while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
      double number = 0;
      if (value.get_double().get(number) != simdjson::SUCCESS)
        return refuse(slot, shown(text) + " is not a number that JSON allows");
      builder.set_number(slot, text, number);
      return Outcome::complete;
    }
    case ondemand::json_type::boolean: {
      bool truth = false;
      if (const auto error = value.get_bool().get(truth)) return break_off(error);
      builder.set(slot, truth ? "true" : "false");
      return Outcome::complete;
    }
    case ondemand::json_type::null: {
      bool is_null = false;
      if (const auto error = value.is_null().get(is_null)) return break_off(error);
      return is_null ? Outcome::complete : break_off(simdjson::N_ATOM_ERROR);
    }
    case ondemand::json_type::object:
      return refuse(slot, "an object stands where a plain value belongs");
    case ondemand::json_type::array:
      return refuse(slot, "an array stands where a plain value belongs");
  }
  return Outcome::complete;
}

JsonRowParser::JsonRowParser(RowBuilder builder)
    : body_(std::make_unique<Body>(std::move(builder))) {}

JsonRowParser::~JsonRowParser() = default;

RowBuilder& JsonRowParser::builder() const { return body_->builder; }

void JsonRowParser::parse_line(std::string_view line, std::size_t room_after) {
  Body& body = *body_;
  if (room_after < simdjson::SIMDJSON_PADDING) {
    body.padded.assign(line);
    body.padded.resize(line.size() + simdjson::SIMDJSON_PADDING);
    line = std::string_view(body.padded).substr(0, line.size());
  }
  ondemand::document document;
  ondemand::object object;
  auto error =
      body.parser
          .iterate(simdjson::padded_string_view(line, line.size() + simdjson::SIMDJSON_PADDING))
          .get(document);
  if (error == simdjson::SUCCESS) error = document.get_object().get(object);
  if (error != simdjson::SUCCESS) return body.refuse_line(error);
  const auto outcome = body.read_object(object);
  if (outcome == Body::Outcome::refused) return;
  if (outcome == Body::Outcome::broken) return body.refuse_line(body.flaw);
  if (!is_at_end(document))
    return body.builder.refuse_row(RowFault::unreadable, "text follows the JSON object");
  body.builder.end_row();
}

Result<void> JsonRowParser::parse_array(std::string_view text, std::uint64_t max_rows) {
  Body& body = *body_;
  const simdjson::padded_string padded(text);
  ondemand::document document;
  ondemand::array array;
  const auto fail = [&](std::string_view what) {
    return invalid_input("the body is not a JSON array of objects: " + std::string(what) +
                         ", at row " + std::to_string(body.builder.row() + 1));
  };
  auto error = body.parser.iterate(padded).get(document);
  if (error == simdjson::SUCCESS) error = document.get_array().get(array);
  if (error == simdjson::INCORRECT_TYPE) return fail("it does not begin with '['");
  if (error != simdjson::SUCCESS) return fail(json_flaw(error));
  for (auto element : array) {
    if (body.builder.row() > max_rows) return ok();
    ondemand::value value;
    ondemand::json_type type{};
    if (error = element.get(value); error == simdjson::SUCCESS) error = value.type().get(type);
    if (error != simdjson::SUCCESS) return fail(json_flaw(error));
    if (type != ondemand::json_type::object) {
      body.builder.refuse_row(RowFault::unreadable, "the row is not a JSON object");
      continue;
    }
    ondemand::object object;
    if (error = value.get_object().get(object); error != simdjson::SUCCESS)
      return fail(json_flaw(error));
    const auto outcome = body.read_object(object);
    if (outcome == Body::Outcome::broken) return fail(json_flaw(body.flaw));
    if (outcome == Body::Outcome::complete) body.builder.end_row();
  }
  if (!is_at_end(document)) return fail("text follows the closing ']'");
  return ok();
}

}  // namespace bellwether::ingest
