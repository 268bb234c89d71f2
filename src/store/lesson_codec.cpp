#include "lesson_codec.hpp"

#include "bellwether/base/bytes.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t lessons_version = 1;

// What was spoken of lies before the interval: distances back to it are small.
std::uint64_t distance(IntervalIndex from, IntervalIndex to) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

IntervalIndex before(IntervalIndex to, std::uint64_t distance) {
  return static_cast<IntervalIndex>(static_cast<std::uint64_t>(to) - distance);
}

void encode(const LessonTarget& target, IntervalIndex interval, ByteWriter& writer) {
  writer.put_varint(target.measure);
  writer.put_varint(target.series);
  writer.put_varint(distance(target.first, interval));
  writer.put_varint(distance(target.last, interval));
}

LessonTarget decode_target(ByteReader& reader, IntervalIndex interval) {
  LessonTarget target;
  target.measure = reader.get_varint();
  target.series = static_cast<SeriesIndex>(reader.get_varint());
  target.first = before(interval, reader.get_varint());
  target.last = before(interval, reader.get_varint());
  return target;
}

}  // namespace

std::string encode_lessons(const std::vector<Lesson>& lessons) {
  ByteWriter writer;
  writer.put(lessons_version);
  writer.put_varint(lessons.size());
  for (const Lesson& lesson : lessons) {
    writer.put(lesson.feedback);
    writer.put(static_cast<std::uint8_t>(lesson.teaching));
    writer.put(lesson.until);
    writer.put_varint(lesson.targets.size());
    for (const LessonTarget& target : lesson.targets) encode(target, lesson.from, writer);
  }
  return writer.take();
}

Result<std::vector<Lesson>> decode_lessons(IntervalIndex interval, std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != lessons_version)
    return corrupt("what feedback taught has an unknown version");
  std::vector<Lesson> lessons;
  for (auto left = reader.get_varint(); left > 0 && !reader.failed(); --left) {
    Lesson lesson;
    lesson.from = interval;
    lesson.feedback = reader.get<std::uint64_t>();
    const auto teaching = reader.get<std::uint8_t>();
    if (teaching > static_cast<std::uint8_t>(Teaching::undone))
      return corrupt("what feedback taught is of an unknown kind");
    lesson.teaching = static_cast<Teaching>(teaching);
    lesson.until = reader.get<IntervalIndex>();
    for (auto targets = reader.get_varint(); targets > 0 && !reader.failed(); --targets)
      lesson.targets.push_back(decode_target(reader, interval));
    lessons.push_back(std::move(lesson));
  }
  if (!reader.is_complete()) return corrupt("what feedback taught does not decode");
  return lessons;
}

}  // namespace bellwether::store
