#include "bellwether/domain/feedback.hpp"

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<FeedbackScope, 3> scopes{{{FeedbackScope::series, "series"},
                                              {FeedbackScope::descendants, "descendants"},
                                              {FeedbackScope::group, "group"}}};

constexpr EnumNames<FeedbackState, 5> states{{{FeedbackState::pending, "pending"},
                                              {FeedbackState::active, "active"},
                                              {FeedbackState::expired, "expired"},
                                              {FeedbackState::undone, "undone"},
                                              {FeedbackState::none, "none"}}};

}  // namespace

std::string_view to_string(FeedbackScope scope) { return name_in(scopes, scope); }

std::optional<FeedbackScope> parse_feedback_scope(std::string_view text) {
  return value_in(scopes, text);
}

std::string_view to_string(FeedbackState state) { return name_in(states, state); }

FeedbackState state_of(const Feedback& feedback, std::optional<TimePoint> now) {
  if (feedback.undone_at) return FeedbackState::undone;
  if (!feedback.effect) return FeedbackState::pending;
  if (!feedback.effect->from) return FeedbackState::none;
  if (feedback.effect->to && now && *feedback.effect->to <= *now) return FeedbackState::expired;
  return FeedbackState::active;
}

}  // namespace bellwether
