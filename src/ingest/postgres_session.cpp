#include "postgres_session.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include <libpq-fe.h>

#include "postgres_error.hpp"

namespace bellwether::ingest {
namespace {

using std::chrono::milliseconds;

/// How soon a stop is noticed while nothing comes.
constexpr milliseconds longest_nap{100};

/// For an address, where the URL says nothing else; a name may have several.
constexpr std::chrono::seconds default_connect_time{10};
constexpr int most_addresses = 4;

milliseconds connect_time(PGconn* connection) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfo(connection),
                                                                             &PQconninfoFree);
  for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option) {
    if (std::string_view(option->keyword) != "connect_timeout" || option->val == nullptr) continue;
    const std::string_view text(option->val);
    int seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (seconds > 0) return std::chrono::seconds(std::min(seconds, 300));
  }
  return default_connect_time;
}

/// Whether the socket can be read from, or written to.
bool is_open_for(int socket, short events, milliseconds wait) {
  pollfd one{socket, events, 0};
  return ::poll(&one, 1, static_cast<int>(wait.count())) > 0;
}

/// A DataRow: its head, and each value with its length.
std::uint64_t bytes_of_rows(const PGresult* result) {
  const int columns = PQnfields(result);
  std::uint64_t bytes = 0;
  for (int row = 0; row < PQntuples(result); ++row) {
    bytes += 7 + 4 * static_cast<std::uint64_t>(columns);
    for (int column = 0; column < columns; ++column)
      bytes += static_cast<std::uint64_t>(PQgetlength(result, row, column));
  }
  return bytes;
}

}  // namespace

void FreePostgres::operator()(pg_conn* connection) const { PQfinish(connection); }
void FreePostgres::operator()(pg_result* result) const { PQclear(result); }

Result<std::unique_ptr<PostgresSession>> PostgresSession::open(const PostgresUrl& url,
                                                               std::stop_token stop) {
  std::unique_ptr<PostgresSession> session(new PostgresSession(std::move(stop)));
  if (auto connected = session->connect(url.with_defaults()); !connected) return connected.error();
  return session;
}

Result<void> PostgresSession::connect(const std::string& url) {
  connection_.reset(PQconnectStart(url.c_str()));
  if (!connection_) return unavailable("libpq gives no connection; is memory short?");
  PGconn* const connection = connection_.get();
  if (PQstatus(connection) == CONNECTION_BAD) return lost();
  // Those of a stranger would stand on our standard error.
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  const milliseconds for_one = connect_time(connection);
  const auto end = std::chrono::steady_clock::now() + most_addresses * for_one;
  auto next_address = std::chrono::steady_clock::now() + for_one;
  auto state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED) return lost();
    deadline_ = end;
    if (auto may_go_on = check(); !may_go_on) return may_go_on;
    const int socket = PQsocket(connection);
    const short wanted = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    bool is_ready = is_open_for(socket, wanted, milliseconds(0));
    if (!is_ready && wire_ && wire_->is_behind(socket)) {
      wire_->pump(longest_nap);
      is_ready = is_open_for(socket, wanted, milliseconds(0));
    } else if (!is_ready) {
      is_ready = is_open_for(socket, wanted, longest_nap);
    }
    if (!is_ready && std::chrono::steady_clock::now() >= next_address) {
      // Ends this one, and libpq takes the next.
      ::shutdown(socket, SHUT_RDWR);
      next_address += for_one;
      is_ready = true;
    }
    if (!is_ready) continue;
    state = PQconnectPoll(connection);
    if (auto watched = watch_socket(); !watched) return watched;
    if (auto bounded = check_row(); !bounded) return bounded;
  }
  if (PQsetnonblocking(connection, 1) != 0) return lost();
  passed_bytes_ = wire_ ? wire_->received_bytes() : 0;
  return ok();
}

/// Takes the socket over once libpq has found the server and said its first word: it has read
/// nothing yet.
Result<void> PostgresSession::watch_socket() {
  const int socket = PQsocket(connection_.get());
  const auto status = PQstatus(connection_.get());
  const bool is_connected = status != CONNECTION_STARTED && status != CONNECTION_NEEDED &&
                            status != CONNECTION_BAD && socket >= 0;
  if (!is_connected || (wire_ && wire_->is_behind(socket))) return ok();
  auto wire = PostgresWire::take_over(socket);
  if (!wire) return wire.error();
  wire_ = *std::move(wire);
  passed_bytes_ = 0;
  return ok();
}

