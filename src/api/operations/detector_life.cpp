#include "operations/detector_life.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace bellwether::api {
namespace {

constexpr std::array orders{Order::activate, Order::deactivate, Order::backtest, Order::remove};

bool is_at_rest(DetectorState state) {
  return state == DetectorState::inactive || state == DetectorState::deactivated ||
         state == DetectorState::backtest_complete || state == DetectorState::failed;
}

bool is_live(DetectorState state) {
  return state == DetectorState::activating || state == DetectorState::learning ||
         state == DetectorState::active;
}

}  // namespace

std::string_view to_word(Order order) {
  switch (order) {
    case Order::activate:
      return "active";
    case Order::deactivate:
      return "inactive";
    case Order::backtest:
      return "backtest";
    case Order::remove:
      return "deleted";
  }
  return "inactive";
}

std::optional<Order> parse_order(std::string_view word) {
  const auto* found = std::ranges::find(orders, word, to_word);
  return found != orders.end() ? std::optional(*found) : std::nullopt;
}

Order order_in_force(const std::optional<Order>& given, const DetectorSpec& spec) {
  if (given) return *given;
  return spec.active ? Order::activate : Order::deactivate;
}

DetectorState visible_state(Order order, DetectorState said) {
  switch (order) {
    case Order::remove:
      return DetectorState::deleting;
    case Order::activate:
      return is_at_rest(said) && said != DetectorState::failed ? DetectorState::activating : said;
    case Order::deactivate:
      return is_live(said) ? DetectorState::deactivating : said;
    case Order::backtest:
      return said == DetectorState::inactive || said == DetectorState::deactivated
                 ? DetectorState::backtest_activating
                 : said;
  }
  return said;
}

Result<void> check_order(Order order, DetectorState state) {
  const std::string is_now = "it is " + std::string(to_string(state)) + " now";
  if (state == DetectorState::deleting) return already_exists("it is being deleted");
  switch (order) {
    case Order::activate:
      if (is_at_rest(state) || state == DetectorState::deactivating) return ok();
      return already_exists("only a detector at rest can be activated; " + is_now);
    case Order::deactivate:
      if (is_live(state) || state == DetectorState::backtest_activating ||
          state == DetectorState::backtest_active || state == DetectorState::failed)
        return ok();
      return already_exists("only a running detector can be deactivated; " + is_now);
    case Order::backtest:
      if (is_at_rest(state)) return ok();
      return already_exists("only a detector at rest can be backtested; " + is_now);
    case Order::remove:
      return ok();
  }
  return ok();
}

}  // namespace bellwether::api
