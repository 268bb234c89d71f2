#include "postgres_session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include "support/scripted_http_server.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::HasSubstr;

std::string number(std::uint32_t value, int bytes = 4) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i)
    text += static_cast<char>((value >> static_cast<unsigned>(8 * i)) & 0xffU);
  return text;
}

/// A message of the protocol; `claimed` is the length it says it has, where that is another.
std::string message(char kind, const std::string& body, std::optional<std::uint32_t> claimed = {}) {
  return kind + number(claimed.value_or(static_cast<std::uint32_t>(body.size()) + 4)) + body;
}

std::string columns() {
  return message('T', number(1, 2) + std::string("v\0", 2) + number(0) + number(0, 2) + number(25) +
                          number(0, 2) + number(0) + number(0, 2));
}
std::string row(const std::string& value) {
  return message('D', number(1, 2) + number(static_cast<std::uint32_t>(value.size())) + value);
}
std::string done() { return message('C', std::string("SELECT 1\0", 9)) + message('Z', "I"); }

/// A server with a will of its own: it greets, and answers each query with what a function says,
/// then with `flood` until the client hangs up.
class ScriptedPostgres {
 public:
  explicit ScriptedPostgres(std::string answer, std::string flood = "",
                            std::string greeting = message('R', number(0)) + message('Z', "I"))
      : answer_(std::move(answer)),
        flood_(std::move(flood)),
        greeting_(std::move(greeting)),
        thread_([this] { serve(); }) {}
  ~ScriptedPostgres() {
    ::shutdown(listener_.socket(), SHUT_RDWR);
    thread_.join();
  }
  ScriptedPostgres(const ScriptedPostgres&) = delete;
  ScriptedPostgres& operator=(const ScriptedPostgres&) = delete;

  PostgresUrl url() const {
    const std::string address = listener_.url("/shop").substr(std::string("http://").size());
    return *PostgresUrl::parse("postgresql://me:secret@" + address + "?sslmode=disable");
  }
  std::size_t sent_bytes() const { return sent_bytes_; }

 private:
  void serve() {
    const int socket = ::accept(listener_.socket(), nullptr, nullptr);
    if (socket < 0) return;
    char piece[4096];
    bool is_open =
        ::recv(socket, piece, sizeof piece, 0) > 0 && !greeting_.empty() && put(socket, greeting_);
    while (is_open && ::recv(socket, piece, sizeof piece, 0) > 0 && piece[0] == 'Q') {
      is_open = put(socket, answer_);
      while (is_open && !flood_.empty()) is_open = put(socket, flood_);
    }
    ::close(socket);
  }

  bool put(int socket, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const auto count = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return false;
      sent += static_cast<std::size_t>(count);
      sent_bytes_ += static_cast<std::size_t>(count);
    }
    return true;
  }

  bellwether::testing::SilentListener listener_;
  const std::string answer_;
  const std::string flood_;
  const std::string greeting_;
  std::atomic<std::size_t> sent_bytes_ = 0;
  std::thread thread_;
};

std::unique_ptr<PostgresSession> open(const ScriptedPostgres& server, std::stop_token stop = {}) {
  auto session = PostgresSession::open(server.url(), std::move(stop));
  EXPECT_TRUE(session) << session.error().message;
  return session ? *std::move(session) : nullptr;
}

/// What asking ends with, after all rows have been taken.
Result<std::vector<std::string>> values_of(PostgresSession& session) {
  std::vector<std::string> values;
  if (auto sent = session.send("SELECT v"); !sent) return sent.error();
  while (true) {
    const auto result = session.next();
    if (!result) return result.error();
    if (!*result) return values;
    for (int i = 0; i < PQntuples(result->get()); ++i)
      values.emplace_back(PQgetvalue(result->get(), i, 0),
                          static_cast<std::size_t>(PQgetlength(result->get(), i, 0)));
  }
}

TEST(PostgresSession, GivesRowsOneByOne) {
  const std::string wide(PostgresSession::max_row_bytes / 2, 'w');
  const ScriptedPostgres server(columns() + row("a") + row(wide) + row("") + done());
  const auto session = open(server);
  ASSERT_TRUE(session);

  const auto values = values_of(*session);
  ASSERT_TRUE(values) << values.error().message;
  EXPECT_EQ(*values, (std::vector<std::string>{"a", wide, ""}));
  EXPECT_EQ(values_of(*session)->size(), 3U) << "the session goes on";
}

