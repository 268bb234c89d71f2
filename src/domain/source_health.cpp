#include "bellwether/domain/source_health.hpp"

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<SourceHealth, source_health_count> names{{{SourceHealth::healthy, "healthy"},
                                                              {SourceHealth::partial, "partial"},
                                                              {SourceHealth::silent, "silent"}}};

}  // namespace

std::string_view to_string(SourceHealth health) { return name_in(names, health); }
std::optional<SourceHealth> parse_source_health(std::string_view text) {
  return value_in(names, text);
}

}  // namespace bellwether
