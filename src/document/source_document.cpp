#include "source_document.hpp"

#include <array>

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

/// `csv`, `json`, or a map with one of them.
void read_format(Section& file, RowFormat& format) {
  const Node* node = file.raw("format");
  if (node != nullptr && node->as<std::string>() != nullptr) {
    const std::string& word = *node->as<std::string>();
    if (word == "json") format = JsonFormat{};
    if (word != "json" && word != "csv")
      file.problem("format", "'" + word + "' is not known; use csv or json");
    return;
  }
  file.child("format", [&](Section& section) {
    if (section.has("csv") && section.has("json"))
      section.problem("", "give either csv or json, not both");
    section.child("json", [&](Section& json) { format = read_json_lines(json); });
    section.child("csv", [&](Section& csv) { format = read_csv(csv); });
    section.refuse_unknown_keys();
  });
}

FileSourceSpec read_file_source(Section& section) {
  FileSourceSpec file;
  section.optional("path", file.path);
  section.optional("follow", file.follow);
  section.optional("historical", file.historical);
  read_format(section, file.format);
  section.refuse_unknown_keys();
  return file;
}

Node write_format(const RowFormat& format) {
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

}  // namespace

SourceSpec read_source(Section& section) {
  static constexpr std::array kinds{"http", "file", "kafka", "s3", "postgres"};
  static constexpr std::array missing_kinds{"kafka", "s3", "postgres"};
  SourceSpec source;
  std::size_t given = 0;
  for (const char* kind : kinds) given += section.has(kind) ? 1 : 0;
  section.child("http", [&](Section& http) { http.refuse_unknown_keys(); });
  section.child("file", [&](Section& file) { source = read_file_source(file); });
  for (const std::string kind : missing_kinds)
    section.refuse(kind, kind + " sources are not available in this version; use file or http");
  section.refuse_unknown_keys();
  if (given != 1)
    section.problem("", given == 0 ? "must give the kind of source: file or http"
                                   : "must give exactly one kind of source");
  return source;
}

Node write_source(const SourceSpec& source) {
  const auto* file = std::get_if<FileSourceSpec>(&source);
  if (file == nullptr) return Node().set("http", Node::Map{});
  Node node(Node::Map{});
  if (!file->path.empty()) node.set("path", file->path);
  node.set("follow", file->follow);
  if (!file->historical.empty()) node.set("historical", write_texts(file->historical));
  node.set("format", write_format(file->format));
  return Node().set("file", std::move(node));
}

}  // namespace bellwether::document
