#pragma once

#include <compare>
#include <string>
#include <vector>

#include "bellwether/document/node.hpp"

#include "news.hpp"
#include "recent_notes.hpp"
#include "webhook_message.hpp"

namespace bellwether::sinks {

/// What may change in the labels of a group's alert. To Alertmanager another label makes another
/// alert, so the one before must be ended.
struct AlertFace {
  std::string measure;
  std::string severity;

  auto operator<=>(const AlertFace&) const = default;
};

AlertFace face_of(const News& news);

/// All faces under which a group may have been told of until now: its measures, with severities up
/// to its own.
std::vector<AlertFace> possible_faces(const News& news);

/// The alerts of one group, as `POST /api/v2/alerts` takes them: the one with its present face,
/// which ends with the group, and an end for every one of `former`.
///
/// Source   Prometheus Alertmanager, API v2, `postableAlert`.
document::Node::List make_alertmanager_alerts(const News& news, const Notification& notification,
                                              const MessageContext& context,
                                              const std::vector<AlertFace>& former);

/// Knows under which faces the open groups were last told of, and so what has to be ended. What it
/// does not know, after a restart, it has ended in every form that is possible.
///
/// Threads  any.
class AlertmanagerFormat {
 public:
  AlertmanagerFormat();

  WebhookMessage make(const Notification& notification, const MessageContext& context);

 private:
  std::vector<AlertFace> former_faces(const std::string& key, const News& news) const;

  RecentNotes<std::vector<AlertFace>> faces_;
};

}  // namespace bellwether::sinks
