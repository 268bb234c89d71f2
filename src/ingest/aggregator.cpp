#include "bellwether/ingest/aggregator.hpp"

#include <utility>

#include "aggregator_state.hpp"

namespace bellwether::ingest {

Aggregator::Aggregator(const DetectorSpec& spec, IntervalGrid grid, Dictionary& dictionary,
                       std::optional<IntervalIndex> last_closed, const SourcePosition& position,
                       std::size_t open_cell_limit)
    : state_(std::make_unique<State>(spec, std::move(grid), dictionary, last_closed, position,
                                     open_cell_limit)) {}

Aggregator::~Aggregator() = default;

Result<void> Aggregator::add(const RowBatch& batch, const OnClosed& on_closed) {
  return state_->add(batch, on_closed);
}
Result<void> Aggregator::close_historical(const OnClosed& on_closed) {
  return state_->close_historical(on_closed);
}
Result<void> Aggregator::close_until(TimePoint now, const OnClosed& on_closed) {
  return state_->close_until(now, on_closed);
}
Result<void> Aggregator::add(const Intake& intake, const OnClosed& on_closed) {
  return state_->add(intake, on_closed);
}
Result<void> Aggregator::close_to_watermark(const Intake& intake, const OnClosed& on_closed) {
  return state_->close_to_watermark(intake, on_closed);
}
void Aggregator::discard(TimePoint start) { state_->discard(start); }
void Aggregator::set_first_interval(IntervalIndex first) { state_->set_first_interval(first); }
Result<void> Aggregator::close_import(const Intake& intake, const OnClosed& on_closed) {
  return state_->close_import(intake, on_closed);
}
Result<void> Aggregator::close_all(const OnClosed& on_closed) {
  return state_->close_all(on_closed);
}
void Aggregator::limit_series(std::size_t most, std::string what) {
  state_->limit_series(most, std::move(what));
}
std::optional<TimePoint> Aggregator::next_close() const { return state_->next_close(); }
std::size_t Aggregator::open_cells() const { return state_->open_cells(); }
bool Aggregator::is_caught_up() const { return state_->is_caught_up(); }
const RejectedRows& Aggregator::rejected_since_close() const { return state_->rejected(); }

}  // namespace bellwether::ingest
