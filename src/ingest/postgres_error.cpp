#include "postgres_error.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace bellwether::ingest {
namespace {

/// Of a message: it goes into logs and answers, and a server may send a megabyte.
constexpr std::size_t most_message_bytes = 1000;

/// On one line, without the piece of the query and the mark below it that show where it stopped.
std::string on_one_line(std::string_view message) {
  std::string text;
  bool was_query = false;
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    std::string_view line = message.substr(0, end);
    message.remove_prefix(std::min(end + 1, message.size()));
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    const bool is_mark = was_query && line == "^";
    was_query = line.starts_with("LINE ");
    if (line.empty() || was_query || is_mark) continue;
    text += (text.empty() ? "" : " ") + std::string(line);
  }
  return text;
}

bool may_pass(std::string_view sqlstate) {
  // Connection; transaction rolled back; resources; not in the state for it (a lock); operator, so
  // a shutdown or the statement timeout; system. A cursor or transaction that is not there belonged
  // to a session that was lost.
  static constexpr std::array classes{"08", "40", "53", "55", "57", "58"};
  const auto kind = sqlstate.substr(0, 2);
  return std::ranges::any_of(classes, [&](std::string_view one) { return one == kind; }) ||
         sqlstate == "34000" || sqlstate == "25P01" || sqlstate == "25P02";
}

std::string_view hint_of(std::string_view sqlstate) {
  struct Hint {
    std::string_view sqlstate;
    std::string_view text;
  };
  static constexpr std::array hints{
      Hint{"42P01",
           "check the table and its schema: names are taken as written, letter case "
           "included"},
      Hint{"3F000", "check the schema: names are taken as written, letter case included"},
      Hint{"42703",
           "check the detector's timestamp, measures and dimensions, and the query: "
           "columns are taken as written, letter case included"},
      Hint{"42501", "grant the user of the URL SELECT on it"},
      Hint{"42P18", "say of what type the bounds are: :from::timestamptz, :to::timestamptz"},
      Hint{"42883",
           "compare the bounds with a column of the timestamp's type, or cast them: "
           ":from::timestamptz"},
      Hint{"22P02",
           "bounds are written as the timestamp column's type wants them; compare them "
           "with that column, or cast them: :from::timestamptz"},
      Hint{"22007",
           "bounds are written as the timestamp column's type wants them; compare them "
           "with that column, or cast them: :from::timestamptz"},
      Hint{"25006", "the query writes, and sessions are read-only: ask with a SELECT"},
      Hint{"57014",
           "it took longer than statement_timeout allows: an index on the timestamp "
           "column helps, or raise it"},
  };
  const auto found = std::ranges::find(hints, sqlstate, &Hint::sqlstate);
  return found == hints.end() ? std::string_view() : found->text;
}

}  // namespace

Error error_of_statement(std::string_view sqlstate, std::string_view message) {
  std::string text = on_one_line(message.substr(0, most_message_bytes));
  if (!sqlstate.empty()) text += " (SQLSTATE " + std::string(sqlstate) + ")";
  if (const auto hint = hint_of(sqlstate); !hint.empty()) text += "; " + std::string(hint);
  return may_pass(sqlstate) || sqlstate.empty() ? unavailable(std::move(text))
                                                : invalid_input(std::move(text));
}

Error error_of_session(std::string_view message) {
  std::string text = on_one_line(message.substr(0, most_message_bytes));
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  if (says("no connection to the server")) return unavailable("the connection was lost");
  if (says("password authentication failed") || says("no password supplied"))
    return invalid_input(text + "; check user and password of the URL");
  if (says("no pg_hba.conf entry"))
    return invalid_input(text +
                         "; let the server's pg_hba.conf admit this host, or set sslmode "
                         "in the URL");
  if (says("role \"") && says("does not exist"))
    return invalid_input(text + "; check the user of the URL");
  if (says("database \"") && says("does not exist"))
    return invalid_input(text + "; check the database of the URL");
  if (says("invalid sslmode value") || says("invalid URI") || says("invalid connection option"))
    return invalid_input(text + "; check the URL");
  return unavailable(std::move(text));
}

}  // namespace bellwether::ingest
