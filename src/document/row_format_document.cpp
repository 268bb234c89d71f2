#include "row_format_document.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "write_texts.hpp"

namespace bellwether::document {
namespace {

std::string_view name_of(Compression compression) {
  return compression == Compression::gzip ? "gzip" : "none";
}

std::optional<Compression> parse_compression(std::string_view text) {
  if (text == "none") return Compression::none;
  if (text == "gzip") return Compression::gzip;
  return std::nullopt;
}

CsvFormat read_csv(Section& section) {
  CsvFormat csv;
  section.optional("header", csv.has_header);
  section.optional("delimiter", csv.delimiter);
  section.optional("quote", csv.quote);
  section.choice("compression", csv.compression, parse_compression, "none or gzip");
  section.optional("columns", csv.columns);
  section.refuse_unknown_keys();
  return csv;
}

JsonFormat read_json_lines(Section& section) {
  JsonFormat json;
  section.choice("compression", json.compression, parse_compression, "none or gzip");
  section.refuse_unknown_keys();
  return json;
}

}  // namespace

void read_row_format(Section& source, RowFormat& format) {
  const Node* node = source.raw("format");
  if (node != nullptr && node->as<std::string>() != nullptr) {
    const std::string& word = *node->as<std::string>();
    if (word == "json") format = JsonFormat{};
    if (word == "csv") format = CsvFormat{};
    if (word != "json" && word != "csv")
      source.problem("format", "'" + word + "' is not known; use csv or json");
    return;
  }
  source.child("format", [&](Section& section) {
    if (section.has("csv") && section.has("json"))
      section.problem("", "give either csv or json, not both");
    section.child("json", [&](Section& json) { format = read_json_lines(json); });
    section.child("csv", [&](Section& csv) { format = read_csv(csv); });
    section.refuse_unknown_keys();
  });
}

Node write_row_format(const RowFormat& format) {
  if (const auto* json = std::get_if<JsonFormat>(&format))
    return Node().set("json", Node().set("compression", name_of(json->compression)));
  const auto& csv = std::get<CsvFormat>(format);
  Node node;
  node.set("header", csv.has_header);
  node.set("delimiter", csv.delimiter);
  node.set("quote", csv.quote);
  node.set("compression", name_of(csv.compression));
  if (!csv.columns.empty()) node.set("columns", write_texts(csv.columns));
  return Node().set("csv", std::move(node));
}

}  // namespace bellwether::document
