#include "body_template_compiler.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace bellwether::document {
namespace {

using Filter = BodyTemplate::Filter;

constexpr std::array<std::pair<std::string_view, Filter>, 7> filters{{{"json", Filter::json},
                                                                      {"escape", Filter::escape},
                                                                      {"url", Filter::url},
                                                                      {"html", Filter::markup},
                                                                      {"xml", Filter::markup},
                                                                      {"text", Filter::text},
                                                                      {"raw", Filter::raw}}};

bool is_word_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

Result<void> BodyTemplate::Compiler::run() {
  while (at_ < text_.size()) {
    const std::size_t open = text_.find("{{", at_);
    if (const auto literal = text_.substr(at_, open - at_); !literal.empty())
      target_.pieces_.emplace_back(std::string(literal));
    if (open == std::string_view::npos) break;
    at_ = open;
    if (auto read = read_placeholder(); !read) return read;
  }
  return ok();
}

Result<void> BodyTemplate::Compiler::read_placeholder() {
  const std::size_t open = at_;
  take("{{");
  skip_space();
  Placeholder placeholder{.path = {}, .filter = default_filter_, .offset = at_};
  if (auto read = read_path(placeholder); !read) return read;
  skip_space();
  if (take("|"))
    if (auto read = read_filter(placeholder); !read) return read;
  skip_space();
  if (at_ == text_.size())
    return target_.error_at(open, "'{{' is not closed; write {{ path }} or {{ path | json }}");
  if (!take("}}")) return error("'}}' must follow here");
  target_.pieces_.emplace_back(std::move(placeholder));
  return ok();
}

Result<void> BodyTemplate::Compiler::read_path(Placeholder& placeholder) {
  do {
    const std::string_view key = take_word();
    if (key.empty())
      return error(placeholder.path.empty()
                       ? "a path must follow '{{', such as {{ anomaly.severity }}; there are no "
                         "loops and no conditions"
                       : "a key must follow the dot");
    placeholder.path.emplace_back(std::string(key));
    while (take("["))
      if (auto read = read_bracket(placeholder); !read) return read;
  } while (take("."));
  return ok();
}

Result<void> BodyTemplate::Compiler::read_bracket(Placeholder& placeholder) {
  const bool is_quoted = at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"');
  auto read = is_quoted ? read_quoted_key(placeholder) : read_index(placeholder);
  if (!read) return read;
  if (!take("]")) return error("']' must follow here");
  return ok();
}

Result<void> BodyTemplate::Compiler::read_quoted_key(Placeholder& placeholder) {
  const std::size_t close = text_.find(text_[at_], at_ + 1);
  if (close == std::string_view::npos) return error("the quote is not closed");
  placeholder.path.emplace_back(std::string(text_.substr(at_ + 1, close - at_ - 1)));
  at_ = close + 1;
  return ok();
}

Result<void> BodyTemplate::Compiler::read_index(Placeholder& placeholder) {
  std::size_t place = 0;
  const auto [end, failure] =
      std::from_chars(text_.data() + at_, text_.data() + text_.size(), place);
  if (failure != std::errc())
    return error("a place in a list must follow '[', as in series[0], or a key in quotes");
  placeholder.path.emplace_back(place);
  at_ = static_cast<std::size_t>(end - text_.data());
  return ok();
}

Result<void> BodyTemplate::Compiler::read_filter(Placeholder& placeholder) {
  skip_space();
  const std::size_t begin = at_;
  const std::string_view name = take_word();
  for (const auto& [word, filter] : filters) {
    if (word != name) continue;
    placeholder.filter = filter;
    return ok();
  }
  return target_.error_at(
      begin,
      "'" + std::string(name) + "' is no filter; use json, escape, url, html, xml, text or raw");
}

std::string_view BodyTemplate::Compiler::take_word() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_word_letter(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

void BodyTemplate::Compiler::skip_space() {
  while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string::npos)
    ++at_;
}

bool BodyTemplate::Compiler::take(std::string_view symbol) {
  if (!text_.substr(at_).starts_with(symbol)) return false;
  at_ += symbol.size();
  return true;
}

}  // namespace bellwether::document
