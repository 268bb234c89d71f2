// Causes deliveries and sends them: intervals with groups that open, escalate and close, routed by
// the real router, committed to the real store, carried by the real dispatcher. It goes on where an
// earlier one on the same folder was killed.
//
//     delivery_peer --data FOLDER --sinks FILE [--intervals N] [--groups N] [--every MS]
//
// FILE holds a JSON list of sinks. N groups open with every interval; each is told of in three:
// opened, escalated, closed. It says on standard output when it is ready, when it commits each
// interval, and when all are committed; after that it goes on sending until it is told to stop. The
// word `redrive NAME` on standard input sends what is dead of a sink again.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bellwether/alert/alert_router.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/log.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/net/http_client.hpp"
#include "bellwether/pipeline/outbox_dispatcher.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether {
namespace {

constexpr const char* detector = "shop";
constexpr Duration interval_length = std::chrono::hours(1);
constexpr IntervalIndex first_interval = 400'000;
constexpr int intervals_of_a_group = 3;

struct Options {
  std::string folder;
  std::string sinks;
  int intervals = 100;
  int groups = 10;
  std::chrono::milliseconds every{100};
};

Options read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    const std::string value = arguments[i + 1];
    if (name == "--data") options.folder = value;
    if (name == "--sinks") options.sinks = value;
    if (name == "--intervals") options.intervals = std::stoi(value);
    if (name == "--groups") options.groups = std::stoi(value);
    if (name == "--every") options.every = std::chrono::milliseconds(std::stoi(value));
  }
  return options;
}

