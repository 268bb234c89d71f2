#include "file_source_document.hpp"

#include "row_format_document.hpp"
#include "write_texts.hpp"

namespace bellwether::document {

FileSourceSpec read_file_source(Section& section) {
  FileSourceSpec file;
  section.optional("path", file.path);
  section.optional("follow", file.follow);
  section.optional("historical", file.historical);
  read_row_format(section, file.format);
  section.optional("follow_links", file.follow_links);
  section.refuse_unknown_keys();
  return file;
}

Node write_file_source(const FileSourceSpec& file) {
  Node node(Node::Map{});
  if (!file.path.empty()) node.set("path", file.path);
  node.set("follow", file.follow);
  if (!file.historical.empty()) node.set("historical", write_texts(file.historical));
  node.set("format", write_row_format(file.format));
  if (file.follow_links) node.set("follow_links", true);
  return node;
}

}  // namespace bellwether::document
