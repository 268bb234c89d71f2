#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bellwether/document/body_template.hpp"

namespace bellwether::document {

/// Cuts a template's text into its pieces.
class BodyTemplate::Compiler {
 public:
  Compiler(BodyTemplate& target, Filter default_filter)
      : target_(target), text_(target.text_), default_filter_(default_filter) {}

  Result<void> run();

 private:
  Result<void> read_placeholder();
  Result<void> read_path(Placeholder& placeholder);
  Result<void> read_bracket(Placeholder& placeholder);
  Result<void> read_quoted_key(Placeholder& placeholder);
  Result<void> read_index(Placeholder& placeholder);
  Result<void> read_filter(Placeholder& placeholder);
  std::string_view take_word();
  void skip_space();
  bool take(std::string_view symbol);
  Error error(const std::string& message) const { return target_.error_at(at_, message); }

  BodyTemplate& target_;
  std::string_view text_;
  Filter default_filter_;
  std::size_t at_ = 0;
};

}  // namespace bellwether::document
