#include "bellwether/ingest/remote_write_reader.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <protozero/pbf_reader.hpp>

#include "bellwether/base/bytes.hpp"

#include "row_builder.hpp"

namespace bellwether::ingest {
namespace {

using protozero::pbf_wire_type;

/// The fields that are read, by the number and wire type they have in prometheus/types.proto.
constexpr std::uint32_t field(protozero::pbf_tag_type tag, pbf_wire_type type) {
  return protozero::tag_and_type(tag, type);
}
constexpr std::uint32_t request_series = field(1, pbf_wire_type::length_delimited);
constexpr std::uint32_t series_label = field(1, pbf_wire_type::length_delimited);
constexpr std::uint32_t series_sample = field(2, pbf_wire_type::length_delimited);
constexpr std::uint32_t label_name = field(1, pbf_wire_type::length_delimited);
constexpr std::uint32_t label_value = field(2, pbf_wire_type::length_delimited);
constexpr std::uint32_t sample_value = field(1, pbf_wire_type::fixed64);
constexpr std::uint32_t sample_time = field(2, pbf_wire_type::varint);

constexpr std::string_view metric_label = "__name__";
constexpr std::int64_t latest_milliseconds = 253'402'300'799'999;  // The end of year 9999.

std::string_view view_of(protozero::data_view bytes) { return {bytes.data(), bytes.size()}; }

struct Label {
  std::string_view name;
  std::string_view value;
};

/// One value on its way into a row.
struct Sample {
  std::uint32_t place = 0;  ///< Number of its dimension values, in order of first sight.
  RowBuilder::Slot measure = 0;
  std::int64_t milliseconds = 0;
  double value = 0;
};

/// Gathers the samples of a request and makes rows of them.
class SampleReader {
 public:
  explicit SampleReader(RowBuilder builder) : builder_(std::move(builder)) {
    dimension_count_ = builder_.slot_count() - 1 - builder_.measure_count();
    values_of_series_.resize(dimension_count_);
  }

  Result<RemoteWrite> read(const DetectorSpec& spec, std::string_view message) {
    RemoteWrite result{make_row_batch(spec), 0};
    try {
      protozero::pbf_reader request(message.data(), message.size());
      while (request.next()) {
        if (request.tag_and_type() != request_series) {
          request.skip();
        } else if (auto read = read_series(view_of(request.get_view()), result.passed_over);
                   !read) {
          return read.error();
        }
      }
    } catch (const protozero::exception& failure) {
      return invalid_input("the body is not a prometheus.WriteRequest: " +
                           std::string(failure.what()));
    }
    builder_.attach(result.rows);
    make_rows();
    return result;
  }

 private:
  Result<void> read_series(std::string_view message, std::uint64_t& passed_over) {
    labels_.clear();
    const std::size_t first = samples_.size();
    protozero::pbf_reader series(message.data(), message.size());
    while (series.next()) {
      switch (series.tag_and_type()) {
        case series_label:
          if (labels_.size() == max_remote_write_labels)
            return invalid_input("a series may have " + std::to_string(max_remote_write_labels) +
                                 " labels");
          labels_.push_back(read_label(series.get_message()));
          break;
        case series_sample:
          if (++sample_count_ > max_remote_write_samples)
            return Error{
                ErrorCode::overloaded,
                "the request may hold " + std::to_string(max_remote_write_samples) + " samples"};
          samples_.push_back(read_sample(series.get_message()));
          break;
        default:
          series.skip();
      }
    }
    if (samples_.size() > first) name_samples(first, passed_over);
    if (place_of_values_.size() > max_remote_write_series)
      return Error{ErrorCode::overloaded, "the request may hold " +
                                              std::to_string(max_remote_write_series) +
                                              " series of the detector"};
    return ok();
  }

  static Label read_label(protozero::pbf_reader message) {
    Label label;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case label_name:
          label.name = view_of(message.get_view());
          break;
        case label_value:
          label.value = view_of(message.get_view());
          break;
        default:
          message.skip();
      }
    }
    return label;
  }

