#include "file_position.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <system_error>

namespace bellwether::ingest {
namespace {

/// The line a position begins with, and what it says.
struct Beginning {
  std::string_view line;
  bool is_historical;
  bool has_heads;
};
constexpr Beginning beginnings[] = {{"files 2 historical\n", true, true},
                                    {"files 2 live\n", false, true},
                                    {"files 1 historical\n", true, false},
                                    {"files 1 live\n", false, false}};

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

std::optional<FileMark> parse_mark(std::string_view line, bool has_head) {
  FileMark mark;
  if (!take_number(line, mark.inode) || !take_number(line, mark.offset) ||
      !take_number(line, mark.rows))
    return std::nullopt;
  if (has_head &&
      (!take_number(line, mark.head.length_bytes) || !take_number(line, mark.head.hash)))
    return std::nullopt;
  if (line.empty()) return std::nullopt;
  mark.path = unescaped(line);
  return mark;
}

}  // namespace

FileHead head_of(std::string_view beginning) {
  FileHead head{.length_bytes = beginning.size(), .hash = 14'695'981'039'346'656'037U};
  for (const char c : beginning) head.hash = hash_after(head.hash, c);
  return head;
}

std::string to_text(const FilePosition& position) {
  std::string text(beginnings[position.is_historical ? 0 : 1].line);
  for (const FileMark& mark : position.marks)
    text += std::to_string(mark.inode) + " " + std::to_string(mark.offset) + " " +
            std::to_string(mark.rows) + " " + std::to_string(mark.head.length_bytes) + " " +
            std::to_string(mark.head.hash) + " " + escaped(mark.path) + "\n";
  return text;
}

Result<FilePosition> parse_file_position(std::string_view text) {
  const auto damaged = [] { return corrupt("the position of a file source does not decode"); };
  const auto* const beginning = std::ranges::find_if(
      beginnings, [&](const Beginning& one) { return text.starts_with(one.line); });
  if (beginning == std::end(beginnings)) return damaged();
  text.remove_prefix(beginning->line.size());
  FilePosition position{.is_historical = beginning->is_historical, .marks = {}};
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return damaged();
    auto mark = parse_mark(text.substr(0, end), beginning->has_heads);
    if (!mark) return damaged();
    position.marks.push_back(*std::move(mark));
    text.remove_prefix(end + 1);
  }
  return position;
}

}  // namespace bellwether::ingest
