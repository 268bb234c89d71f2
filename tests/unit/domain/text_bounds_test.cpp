#include "bellwether/domain/text_bounds.hpp"

#include <string>

#include <gtest/gtest.h>

namespace bellwether {
namespace {

const std::string long_text(max_text_bytes + 1, 'x');
const std::string long_name(max_name_bytes + 1, 'x');

template <class Spec>
std::string fields(const Spec& spec) {
  std::string all;
  for (const Problem& problem : validate_texts(spec)) all += problem.field + " ";
  return all;
}

TEST(TextBounds, HoldForEveryTextThatPeopleWrite) {
  DetectorSpec detector;
  detector.description = long_text;
  detector.timestamp.column = long_name;
  detector.measures.push_back({.column = long_name});
  detector.dimensions = {"country", long_name};
  EXPECT_EQ(fields(detector), "description timestamp.column measures[0].column dimensions[1] ");

  AlertSpec alert;
  alert.description = long_text;
  EXPECT_EQ(fields(alert), "description ");
  Silence silence;
  silence.reason = long_text;
  silence.owner = long_name;
  EXPECT_EQ(fields(silence), "reason owner ");
  Acknowledgement acknowledgement;
  acknowledgement.comment = long_text;
  acknowledgement.owner = long_name;
  EXPECT_EQ(fields(acknowledgement), "comment owner ");
  Feedback feedback;
  feedback.comment = long_text;
  EXPECT_EQ(fields(feedback), "comment ");
}

TEST(TextBounds, LetPassWhatFits) {
  DetectorSpec detector;
  detector.description = std::string(max_text_bytes, 'x');
  detector.dimensions = {std::string(max_name_bytes, 'x')};
  EXPECT_EQ(fields(detector), "");
}

}  // namespace
}  // namespace bellwether