/// M8: a row of a gigabyte, all of which comes.
TEST(PostgresSession, HangsUpOverARowThatIsTooLong) {
  const ScriptedPostgres server(
      columns() + row("a") + message('D', number(1, 2) + number(1U << 30U), (1U << 30U) + 10),
      std::string(1U << 16U, 'x'));
  auto session = open(server);
  ASSERT_TRUE(session);

  const auto values = values_of(*session);

  ASSERT_FALSE(values);
  EXPECT_TRUE(session->has_met_long_row());
  EXPECT_THAT(values.error().message, HasSubstr("more than 1048576 bytes (max_row_bytes)"));
  session.reset();
  // What passed, and what the sockets between us hold.
  EXPECT_LT(server.sent_bytes(), 32 * PostgresSession::max_row_bytes);
}

TEST(PostgresSession, HangsUpOverSettingsWithoutEnd) {
  const ScriptedPostgres server(
      "", message('S', std::string("setting\0", 8) + std::string(20'000, 'v') + '\0'));
  const auto session = open(server);
  ASSERT_TRUE(session);

  const auto values = values_of(*session);

  ASSERT_FALSE(values);
  EXPECT_THAT(values.error().message, HasSubstr("max_row_bytes"));
}

/// Between rows, so that none is too long.
TEST(PostgresSession, HangsUpOverWhatComesBesideRows) {
  std::string piece;
  for (int i = 0; i < 8; ++i)
    piece += message('S', std::string("setting\0", 8) + std::string(20'000, 'v') + '\0');
  const ScriptedPostgres server(columns(), piece + row("a"));
  const auto session = open(server);
  ASSERT_TRUE(session);

  const auto values = values_of(*session);

  ASSERT_FALSE(values);
  EXPECT_THAT(values.error().message, HasSubstr("max_bytes_beside_rows"));
}

TEST(PostgresSession, HangsUpOverAGreetingWithoutEnd) {
  std::string greeting = message('R', number(0));
  for (int i = 0; i < 200; ++i)
    greeting += message('S', std::string("setting\0", 8) + std::string(20'000, 'v') + '\0');
  const ScriptedPostgres server("", "", greeting);

  const auto session = PostgresSession::open(server.url(), {});

  ASSERT_FALSE(session);
  EXPECT_THAT(session.error().message, HasSubstr("max_row_bytes"));
}

TEST(PostgresSession, WaitsNoLongerThanItIsTold) {
  const ScriptedPostgres server(columns() + row("a"));
  const auto session = open(server);
  ASSERT_TRUE(session);
  session->set_patience(std::chrono::milliseconds(1));

  const auto values = values_of(*session);

  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().code, ErrorCode::unavailable);
  EXPECT_THAT(values.error().message, HasSubstr("not answered in time"));
}

TEST(PostgresSession, EndsItsWaitingWhenStopped) {
  const ScriptedPostgres server(columns());
  std::stop_source stop;
  const auto session = open(server, stop.get_token());
  ASSERT_TRUE(session);
  std::jthread later([&] { stop.request_stop(); });

  const auto values = values_of(*session);

  ASSERT_FALSE(values);
  EXPECT_THAT(values.error().message, HasSubstr("being stopped"));
}

TEST(PostgresSession, TakesNoCopy) {
  const ScriptedPostgres server(message('H', number(0, 1) + number(0, 2)));
  const auto session = open(server);
  ASSERT_TRUE(session);

  const auto values = values_of(*session);

  ASSERT_FALSE(values);
  EXPECT_THAT(values.error().message, HasSubstr("PGRES_COPY_OUT"));
}

TEST(PostgresSession, SaysWhatTheServerRefuses) {
  const ScriptedPostgres server(
      message('E', std::string("SERROR\0C42P01\0Mno such table\0\0", 30)) + message('Z', "I"));
  const auto session = open(server);
  ASSERT_TRUE(session);

  const auto values = values_of(*session);

  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().code, ErrorCode::invalid_input);
  EXPECT_THAT(values.error().message, HasSubstr("no such table (SQLSTATE 42P01)"));
  EXPECT_FALSE(values_of(*session)) << "it may be asked again";
}

TEST(PostgresSession, SaysThatNobodyListens) {
  const auto url = PostgresUrl::parse("postgresql://me:secret@127.0.0.1:1/shop");
  const auto session = PostgresSession::open(*url, {});

  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, ErrorCode::unavailable);
  EXPECT_THAT(session.error().message, HasSubstr("Connection refused"));
}

TEST(PostgresSession, SaysThatTheServerHungUp) {
  const ScriptedPostgres server("", "", "");
  const auto session = PostgresSession::open(server.url(), {});

  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace bellwether::ingest
