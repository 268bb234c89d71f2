#include "kafka_source.hpp"

#include <algorithm>
#include <thread>

#include "bellwether/base/log.hpp"

#include "kafka_position.hpp"

namespace bellwether::ingest {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::size_t most_rows = 16'384;
constexpr std::uint64_t widest_batch = std::uint64_t{1} << 31U;
constexpr int most_intervals_ahead = 8;

constexpr milliseconds ask_every = 1s;
constexpr milliseconds ask_at_most_every = 250ms;
constexpr milliseconds answer_wait = 1s;
constexpr milliseconds commit_every = 1s;
constexpr milliseconds letter_wait = 2s;
constexpr milliseconds open_again_after = 5s;
constexpr milliseconds time_to_connect = 5s;
constexpr milliseconds time_to_assign = 60s;
constexpr milliseconds trouble_lasts = 10s;

std::string listed(const std::vector<std::int32_t>& numbers) {
  constexpr std::size_t most = 10;
  std::string text = numbers.size() == 1 ? "partition " : "partitions ";
  for (std::size_t i = 0; i < std::min(numbers.size(), most); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(numbers[i]);
  return text + (numbers.size() > most ? ", ..." : "");
}

}  // namespace

KafkaSource::KafkaSource(const DetectorSpec& spec, KafkaSourceSpec kafka, Parts parts)
    : spec_(spec),
      kafka_(std::move(kafka)),
      open_consumer_(std::move(parts.open_consumer)),
      dead_letters_(std::move(parts.dead_letters)),
      partitions_(std::move(parts.partitions)),
      reader_(std::move(parts.reader)),
      clock_(parts.clock),
      now_(std::move(parts.now)),
      lead_(most_intervals_ahead * spec.interval + spec.offset) {}

KafkaSource::~KafkaSource() { consumer_.reset(); }

Result<Source::State> KafkaSource::next(Intake& intake, milliseconds wait) {
  if (held_back_) {
    if (auto delivered = dead_letters_->deliver(std::max(wait, 100ms)); !delivered) {
      undelivered_ = delivered.error().message;
      return say(intake, false);
    }
    undelivered_.clear();
    intake = *std::exchange(held_back_, std::nullopt);
    return say(intake, true);
  }
  const auto is_open = ensure_open();
  if (!is_open) return is_open.error();
  if (!*is_open) std::this_thread::sleep_for(wait);
  if (*is_open && cursor_ == count_) {
    commit_to_broker();
    look_around();
    poll(wait);
  }
  const bool has_batch = read_batch(intake);
  if (has_batch && dead_letters_) {
    if (auto delivered = dead_letters_->deliver(letter_wait); !delivered) {
      undelivered_ = delivered.error().message;
      held_back_ = std::exchange(intake, {});
      return say(intake, false);
    }
  }
  return say(intake, has_batch);
}

Result<void> KafkaSource::acknowledge(const SourcePosition& position) {
  to_commit_ = position;
  return ok();
}

/// Whether there is a consumer. One that failed for good is made anew after a while.
Result<bool> KafkaSource::ensure_open() {
  if (consumer_) {
    if (const auto reason = consumer_->fatal_error()) drop_consumer(*reason);
  }
  const Instant now = now_();
  if (consumer_ || now < open_next_) return consumer_ != nullptr;
  auto opened = open_consumer_(*this);
  if (!opened) return opened.error();
  consumer_ = std::move(*opened);
  opened_at_ = now;
  return true;
}

void KafkaSource::drop_consumer(const std::string& reason) {
  log_warning("kafka", "the consumer is made anew: " + reason, {{"detector", spec_.name}});
  count_ = cursor_ = 0;
  consumer_.reset();
  partitions_.revoke_all(now_());
  open_next_ = now_() + open_again_after;
  on_trouble(reason);
}

/// Between polls: what partitions there are, which of them are too far ahead, how far event time
/// has come.
void KafkaSource::look_around() {
  const Instant now = now_();
  go_on_where_lost();
  const auto reached = partitions_.watermark().at();
  const bool is_news = reached && (!watermark_ || *reached > *watermark_);
  if (now >= ask_next_ || (is_news && now >= ask_at_most_)) ask_for_partitions();
  for (const auto number : partitions_.to_pause(lead_)) {
    consumer_->pause(number, true);
    partitions_.on_pause(number, true);
  }
  for (const auto number : partitions_.to_resume(lead_)) {
    consumer_->pause(number, false);
    partitions_.on_pause(number, false);
  }
}

void KafkaSource::ask_for_partitions() {
  const auto count = consumer_->count_partitions(answer_wait);
  const Instant now = now_();
  ask_next_ = now + ask_every;
  ask_at_most_ = now + ask_at_most_every;
  no_answer_ = count ? "" : count.error().message;
  if (!count) return;
  asked_at_ = now;
  partitions_.set_count(*count);
  if (const auto reached = partitions_.watermark().at())
    watermark_ = std::max(watermark_.value_or(*reached), *reached);
}

/// Messages that retention took, or a topic that was made anew.
void KafkaSource::go_on_where_lost() {
  for (const auto number : partitions_.lost()) {
    const auto offsets = consumer_->find_offsets(number, answer_wait);
    if (!offsets) {
      no_answer_ = offsets.error().message;
      continue;
    }
    const auto next = partitions_.all().at(number).next_offset.value_or(0);
    const auto first = offsets->first;
    const auto lost = partitions_.go_on_within(number, first);
    lost_messages_ += static_cast<std::uint64_t>(lost);
    consumer_->restart(number, first);
    const std::string what =
        lost > 0 ? std::to_string(lost) + " messages were deleted before they were read"
                 : "offset " + std::to_string(next) + " is not there: the topic was made anew";
    log_warning("kafka", what + "; going on at the earliest",
                {{"detector", spec_.name},
                 {"partition", stream_of(kafka_.topic, number)},
                 {"offset", std::to_string(first)}});
  }
}

void KafkaSource::commit_to_broker() {
  const Instant now = now_();
  if (to_commit_.empty() || now < commit_next_) return;
  commit_next_ = now + commit_every;
  std::vector<std::pair<std::int32_t, std::int64_t>> offsets;
  for (const StreamPosition& stream : std::exchange(to_commit_, {})) {
    const auto number = partition_of(kafka_.topic, stream.stream);
    const auto* partition = number ? partitions_.find_assigned(*number) : nullptr;
    if (partition == nullptr) continue;
    const auto offset = static_cast<std::int64_t>(stream.seen_rows - partition->row_base);
    if (offset >= 0) offsets.emplace_back(*number, offset);
  }
  if (!offsets.empty()) consumer_->commit(offsets);
}

void KafkaSource::poll(milliseconds wait) {
  cursor_ = 0;
  count_ = consumer_->poll(wait);
  std::int32_t last = -1;
  for (std::size_t i = 0; i < count_; ++i) {
    const KafkaMessage message = consumer_->message(i);
    if (message.kind != KafkaMessage::Kind::value || message.partition == last) continue;
    last = message.partition;
    partitions_.on_message(last);
  }
  if (count_ < KafkaConsumer::most_messages) partitions_.watermark().settle(now_());
}

/// Takes messages of one partition into the batch; false when there were none.
bool KafkaSource::read_batch(Intake& intake) {
  RowBatch& batch = intake.batch;
  reading_ = -1;
  partition_ = nullptr;
  for (; cursor_ < count_; ++cursor_) {
    const KafkaMessage message = consumer_->message(cursor_);
    if (message.kind == KafkaMessage::Kind::trouble) {
      on_trouble(std::string(message.text));
      continue;
    }
    const bool has_batch = reading_ >= 0;
    if (has_batch && message.partition != reading_) break;
    KafkaPartition* const partition =
        has_batch ? partition_ : partitions_.find_assigned(message.partition);
    if (partition == nullptr) continue;
    if (message.kind == KafkaMessage::Kind::out_of_range) {
      partition->is_lost = true;
      continue;
    }
    if (message.kind == KafkaMessage::Kind::end) {
      partitions_.on_end(message.partition, now_());
      if (!partition->is_registered) begin_batch(batch, message.partition, message.offset);
      continue;
    }
    if (partition->next_offset && message.offset < *partition->next_offset) continue;
    const std::uint64_t number = partition->number_of(message.offset);
    if (has_batch) {
      // Refused rows are counted for the whole batch: either all of it was seen, or nothing.
      const bool is_at_seam = batch.end_row <= partition->seen_rows &&
                              batch.end_row > batch.first_row && number >= partition->seen_rows;
      if (is_at_seam || batch.row_count() >= most_rows || number - batch.first_row >= widest_batch)
        break;
    } else {
      begin_batch(batch, message.partition, message.offset);
    }
    read_message(batch, message);
    partition->next_offset = message.offset + 1;
  }
  if (reading_ < 0) return false;
  end_batch(intake);
  return true;
}

void KafkaSource::begin_batch(RowBatch& batch, std::int32_t number, std::int64_t offset) {
  reading_ = number;
  partition_ = partitions_.find_assigned(number);
  if (!partition_->next_offset) partition_->next_offset = offset;
  partition_->is_registered = true;
  batch = make_row_batch(spec_);
  batch.stream = stream_of(kafka_.topic, number);
  batch.first_row = batch.end_row = partition_->number_of(*partition_->next_offset);
  batch.resume_at = to_text(KafkaPosition{.offset = *partition_->next_offset,
                                          .newest = partitions_.watermark().newest(number)});
  if (clock_ != nullptr) batch.received_at = clock_->now();
  reader_.attach(batch);
  reader_.allow_until(batch.received_at
                          ? std::optional(latest_allowed_at(*batch.received_at, spec_.interval))
                          : std::nullopt);
}

void KafkaSource::read_message(RowBatch& batch, const KafkaMessage& message) {
  const std::uint64_t number = partition_->number_of(message.offset);
  if (message.is_null) {
    // It says that a key is gone from a compacted topic; there is no row in it.
    ++null_messages_;
    batch.end_row = number + 1;
    return;
  }
  const std::size_t faults = batch.rejected_faults.size();
  reader_.read(message.value, number,
               kafka_.has_message_time ? consumer_->time_of(cursor_) : std::nullopt);
  if (batch.rejected_faults.size() != faults) note_faults(batch, message, faults);
}

void KafkaSource::note_faults(RowBatch& batch, const KafkaMessage& message,
                              std::size_t first_fault) {
  RejectedRows rejected = std::exchange(batch.rejected, {});
  const std::string reason = rejected.samples.front().message;
  for (RejectedSample& sample : rejected.samples)
    sample.message = "partition " + std::to_string(message.partition) + ", offset " +
                     std::to_string(message.offset) + ": " + sample.message;
  rejected_.add(rejected);
  const bool was_seen = partition_->number_of(message.offset) < partition_->seen_rows;
  if (!dead_letters_ || was_seen) return;
  dead_letters_->add({.partition = message.partition,
                      .offset = message.offset,
                      .key = std::string(message.key),
                      .value = std::string(message.value),
                      .fault = batch.rejected_faults[first_fault],
                      .reason = reason});
}

void KafkaSource::end_batch(Intake& intake) {
  RowBatch& batch = intake.batch;
  Watermark& watermark = partitions_.watermark();
  intake.event_time.emplace();
  intake.event_time->stream_newest = watermark.newest(reading_);
  if (const auto newest = std::ranges::max_element(batch.timestamps);
      newest != batch.timestamps.end())
    watermark.advance(reading_, std::min(*newest, batch.received_at.value_or(*newest)));
  batch.end_row = std::max(batch.end_row, partition_->number_of(*partition_->next_offset));
  batch.resume_after = to_text(
      KafkaPosition{.offset = *partition_->next_offset, .newest = watermark.newest(reading_)});
  batch.rejected = std::exchange(rejected_, {});
  batch.rejected_faults.clear();
}

Source::State KafkaSource::say(Intake& intake, bool has_batch) {
  if (!intake.event_time) intake.event_time.emplace();
  intake.event_time->watermark = watermark_;
  intake.failure = failure();
  if (has_batch) return State::rows;
  const bool has_read_all = cursor_ == count_ && !held_back_ && intake.failure.empty() &&
                            asked_at_ && now_() - *asked_at_ < 3 * ask_every &&
                            partitions_.watermark().are_all_at_end();
  return has_read_all ? State::idle : State::waiting;
}

/// What is wrong with the connection, for the one who looks at the server's health.
std::string KafkaSource::failure() const {
  const Instant now = now_();
  if (!undelivered_.empty()) return undelivered_;
  const std::string because =
      trouble_.empty() || now - trouble_at_ > trouble_lasts ? "" : ": " + trouble_;
  if (!consumer_) return "the Kafka consumer is being made anew" + because;
  if (!is_connected_ && now - opened_at_ > time_to_connect)
    return "no broker of '" + kafka_.brokers + "' can be reached" + because;
  if (const auto unreachable = partitions_.unreachable(); !unreachable.empty())
    return listed(unreachable) + " of topic '" + kafka_.topic + "' cannot be reached" + because;
  if (!no_answer_.empty() && now - opened_at_ > time_to_connect) return no_answer_ + because;
  if (partitions_.unassigned_for(now) > time_to_assign)
    return listed(partitions_.unassigned()) + " of topic '" + kafka_.topic +
           "' are not ours: another member of the group reads them; give each detector a group " +
           "of its own" + because;
  return "";
}

void KafkaSource::on_assigned(const std::vector<std::int32_t>& partitions) {
  ++rebalances_;
  partitions_.on_assigned(partitions, now_());
  log_info("kafka", "assigned " + listed(partitions),
           {{"detector", spec_.name}, {"topic", kafka_.topic}});
}

void KafkaSource::on_revoked(const std::vector<std::int32_t>& partitions) {
  partitions_.on_revoked(partitions, now_());
  log_info("kafka", "revoked " + listed(partitions),
           {{"detector", spec_.name}, {"topic", kafka_.topic}});
}

void KafkaSource::on_statistics(std::string_view json) {
  const KafkaStatistics statistics = statistics_.read(json, kafka_.topic);
  is_connected_ = statistics.brokers_up > 0;
  partitions_.take(statistics, now_());
}

void KafkaSource::on_trouble(std::string text) {
  const Instant now = now_();
  if (text != trouble_ || now - trouble_at_ > trouble_lasts)
    log_warning("kafka", text, {{"detector", spec_.name}});
  trouble_ = std::move(text);
  trouble_at_ = now;
}

void KafkaSource::measure(Metrics& metrics) {
  for (const auto& [number, partition] : partitions_.all()) {
    if (!partition.is_assigned || partition.end_offset < 0 || !partition.next_offset) continue;
    const auto lag = std::max<std::int64_t>(0, partition.end_offset - *partition.next_offset);
    metrics.set("bellwether_kafka_lag", "Messages of a partition that were not read yet.",
                {{"detector", spec_.name}, {"partition", std::to_string(number)}},
                static_cast<double>(lag));
  }
  const auto count = [&](const std::string& name, const std::string& help, std::uint64_t value) {
    const auto found =
        std::ranges::find(told_, name, &std::pair<std::string, std::uint64_t>::first);
    auto& told = found != told_.end() ? *found : told_.emplace_back(name, 0);
    metrics.add(name, help, {{"detector", spec_.name}}, static_cast<double>(value - told.second));
    told.second = value;
  };
  count("bellwether_kafka_rebalances_total", "Assignments of partitions.", rebalances_);
  count("bellwether_kafka_lost_messages_total",
        "Messages that were deleted by the broker before they were read.", lost_messages_);
  count("bellwether_kafka_null_messages_total", "Messages without a value, passed over.",
        null_messages_);
  if (dead_letters_)
    count("bellwether_kafka_dead_letters_total", "Messages sent to the dead letter topic.",
          dead_letters_->delivered());
}

}  // namespace bellwether::ingest
