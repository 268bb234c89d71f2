#include "operations/detector_life.hpp"

#include <gtest/gtest.h>

namespace bellwether::api {
namespace {

using enum DetectorState;

TEST(DetectorLife, ShowsAnOrderBeforeItIsBegun) {
  EXPECT_EQ(visible_state(Order::activate, inactive), activating);
  EXPECT_EQ(visible_state(Order::activate, deactivated), activating);
  EXPECT_EQ(visible_state(Order::deactivate, active), deactivating);
  EXPECT_EQ(visible_state(Order::backtest, inactive), backtest_activating);
  EXPECT_EQ(visible_state(Order::remove, active), deleting);
}

TEST(DetectorLife, ShowsWhatThePipelineSaysOnceItHasBegun) {
  EXPECT_EQ(visible_state(Order::activate, learning), learning);
  EXPECT_EQ(visible_state(Order::activate, failed), failed);
  EXPECT_EQ(visible_state(Order::deactivate, deactivated), deactivated);
  EXPECT_EQ(visible_state(Order::backtest, backtest_active), backtest_active);
  EXPECT_EQ(visible_state(Order::backtest, backtest_complete), backtest_complete);
}

TEST(DetectorLife, AllowsOrdersThatMakeSense) {
  for (const DetectorState state : {inactive, deactivated, backtest_complete, failed}) {
    EXPECT_TRUE(check_order(Order::activate, state)) << to_string(state);
    EXPECT_TRUE(check_order(Order::backtest, state)) << to_string(state);
  }
  for (const DetectorState state : {activating, learning, active, backtest_active, failed})
    EXPECT_TRUE(check_order(Order::deactivate, state)) << to_string(state);
}

TEST(DetectorLife, RefusesOrdersThatDoNot) {
  EXPECT_EQ(check_order(Order::activate, learning).error().message,
            "only a detector at rest can be activated; it is learning now");
  EXPECT_EQ(check_order(Order::deactivate, inactive).error().message,
            "only a running detector can be deactivated; it is inactive now");
  EXPECT_EQ(check_order(Order::backtest, active).error().message,
            "only a detector at rest can be backtested; it is active now");
  for (const Order order : {Order::activate, Order::deactivate, Order::backtest, Order::remove})
    EXPECT_EQ(check_order(order, deleting).error().message, "it is being deleted");
}

TEST(DetectorLife, KeepsTheWordsOfTheCatalog) {
  for (const Order order : {Order::activate, Order::deactivate, Order::backtest, Order::remove})
    EXPECT_EQ(parse_order(to_word(order)), order);
  EXPECT_EQ(parse_order("sleep"), std::nullopt);
}

}  // namespace
}  // namespace bellwether::api