template <class T>
T expect(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
void expect(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

/// The detector's side: what a pipeline commits, without its models.
class Shop {
 public:
  Shop(store::Store& store, const Options& options, const std::vector<std::string>& sinks)
      : store_(store), options_(options), dictionary_({"country"}) {
    AlertSpec alert;
    alert.name = "everything";
    alert.detector = detector;
    alert.notify_on = {GroupEvent::opened, GroupEvent::escalated, GroupEvent::closed};
    alert.sinks = sinks;
    router_.set_rules({{alert}, {}, {}});
    const auto progress = expect(store_.intervals().progress(detector));
    expect(store_.intervals().load_dictionary(detector, dictionary_));
    before_ = dictionary_.extent();
    if (progress.last_interval) {
      done_ = static_cast<int>(*progress.last_interval - first_interval) + 1;
      expect(router_.restore(progress.router_state));
    }
  }

  int done() const { return done_; }
  /// Groups that open in the last interval close two later.
  bool is_over() const { return done_ == options_.intervals + intervals_of_a_group - 1; }

  void commit_next() {
    const IntervalGrid grid(interval_length);
    const IntervalIndex interval = first_interval + done_;
    if (dictionary_.series_count() == 0) {
      const ValueId anywhere[] = {any_value};
      dictionary_.add_series(anywhere);
    }
    const std::vector<AnomalyGroup> groups = groups_of(done_, grid);
    std::vector<alert::RoutedGroup> routed;
    for (const AnomalyGroup& group : groups)
      routed.push_back({group, group.status == GroupStatus::closed});
    const auto routing = router_.route(routed, grid.end_of(interval));
    const Frame frame{interval, grid.start_of(interval), 1, {{{1.0}, {}}}};
    const ScoredFrame scored{interval, frame.start, {{{1.F}, {0.F}, {2.F}, {0.F}, {1.F}}}, {}};
    IntervalQuality quality;
    quality.interval = interval;
    quality.start = frame.start;
    const SourcePosition position;
    const std::string router_state = router_.save();
    const TimePoint now = clock_.now();
    // Said before, so that it is known of an interval whose commit is the last thing it does.
    std::printf("committing %d %lld\n", done_,
                static_cast<long long>(now.time_since_epoch().count()));
    std::fflush(stdout);
    expect(store_.intervals().commit({.detector = detector,
                                      .frame = frame,
                                      .scored = scored,
                                      .quality = quality,
                                      .position = position,
                                      .dictionary = dictionary_,
                                      .dictionary_before = before_,
                                      .groups = groups,
                                      .notifications = routing.notifications,
                                      .now = now,
                                      .router_state = router_state}));
    before_ = dictionary_.extent();
    ++done_;
  }

 private:
  std::vector<AnomalyGroup> groups_of(int number, const IntervalGrid& grid) const {
    std::vector<AnomalyGroup> groups;
    for (int age = 0; age < intervals_of_a_group; ++age) {
      const int born = number - age;
      if (born < 0 || born >= options_.intervals) continue;
      for (int i = 0; i < options_.groups; ++i) {
        AnomalyGroup group;
        group.id = "group-" + std::to_string(born) + "-" + std::to_string(i);
        group.detector = detector;
        group.start = grid.start_of(first_interval + born);
        group.end = group.start + interval_length * std::min(age, 1);
        group.severity = age == 0 ? 70 : 90;
        group.primary_measure = "orders";
        if (age == intervals_of_a_group - 1) group.status = GroupStatus::closed;
        GroupSeries series;
        series.key.measure = "orders";
        group.series = {series};
        group.series_total = 1;
        groups.push_back(std::move(group));
      }
    }
    return groups;
  }

  store::Store& store_;
  const Options& options_;
  SystemClock clock_;
  Dictionary dictionary_;
  Dictionary::Size before_;
  alert::AlertRouter router_{{detector, interval_length, "UTC"}};
  int done_ = 0;
};

std::vector<std::string> provision_sinks(store::Store& store, const std::string& file) {
  std::ifstream stream(file);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  const auto node = expect(document::parse_json(text));
  std::vector<std::string> names;
  std::vector<store::Catalog::Change> changes;
  for (const document::Node& sink : *node.as<document::Node::List>()) {
    names.push_back(*sink.find("name")->as<std::string>());
    changes.push_back({store::CatalogKind::sink, names.back(), document::to_json(sink), true});
  }
  expect(store.catalog().apply(changes));
  return names;
}

void say(const char* word) {
  std::puts(word);
  std::fflush(stdout);
}

void run(const Options& options) {
  const auto store = expect(store::Store::open({.path = options.folder}));
  const auto sinks = provision_sinks(*store, options.sinks);
  net::HttpClient http;
  const SystemClock clock;
  Metrics metrics;
  ByteBudget memory("server.memory", std::size_t{256} << 20U);
  const pipeline::OutboxDispatcher dispatcher(
      {*store, {http, clock, "http://127.0.0.1:1", {}}, clock, metrics, memory});
  Shop shop(*store, options, sinks);
  say("ready");
  auto next = std::chrono::steady_clock::now();
  while (!shop.is_over()) {
    shop.commit_next();
    next += options.every;
    std::this_thread::sleep_until(next);
  }
  say("all committed");
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb;
    std::string name;
    words >> verb >> name;
    if (verb == "redrive") {
      const auto count = expect(
          store->outbox().redrive_all({.sink = name, .state = DeliveryState::dead}, clock.now()));
      std::printf("redriven %zu\n", static_cast<std::size_t>(count));
    } else if (verb == "pending") {
      std::printf("pending %zu\n", store->outbox().pending_count());
    } else if (verb == "dead") {
      store::DeliveryQuery query{.sink = name, .state = DeliveryState::dead, .limit = 1000};
      std::size_t count = 0;
      std::string newest_error;
      do {
        auto page = expect(store->outbox().find(query));
        if (count == 0 && !page.deliveries.empty())
          newest_error = page.deliveries.front().last_error;
        count += page.deliveries.size();
        query.cursor = std::move(page.next_cursor);
      } while (!query.cursor.empty());
      std::printf("dead %zu %s\n", count, newest_error.c_str());
    }
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace bellwether

int main(int count, char** arguments) {
  try {
    bellwether::run(bellwether::read_options(count, arguments));
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}
