#include "bellwether/domain/sql_query.hpp"

#include <algorithm>
#include <utility>

namespace bellwether {
namespace {

constexpr std::size_t none = std::string_view::npos;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Letters of names; bytes beyond ASCII are letters to SQL.
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Walks over the text and knows where SQL itself stands.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Result<std::vector<SqlQuery::Piece>> run() {
    while (place_ < text_.size())
      if (auto stepped = step(); !stepped) return stepped.error();
    cut(SqlQuery::Bound::none, end_of_statement_ == none ? text_.size() : end_of_statement_, 0);
    return std::move(pieces_);
  }

 private:
  char at(std::size_t place) const { return place < text_.size() ? text_[place] : '\0'; }

  Result<void> step() {
    const char c = text_[place_];
    const char next = at(place_ + 1);
    if (c == '-' && next == '-') {
      place_ = std::min(text_.find('\n', place_), text_.size());
      return ok();
    }
    if (c == '/' && next == '*') return skip_comment();
    if (is_space(c)) {
      ++place_;
      return ok();
    }
    if (c == ';') {
      if (end_of_statement_ == none) end_of_statement_ = place_;
      ++place_;
      return ok();
    }
    if (end_of_statement_ != none)
      return invalid_input("must be one statement: something follows the ';'");
    return step_in_statement(c, next);
  }

  Result<void> step_in_statement(char c, char next) {
    if (c == '\'') return skip_quoted('\'', false, "literal");
    if (c == '"') return skip_quoted('"', false, "quoted name");
    if (c == '$') return skip_dollars();
    if (is_word(c)) return skip_word();
    if (c == ':' && next == ':') {
      place_ += 2;
    } else if (c == ':') {
      take_bound();
    } else {
      ++place_;
    }
    return ok();
  }

  /// Comments nest.
  Result<void> skip_comment() {
    std::size_t depth = 0;
    do {
      if (at(place_) == '/' && at(place_ + 1) == '*') {
        ++depth;
        place_ += 2;
      } else if (at(place_) == '*' && at(place_ + 1) == '/') {
        --depth;
        place_ += 2;
      } else {
        ++place_;
      }
      if (place_ >= text_.size() && depth > 0) return invalid_input("a comment /* is left open");
    } while (depth > 0);
    return ok();
  }

  /// A doubled quote stands for one; with `has_escapes` a backslash takes the next character along.
  Result<void> skip_quoted(char quote, bool has_escapes, const char* what) {
    for (++place_; place_ < text_.size(); ++place_) {
      if (has_escapes && text_[place_] == '\\') {
        ++place_;
      } else if (text_[place_] == quote) {
        ++place_;
        if (at(place_) != quote) return ok();
      }
    }
    return invalid_input(std::string("a ") + what + " is left open: its closing " + quote +
                         " is missing");
  }

  Result<void> skip_dollars() {
    std::size_t end = place_ + 1;
    if (is_digit(at(end)))
      return invalid_input("has a parameter $" + std::string(1, at(end)) +
                           "; bounds are written :from and :to");
    while (is_word(at(end))) ++end;
    if (at(end) != '$') {
      place_ = end;
      return ok();
    }
    const std::string_view tag = text_.substr(place_, end + 1 - place_);
    const std::size_t close = text_.find(tag, end + 1);
    if (close == none) return invalid_input("a literal " + std::string(tag) + " is left open");
    place_ = close + tag.size();
    return ok();
  }

  /// `E` before a quote makes a literal with escapes; a word may hold dollars.
  Result<void> skip_word() {
    const std::size_t begin = place_;
    while (is_word(at(place_)) || at(place_) == '$') ++place_;
    const bool is_escape = place_ == begin + 1 && (text_[begin] == 'e' || text_[begin] == 'E');
    if (is_escape && at(place_) == '\'') return skip_quoted('\'', true, "literal");
    return ok();
  }

  void take_bound() {
    std::size_t end = place_ + 1;
    while (is_word(at(end))) ++end;
    const std::string_view word = text_.substr(place_ + 1, end - place_ - 1);
    if (word == "from") cut(SqlQuery::Bound::from, place_, end);
    if (word == "to") cut(SqlQuery::Bound::to, place_, end);
    place_ = end;
  }

  void cut(SqlQuery::Bound bound, std::size_t end, std::size_t next_begin) {
    std::string_view text = text_.substr(piece_begin_, end - piece_begin_);
    if (bound == SqlQuery::Bound::none)
      while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    pieces_.push_back({std::string(text), bound});
    piece_begin_ = next_begin;
  }

  std::string_view text_;
  std::size_t place_ = 0;
  std::size_t piece_begin_ = 0;
  std::size_t end_of_statement_ = none;
  std::vector<SqlQuery::Piece> pieces_;
};

}  // namespace

Result<SqlQuery> SqlQuery::parse(std::string_view text) {
  if (text.find('\0') != none) return invalid_input("holds a zero byte");
  auto pieces = Scanner(text).run();
  if (!pieces) return pieces.error();
  for (const auto& [bound, name] : {std::pair(Bound::from, ":from"), std::pair(Bound::to, ":to")})
    if (std::ranges::find(*pieces, bound, &Piece::bound) == pieces->end())
      return invalid_input(std::string("has no ") + name +
                           "; ask for one interval, as in: WHERE ts >= :from AND ts < :to");
  SqlQuery query;
  query.pieces_ = *std::move(pieces);
  return query;
}

std::string SqlQuery::with_numbered_parameters() const {
  std::string text;
  for (const Piece& piece : pieces_) {
    text += piece.text;
    if (piece.bound == Bound::from) text += "$1";
    if (piece.bound == Bound::to) text += "$2";
  }
  return text;
}

Result<std::vector<std::string>> parse_sql_name(std::string_view text) {
  const auto wrong = [&](const char* what) {
    return invalid_input("'" + std::string(text) + "' " + what +
                         "; write table, schema.table or \"odd.schema\".table");
  };
  std::vector<std::string> parts(1);
  std::size_t place = 0;
  while (place < text.size()) {
    const char c = text[place++];
    if (c == '\0') return wrong("holds a zero byte");
    if (c == '.') {
      parts.emplace_back();
    } else if (c != '"') {
      parts.back() += c;
    } else if (!parts.back().empty()) {
      return wrong("has a quote in the middle of a name");
    } else {
      while (place < text.size() && (text[place] != '"' || text.substr(place, 2) == "\"\"")) {
        if (text[place] == '"') ++place;
        parts.back() += text[place++];
      }
      if (place == text.size()) return wrong("has an open quote");
      ++place;
      if (place < text.size() && text[place] != '.') return wrong("goes on after a closing quote");
    }
  }
  for (const std::string& part : parts)
    if (part.empty()) return wrong("has an empty part");
  if (parts.size() > 3) return wrong("has more than three parts");
  return parts;
}

}  // namespace bellwether
