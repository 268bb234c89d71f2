#include "operations/row_intake.hpp"

#include <utility>
#include <variant>

#include "bellwether/document/json.hpp"

#include "operations/detector_book.hpp"

namespace bellwether::api {
namespace {

using document::Node;

std::string write_answer(const RowBatch& batch) {
  Node::List errors;
  for (const RejectedSample& sample : batch.rejected.samples)
    errors.push_back(Node().set("row", sample.row).set("message", sample.message));
  return document::to_json(Node()
                               .set("accepted", std::uint64_t{batch.row_count()})
                               .set("rejected", batch.rejected.total())
                               .set("errors", std::move(errors)));
}

}  // namespace

Result<std::string> RowIntake::take(const Push& push) {
  const auto detector = DetectorBook(store_, wall_clock_, {}).get(push.detector);
  if (!detector) return detector.error();
  if (!std::holds_alternative<HttpSourceSpec>(detector->spec.source))
    return already_exists("detector '" + push.detector +
                          "' reads its rows from elsewhere; only one with an http source takes "
                          "pushed rows");
  if (detector->status.state == DetectorState::deleting)
    return already_exists("detector '" + push.detector + "' is being deleted");
  if (push.idempotency_key) {
    auto answer = store_.inbox().answer_of(push.detector, *push.idempotency_key);
    if (!answer) return answer.error();
    if (*answer) return std::move(**answer);
  }
  const TimePoint now = clock_.now();
  const ingest::RowSchema schema{detector->spec,
                                 ingest::latest_allowed_at(now, detector->spec.interval)};
  auto batch = push.read(schema);
  if (!batch) return batch.error();
  std::string answer = write_answer(*batch);
  if (batch->row_count() == 0 && batch->rejected.total() == 0) return answer;
  batch->received_at = now;
  std::optional<std::string_view> key;
  if (push.idempotency_key) key = *push.idempotency_key;
  return store_.inbox().append(push.detector, std::move(*batch), key, std::move(answer),
                               wall_clock_.now());
}

}  // namespace bellwether::api
