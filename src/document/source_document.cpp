#include "source_document.hpp"

#include <array>

#include "file_source_document.hpp"
#include "postgres_source_document.hpp"
#include "s3_source_document.hpp"

namespace bellwether::document {

SourceSpec read_source(Section& section) {
  static constexpr std::array kinds{"http", "file", "kafka", "s3", "postgres"};
  static constexpr std::array missing_kinds{"kafka"};
  SourceSpec source;
  std::size_t given = 0;
  for (const char* kind : kinds) given += section.has(kind) ? 1 : 0;
  section.child("http", [&](Section& http) { http.refuse_unknown_keys(); });
  section.child("file", [&](Section& file) { source = read_file_source(file); });
  section.child("postgres", [&](Section& sql) { source = read_postgres_source(sql); });
  section.child("s3", [&](Section& s3) { source = read_s3_source(s3); });
  for (const std::string kind : missing_kinds)
    section.refuse(
        kind, kind + " sources are not available in this version; use file, http, postgres or s3");
  section.refuse_unknown_keys();
  if (given != 1)
    section.problem("", given == 0 ? "must give the kind of source: file, http, postgres or s3"
                                   : "must give exactly one kind of source");
  return source;
}

Node write_source(const SourceSpec& source) {
  struct Writer {
    Node operator()(const HttpSourceSpec&) const { return Node().set("http", Node::Map{}); }
    Node operator()(const FileSourceSpec& file) const {
      return Node().set("file", write_file_source(file));
    }
    Node operator()(const PostgresSourceSpec& postgres) const {
      return Node().set("postgres", write_postgres_source(postgres));
    }
    Node operator()(const S3SourceSpec& s3) const { return Node().set("s3", write_s3_source(s3)); }
  };
  return std::visit(Writer{}, source);
}

}  // namespace bellwether::document
