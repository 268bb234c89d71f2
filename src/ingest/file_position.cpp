#include "file_position.hpp"

#include <charconv>
#include <optional>
#include <system_error>

namespace bellwether::ingest {
namespace {

constexpr std::string_view historical_line = "files 1 historical\n";
constexpr std::string_view live_line = "files 1 live\n";

std::string escaped(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (c == '\\') {
      text += "\\\\";
    } else if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

std::string unescaped(std::string_view text) {
  std::string path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      path += text[i];
    } else {
      path += text[++i] == 'n' ? '\n' : text[i];
    }
  }
  return path;
}

bool take_number(std::string_view& line, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (error != std::errc() || end == line.data() + line.size() || *end != ' ') return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
  return true;
}

std::optional<FileMark> parse_mark(std::string_view line) {
  FileMark mark;
  if (!take_number(line, mark.inode) || !take_number(line, mark.offset) ||
      !take_number(line, mark.rows) || line.empty())
    return std::nullopt;
  mark.path = unescaped(line);
  return mark;
}

}  // namespace

std::string to_text(const FilePosition& position) {
  std::string text(position.is_historical ? historical_line : live_line);
  for (const FileMark& mark : position.marks)
    text += std::to_string(mark.inode) + " " + std::to_string(mark.offset) + " " +
            std::to_string(mark.rows) + " " + escaped(mark.path) + "\n";
  return text;
}

Result<FilePosition> parse_file_position(std::string_view text) {
  const auto damaged = [] { return corrupt("the position of a file source does not decode"); };
  FilePosition position;
  position.is_historical = text.starts_with(historical_line);
  if (!position.is_historical && !text.starts_with(live_line)) return damaged();
  text.remove_prefix(position.is_historical ? historical_line.size() : live_line.size());
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return damaged();
    auto mark = parse_mark(text.substr(0, end));
    if (!mark) return damaged();
    position.marks.push_back(*std::move(mark));
    text.remove_prefix(end + 1);
  }
  return position;
}

}  // namespace bellwether::ingest
