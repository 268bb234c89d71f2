#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/feedback.hpp"
#include "bellwether/domain/routing_decision.hpp"

namespace bellwether::store {

class Database;

/// Which groups are asked for; what is absent matches everything.
struct GroupQuery {
  std::optional<std::string> detector;
  std::optional<TimePoint> from;  ///< Groups that end at or after it ...
  std::optional<TimePoint> to;    ///< ... and start before this.
  double min_severity = 0;
  std::optional<std::string> measure;
  std::map<std::string, std::string> dimensions;  ///< One of the group's series has them all.
  std::optional<GroupStatus> status;
  std::size_t limit = 100;
  std::string cursor;  ///< `next_cursor` of the page before.
};

struct GroupPage {
  std::vector<AnomalyGroup> groups;  ///< Newest start first; among equals by id.
  std::string next_cursor;           ///< Empty on the last page.
};

/// Feedback, or the taking back of it, that waits for its detector's next interval.
struct PendingFeedback {
  std::string key;  ///< Where it waits.
  Feedback feedback;
  bool is_undoing = false;
};

/// Anomaly groups and what people said of them.
///
/// Threads  any. Groups are written by `IntervalLog::commit` alone.
class GroupArchive {
 public:
  explicit GroupArchive(Database& database);

  /// Errors   invalid_input for a cursor that is not ours.
  Result<GroupPage> find(const GroupQuery& query) const;

  Result<AnomalyGroup> get(std::string_view id) const;

  /// Keeps what was said, gives it its id, and puts it before the detector's next interval.
  Result<Feedback> add_feedback(Feedback feedback);

  /// Takes feedback back from the detector's next interval on; it stays visible. What was taken
  /// back before stays as it is.
  Result<Feedback> undo_feedback(std::string_view anomaly_id, std::string_view feedback_id,
                                 std::string_view by, TimePoint now);

  Result<std::vector<Feedback>> feedback(std::string_view anomaly_id) const;  ///< Oldest first.

  /// Where a group that passed alerts' filters was held back nevertheless, in the order it was.
  Result<std::vector<RoutingDecision>> decisions(std::string_view anomaly_id) const;

  /// What waits for the detector's next interval, in the order it was said.
  Result<std::vector<PendingFeedback>> pending_feedback(std::string_view detector) const;

 private:
  Database& database_;
};

}  // namespace bellwether::store