void PostgresSession::renew_patience() { deadline_ = std::chrono::steady_clock::now() + patience_; }

Result<void> PostgresSession::send(const std::string& statement,
                                   std::span<const char* const> parameters) {
  PGconn* const connection = connection_.get();
  renew_patience();
  const int sent =
      parameters.empty()
          ? PQsendQuery(connection, statement.c_str())
          : PQsendQueryParams(connection, statement.c_str(), static_cast<int>(parameters.size()),
                              nullptr, parameters.data(), nullptr, nullptr, 0);
  if (sent != 1 || PQsetSingleRowMode(connection) != 1) return lost();
  while (true) {
    const int left = PQflush(connection);
    if (left < 0) return lost();
    if (left == 0) return ok();
    if (auto stepped = step(); !stepped) return stepped;
  }
}

Result<PostgresResult> PostgresSession::next() {
  PGconn* const connection = connection_.get();
  if (auto may_go_on = check(); !may_go_on) return may_go_on.error();
  while (PQisBusy(connection) != 0)
    if (auto stepped = step(); !stepped) return stepped.error();
  PostgresResult result(PQgetResult(connection));
  passed_bytes_ = wire_->received_bytes();
  if (!result) return result;
  row_bytes_ += bytes_of_rows(result.get());
  if (auto bounded = check_rest(); !bounded) return bounded.error();
  switch (PQresultStatus(result.get())) {
    case PGRES_SINGLE_TUPLE:
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
      return result;
    case PGRES_NONFATAL_ERROR:
    case PGRES_FATAL_ERROR: {
      const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
      if (state == nullptr) return lost();
      return error_of_statement(state, PQresultErrorMessage(result.get()));
    }
    default:
      // Such as a copy, of which libpq would go on telling for ever.
      return unavailable(std::string("the server's answer is none to a query: ") +
                         PQresStatus(PQresultStatus(result.get())));
  }
}

Result<void> PostgresSession::run(const std::string& statement,
                                  std::span<const char* const> parameters) {
  if (auto sent = send(statement, parameters); !sent) return sent;
  while (true) {
    const auto result = next();
    if (!result) return result.error();
    if (!*result) return ok();
  }
}

/// Lets some bytes pass.
Result<void> PostgresSession::step() {
  if (auto may_go_on = check(); !may_go_on) return may_go_on;
  // What libpq has left in the pipe comes before what the server says next.
  const bool has_more = is_open_for(PQsocket(connection_.get()), POLLIN, milliseconds(0));
  wire_->pump(has_more ? milliseconds(0) : longest_nap);
  if (PQconsumeInput(connection_.get()) != 1) return lost();
  while (PGnotify* const news = PQnotifies(connection_.get())) PQfreemem(news);
  // Rows that are whole by now are taken first.
  if (PQisBusy(connection_.get()) == 0) return ok();
  return check_row();
}

Result<void> PostgresSession::check() const {
  if (stop_.stop_requested()) return unavailable("the source is being stopped");
  if (std::chrono::steady_clock::now() > deadline_)
    return unavailable("the server has not answered in time");
  return ok();
}

/// Whether what libpq holds of a message that is not whole yet is within its bound.
Result<void> PostgresSession::check_row() {
  if (!wire_ || wire_->received_bytes() - passed_bytes_ <= max_row_bytes) return ok();
  has_met_long_row_ = true;
  return unavailable("a row has more than " + std::to_string(max_row_bytes) +
                     " bytes (max_row_bytes): select only the columns that the detector names, "
                     "and cut long texts");
}

std::uint64_t PostgresSession::bytes_beside_rows() const {
  const std::uint64_t received = wire_->received_bytes();
  return received - std::min(received, row_bytes_);
}

Result<void> PostgresSession::check_rest() const {
  if (bytes_beside_rows() <= max_bytes_beside_rows) return ok();
  return unavailable("the server has sent more than " + std::to_string(max_bytes_beside_rows) +
                     " bytes beside rows in one session (max_bytes_beside_rows)");
}

Error PostgresSession::lost() const { return error_of_session(PQerrorMessage(connection_.get())); }

std::string PostgresSession::quoted(const std::string& text) const {
  const std::unique_ptr<char, decltype(&PQfreemem)> literal(
      PQescapeLiteral(connection_.get(), text.data(), text.size()), &PQfreemem);
  return literal ? literal.get() : "''";
}

}  // namespace bellwether::ingest
