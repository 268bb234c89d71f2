#include "inbox_records.hpp"

#include "bellwether/base/bytes.hpp"

#include "batch_codec.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t answer_version = 1;
constexpr std::uint8_t cut_version = 1;

}  // namespace

std::string answer_key(std::string_view detector, std::string_view key) {
  return KeyWriter().kind('a').name(detector).tail(key).take();
}

std::string answer_time_key(TimePoint time, std::string_view detector, std::string_view key) {
  return KeyWriter().kind('t').time(time).name(detector).tail(key).take();
}

std::string batch_key(std::string_view detector, std::uint64_t sequence) {
  return KeyWriter().kind('b').name(detector).number(sequence).take();
}

std::string cut_key(std::string_view detector) {
  return KeyWriter().kind('c').name(detector).take();
}

std::string encode_answer(const InboxAnswer& answer) {
  ByteWriter writer;
  writer.put(answer_version);
  writer.put(answer.time.time_since_epoch().count());
  writer.put_text(answer.text);
  return writer.take();
}

Result<InboxAnswer> decode_answer(std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != answer_version)
    return corrupt("an answer of the inbox has an unknown version");
  InboxAnswer answer;
  answer.time = TimePoint(Duration(reader.get<std::int64_t>()));
  answer.text = reader.get_text();
  if (!reader.is_complete()) return corrupt("an answer of the inbox does not decode");
  return answer;
}

std::string encode_cut(const InboxCut& cut) {
  ByteWriter writer;
  writer.put(cut_version);
  writer.put(cut.sequence);
  writer.put(cut.row);
  return writer.take();
}

Result<InboxCut> decode_cut(std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != cut_version)
    return corrupt("the cut of an inbox has an unknown version");
  InboxCut cut;
  cut.sequence = reader.get<std::uint64_t>();
  cut.row = reader.get<std::uint64_t>();
  if (!reader.is_complete()) return corrupt("the cut of an inbox does not decode");
  return cut;
}

Result<std::uint64_t> decode_inbox_position(std::string_view position) {
  if (position.empty()) return std::uint64_t{0};
  KeyReader reader(position);
  const auto sequence = reader.number<std::uint64_t>();
  if (!reader.is_complete()) return invalid_input("this is no position of an inbox");
  return sequence;
}

void put_cut(Batch& batch, std::string_view detector, const InboxTaking& taking) {
  for (const std::uint64_t sequence : taking.batches)
    batch.erase(Family::inbox, batch_key(detector, sequence));
  batch.put(Family::inbox, cut_key(detector), encode_cut(taking.cut));
}

Result<void> erase_inbox(const Database& database, Batch& batch, std::string_view detector) {
  const KeyRange batches = keys_beginning_with(KeyWriter().kind('b').name(detector).bytes());
  if (auto erased = database.erase_range(batch, Family::inbox, batches); !erased) return erased;
  batch.erase(Family::inbox, cut_key(detector));
  const std::string prefix = answer_key(detector, "");
  auto cursor = database.scan(Family::inbox, keys_beginning_with(prefix));
  for (; cursor.valid(); cursor.next()) {
    const std::string_view key = cursor.key().substr(prefix.size());
    if (const auto answer = decode_answer(cursor.value()))
      batch.erase(Family::inbox, answer_time_key(answer->time, detector, key));
    batch.erase(Family::inbox, cursor.key());
  }
  return cursor.status();
}

Result<void> load_inbox(Database& database) {
  InboxDirectory& directory = database.inbox_directory();
  auto cursor = database.scan(Family::inbox, keys_beginning_with("b"), {.is_bulk = true});
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key().substr(1));
    const std::string detector(reader.name());
    const auto sequence = reader.number<std::uint64_t>();
    const auto head = decode_batch_head(cursor.value());
    if (!reader.is_complete() || !head) continue;
    directory.restore_batch(detector, sequence, cursor.value().size(), head->first_row,
                            head->end_row);
  }
  if (auto status = cursor.status(); !status) return status;
  auto cuts = database.scan(Family::inbox, keys_beginning_with("c"));
  for (; cuts.valid(); cuts.next()) {
    KeyReader reader(cuts.key().substr(1));
    const std::string detector(reader.name());
    if (const auto cut = decode_cut(cuts.value())) directory.restore_cut(detector, *cut);
  }
  return cuts.status();
}

}  // namespace bellwether::store
