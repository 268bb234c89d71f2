#include "import_position.hpp"

namespace bellwether::ingest {
namespace {

std::string beginning(std::string_view kind) { return std::string(kind) + " 1 next "; }

}  // namespace

std::string to_text(std::string_view kind, const ImportPosition& position) {
  return beginning(kind) + to_rfc3339(position.next) + "\n";
}

Result<ImportPosition> parse_import_position(std::string_view kind, std::string_view text) {
  const auto damaged = [&] {
    return corrupt("the position of source '" + std::string(kind) + "' does not decode");
  };
  const std::string begin = beginning(kind);
  if (!text.starts_with(begin) || !text.ends_with('\n')) return damaged();
  text.remove_prefix(begin.size());
  text.remove_suffix(1);
  const auto next = parse_rfc3339(text);
  if (!next) return damaged();
  return ImportPosition{*next};
}

const StreamPosition* find_stream(const SourcePosition& position, std::string_view name) {
  for (const StreamPosition& stream : position)
    if (stream.stream == name) return &stream;
  return nullptr;
}

}  // namespace bellwether::ingest
