// Malformed configurations: what breaks before a key is read, or has no place in the file, each
// with the lines a user sees.

#include "bad_config.hpp"

namespace bellwether::config {
namespace {

const std::vector<BadConfig> cases{
    {R"(server: { listen: [1, 2 }
)",
     {"1:25: this bracket closes nothing"}},
    {R"(server:
  listen: "127.0.0.1:8088
)",
     {"2:11: the quote that opens here is never closed"}},
    {R"(log: level: info
)",
     {"1:11: a ': ' is not expected here; look at the indentation, or put the text around it in "
      "quotes"}},
    {R"(store:
  path: a
   retention: 1d
)",
     {"3:13: a ': ' is not expected here; look at the indentation, or put the text around it in "
      "quotes"}},
    {R"(log: { level: info }
store: {}
log: { level: debug }
)",
     {"3:1: log: this key is given twice, first on line 1"}},
    {R"(log: { level: info }
---
log: { level: debug }
)",
     {"2:1: the document ends before this line; a file holds one document"}},
    {R"(log: *nothing
)",
     {"1:6: no anchor of that name stands before this alias"}},
    {R"(log: &a { level: *a }
)",
     {"1:18: this alias stands inside itself"}},
    {R"(log: { level: !secret info }
)",
     {"1:15: log.level: the tag '!secret' is not known; leave it out"}},
    {R"(log: { level: @info }
)",
     {"1:15: a text that begins with this character must stand in quotes"}},
    {R"(- log
)",
     {"1:1: must be a map of keys and values"}},
    {R"(hello
)",
     {"1:1: must be a map of keys and values"}},
    {R"(? [a, b]
: c
)",
     {"1:3: a key must be a word"}},
    {R"(detecters: []
)",
     {"1:1: detecters: unknown key 'detecters'; did you mean 'detectors'?"}},
    {R"(colour: red
)",
     {"1:1: colour: unknown key 'colour'; known keys are server, store, clock, log, memory, aws, "
      "connections, detectors, sinks, alert_limits, alerts"}},
    {R"(log: info
)",
     {"1:6: log: must be a map of keys and values"}},
    {R"(server: { lisen: x }
log: { level: loud }
detectors:
  - interval: 7m
    sorce: {}
)",
     {"1:11: server.lisen: unknown key 'lisen'; did you mean 'listen'?",
      "2:15: log.level: 'loud' is not known; use debug, info, warning or error",
      "4:5: detectors[0].name: is missing",
      "4:5: detectors[0].measures: is missing; list at least one, such as [{ column: revenue, "
      "aggregate: sum }]",
      "4:15: detectors[0].interval: must divide a day, such as 1m, 5m, 10m, 30m, 1h or 1d",
      "5:5: detectors[0].sorce: unknown key 'sorce'; did you mean 'source'?"}},
};

INSTANTIATE_TEST_SUITE_P(BadYaml, BadConfigs, ::testing::ValuesIn(cases));

}  // namespace
}  // namespace bellwether::config
