// A query with :from and :to: its pieces put together again, or an error that says something.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bellwether/domain/sql_query.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using bellwether::SqlQuery;
  const std::string_view input(reinterpret_cast<const char*>(bytes), count);
  const auto query = SqlQuery::parse(input);
  if (const auto name = bellwether::parse_sql_name(input); !name && name.error().message.empty())
    std::abort();
  if (!query) {
    if (query.error().message.empty()) std::abort();
    return 0;
  }
  std::string whole;
  for (const SqlQuery::Piece& piece : query->pieces()) {
    whole += piece.text;
    if (piece.bound == SqlQuery::Bound::from) whole += ":from";
    if (piece.bound == SqlQuery::Bound::to) whole += ":to";
  }
  if (!input.starts_with(whole)) std::abort();
  // Nothing is left of what stands for a bound, and parsing again changes nothing.
  const auto again = SqlQuery::parse(whole);
  if (!again || again->pieces() != query->pieces()) std::abort();
  return 0;
}
