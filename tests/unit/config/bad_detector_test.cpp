// Malformed configurations: mistakes in one detector, each with the lines a user sees.

#include "bad_config.hpp"

namespace bellwether::config {
namespace {

const std::vector<BadConfig> cases{
    {R"(detectors:
  - {}
)",
     {"2:5: detectors[0].name: is missing",
      "2:5: detectors[0].interval: is missing; give the time step, such as 5m, 1h or 1d",
      "2:5: detectors[0].measures: is missing; list at least one, such as [{ column: revenue, "
      "aggregate: sum }]",
      "2:5: detectors[0].source: is missing; say where rows come from: file, http, postgres or "
      "s3"}},
    {R"(detectors: [shop]
)",
     {"1:13: detectors[0]: must be a map of keys and values"}},
    {R"(detectors:
  - name: my shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
)",
     {"2:11: detectors[0].name: 'my shop' is not a name; use 1 to 63 letters, digits, - or _, "
      "beginning with a letter or digit"}},
    {R"(detectors:
  - name: shop
    interval: 7m
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
)",
     {"3:15: detectors[0].interval: must divide a day, such as 1m, 5m, 10m, 30m, 1h or 1d"}},
    {R"(detectors:
  - name: shop
    interval: 60
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
)",
     {"3:15: detectors[0].interval: must be a duration with its unit, such as 30s, 5m, 1h or 1d"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    offset: 6d
)",
     {"7:13: detectors[0].offset: must be between 0s and 5d"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measure: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
)",
     {"4:5: detectors[0].measure: unknown key 'measure'; did you mean 'measures'?"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [revenue]
    dimensions: [country]
    source: { http: {} }
)",
     {"4:16: detectors[0].measures[0]: must be a map of keys and values"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue, aggregate: median }]
    dimensions: [country]
    source: { http: {} }
)",
     {"4:46: detectors[0].measures[0].aggregate: 'median' is not known; use sum, avg, min, max or "
      "count"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country, revenue]
    source: { http: {} }
)",
     {"5:27: detectors[0].dimensions[1]: column 'revenue' is used twice"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: country
    source: { http: {} }
)",
     {"5:17: detectors[0].dimensions: must be a list, such as [a, b]"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    where: [{ dimension: city, in: [Delft] }]
)",
     {"7:26: detectors[0].where[0].dimension: 'city' is not one of the dimensions"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    where: [{ dimension: country, in: [] }]
)",
     {"7:39: detectors[0].where[0].in: must list at least one value"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    rollups: some
)",
     {"7:14: detectors[0].rollups: must be all, leaf, or a list of dimension lists such as "
      "[[platform], [platform, country]]"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    rollups: [[country], [city]]
)",
     {"7:26: detectors[0].rollups[1]: 'city' is not one of the dimensions"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    on_missing: nothing
)",
     {"7:17: detectors[0].on_missing: 'nothing' is not known; use auto, zero or skip"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    patterns: maybe
)",
     {"7:15: detectors[0].patterns: 'maybe' is not known; use off or on"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    threshold: 101
)",
     {"7:16: detectors[0].threshold: must be between 0 and 100"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    max_series: 1.5
)",
     {"7:17: detectors[0].max_series: must be a whole number, zero or more"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    active: yes
)",
     {"7:13: detectors[0].active: must be true or false"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    timestamp: { timezone: Mars/Base }
)",
     {"7:28: detectors[0].timestamp.timezone: 'Mars/Base' is not a time zone; use an IANA name "
      "such as UTC or Europe/Amsterdam"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
    timestamp: { format: yyyy-QQ }
)",
     {"7:26: detectors[0].timestamp.format: 'Q' in 'yyyy-QQ' is not a pattern letter; put plain "
      "text between single quotes"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { kafka: { brokers: b, topic: t } }
)",
     {"6:22: detectors[0].source.kafka: kafka sources are not available in this version; use "
      "file, http, postgres or s3"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { s3: { path: "s3://bucket/{{DDMM}}/" } }
)",
     {"6:27: detectors[0].source.s3.path: 'D' in {{DDMM}} is no date key; use y Y M d a H k K h m "
      "s"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {}, file: { path: x } }
)",
     {"6:13: detectors[0].source: must give exactly one kind of source"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
)",
     {"2:5: detectors[0].source: is missing; say where rows come from: file, http, postgres or "
      "s3"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { file: { follow: true, historical: [a.csv] } }
)",
     {"6:31: detectors[0].source.file.follow: needs a path to follow"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { file: {} }
)",
     {"6:21: detectors[0].source.file.path: must be a path or glob, or give historical"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { file: { path: x, format: { csv: { delimiter: tab } } } }
)",
     {"6:60: detectors[0].source.file.format.csv.delimiter: must be one character, such as ',' or "
      "'|'"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { file: { path: x, format: { csv: { header: false } } } }
)",
     {"6:47: detectors[0].source.file.format.csv.columns: must name the columns when header is "
      "false"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { file: { path: x, format: parquet } }
)",
     {"6:40: detectors[0].source.file.format: 'parquet' is not known; use csv or json"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { file: { path: x, format: { json: { compression: zip } } } }
)",
     {"6:63: detectors[0].source.file.format.json.compression: 'zip' is not known; use none or "
      "gzip"}},
    {R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
)",
     {"7:11: detectors[1].name: 'shop' is the name of detectors[0] already"}},
};

INSTANTIATE_TEST_SUITE_P(BadDetector, BadConfigs, ::testing::ValuesIn(cases));

}  // namespace
}  // namespace bellwether::config
