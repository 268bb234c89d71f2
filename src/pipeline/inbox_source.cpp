#include "inbox_source.hpp"

#include <utility>

namespace bellwether::pipeline {
namespace {

std::string inbox_position(const SourcePosition& position) {
  for (const auto& stream : position)
    if (stream.stream == store::Inbox::stream) return stream.resume_at;
  return "";
}

}  // namespace

InboxSource::InboxSource(store::Inbox& inbox, std::string detector, const SourcePosition& from)
    : inbox_(inbox), detector_(std::move(detector)), position_(inbox_position(from)) {}

InboxSource::~InboxSource() { inbox_.watch(detector_, {}); }

bool InboxSource::call_when_news(const std::function<void()>& wake) {
  inbox_.watch(detector_, wake);
  return true;
}

Result<ingest::Source::State> InboxSource::next(ingest::Intake& intake,
                                                std::chrono::milliseconds wait) {
  if (ahead_.empty()) {
    if (wait.count() > 0) inbox_.wait_for_rows(detector_, position_, wait);
    auto read = inbox_.read(detector_, position_, batches_at_once);
    if (!read) return while_doing("reading the inbox", read.error());
    for (auto& next : *read) ahead_.push_back(std::move(next));
    if (ahead_.empty()) return State::idle;
  }
  intake.batch = std::move(ahead_.front());
  ahead_.pop_front();
  position_ = intake.batch.resume_after;
  return State::rows;
}

Result<void> InboxSource::acknowledge(const SourcePosition& position) {
  return inbox_.trim(detector_, inbox_position(position));
}

}  // namespace bellwether::pipeline