  static Sample read_sample(protozero::pbf_reader message) {
    Sample sample;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case sample_value:
          sample.value = message.get_double();
          break;
        case sample_time:
          sample.milliseconds = message.get_int64();
          break;
        default:
          message.skip();
      }
    }
    return sample;
  }

  /// Gives the samples from `first` on, all of one series, their measure and place, or drops them.
  void name_samples(std::size_t first, std::uint64_t& passed_over) {
    const auto measure = find_measure();
    if (!measure) {
      passed_over += samples_.size() - first;
      samples_.resize(first);
      return;
    }
    const std::uint32_t place = find_place();
    const auto is_no_value = [](const Sample& sample) { return std::isnan(sample.value); };
    const auto begin = samples_.begin() + static_cast<std::ptrdiff_t>(first);
    samples_.erase(std::remove_if(begin, samples_.end(), is_no_value), samples_.end());
    for (std::size_t i = first; i < samples_.size(); ++i) {
      samples_[i].measure = *measure;
      samples_[i].place = place;
    }
  }

  std::optional<RowBuilder::Slot> find_measure() const {
    for (const Label& label : labels_) {
      if (label.name != metric_label) continue;
      const auto slot = builder_.slot_of(label.value);
      return slot && builder_.is_measure(*slot) ? slot : std::nullopt;
    }
    return std::nullopt;
  }

  /// The number of the series' dimension values. A label without a value is as good as none.
  std::uint32_t find_place() {
    std::ranges::fill(values_of_series_, std::string_view());
    for (const Label& label : labels_)
      if (const auto slot = builder_.slot_of(label.name); slot && *slot >= first_dimension())
        values_of_series_[*slot - first_dimension()] = label.value;
    ByteWriter key;
    for (const std::string_view value : values_of_series_) key.put_text(value);
    const auto place = static_cast<std::uint32_t>(place_of_values_.size());
    const auto [known, is_new] = place_of_values_.try_emplace(key.take(), place);
    if (is_new) values_.insert(values_.end(), values_of_series_.begin(), values_of_series_.end());
    return known->second;
  }

  std::size_t first_dimension() const { return 1 + builder_.measure_count(); }

  void make_rows() {
    std::ranges::stable_sort(samples_, [](const Sample& a, const Sample& b) {
      return std::tie(a.place, a.milliseconds, a.measure) <
             std::tie(b.place, b.milliseconds, b.measure);
    });
    for (auto begin = samples_.begin(); begin != samples_.end();) {
      const auto end = std::find_if(begin, samples_.end(), [&](const Sample& sample) {
        return sample.place != begin->place || sample.milliseconds != begin->milliseconds;
      });
      make_rows_of({begin, end});
      begin = end;
    }
  }

  /// Rows of samples that share dimension values and time: the first of each measure, then the
  /// second of each, and so on.
  void make_rows_of(std::span<const Sample> samples) {
    runs_.clear();
    for (std::size_t begin = 0, i = 0; i < samples.size(); ++i) {
      if (i + 1 < samples.size() && samples[i + 1].measure == samples[begin].measure) continue;
      runs_.push_back(samples.subspan(begin, i + 1 - begin));
      begin = i + 1;
    }
    for (std::size_t turn = 0;; ++turn) {
      bool has_any = false;
      for (const auto& run : runs_) {
        if (turn >= run.size()) continue;
        set_measure(run[turn]);
        has_any = true;
      }
      if (!has_any) return;
      end_row(samples.front());
    }
  }

  void set_measure(const Sample& sample) {
    if (std::isinf(sample.value)) {
      builder_.set(sample.measure, sample.value > 0 ? "+Inf" : "-Inf");
    } else {
      builder_.set_number(sample.measure, "a sample", sample.value);  // Any text can be counted.
    }
  }

  void end_row(const Sample& sample) {
    const bool is_time =
        sample.milliseconds >= -latest_milliseconds && sample.milliseconds <= latest_milliseconds;
    if (!is_time) {
      builder_.refuse_row(RowFault::bad_timestamp, std::to_string(sample.milliseconds) +
                                                       " ms since 1970 lies in no year to 9999");
      return;
    }
    builder_.set_time(TimePoint(std::chrono::milliseconds(sample.milliseconds)));
    for (std::size_t i = 0; i < dimension_count_; ++i) {
      const std::string_view value = values_[sample.place * dimension_count_ + i];
      if (value.empty()) continue;
      builder_.set(static_cast<RowBuilder::Slot>(first_dimension() + i), value);
    }
    builder_.end_row();
  }

  RowBuilder builder_;
  std::size_t dimension_count_ = 0;
  std::uint64_t sample_count_ = 0;
  std::vector<Sample> samples_;
  std::vector<std::string_view> values_;  ///< `dimension_count_` of each place; empty: no label.
  std::unordered_map<std::string, std::uint32_t> place_of_values_;

  // Room for one series, and for one group of samples.
  std::vector<Label> labels_;
  std::vector<std::string_view> values_of_series_;
  std::vector<std::span<const Sample>> runs_;
};

}  // namespace

Result<RemoteWrite> read_remote_write(const RowSchema& schema, std::string_view message) {
  auto builder = RowBuilder::make(schema);
  if (!builder) return builder.error();
  return SampleReader(*std::move(builder)).read(schema.spec, message);
}

}  // namespace bellwether::ingest
