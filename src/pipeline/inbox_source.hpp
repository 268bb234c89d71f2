#pragma once

#include <deque>
#include <functional>
#include <string>

#include "bellwether/ingest/source.hpp"
#include "bellwether/store/inbox.hpp"

namespace bellwether::pipeline {

/// Hands on the rows that were pushed over HTTP and wait in the store's inbox.
class InboxSource final : public ingest::Source {
 public:
  InboxSource(store::Inbox& inbox, std::string detector, const SourcePosition& from);
  ~InboxSource() override;

  Result<State> next(ingest::Intake& intake, std::chrono::milliseconds wait) override;

  bool call_when_news(const std::function<void()>& wake) override;

  /// The commit has forgotten them already, in its own batch; this only gives back their bytes.
  Result<void> acknowledge(const SourcePosition& position) override;

 private:
  static constexpr std::size_t batches_at_once = 16;

  store::Inbox& inbox_;
  std::string detector_;
  std::string position_;  ///< Where to read on.
  std::deque<RowBatch> ahead_;
};

}  // namespace bellwether::pipeline
