#include "bellwether/domain/text_bounds.hpp"

#include <string>
#include <utility>

namespace bellwether {
namespace {

class TextChecks {
 public:
  TextChecks& text(const std::string& field, const std::string& value) {
    return check(field, value, max_text_bytes);
  }
  TextChecks& name(const std::string& field, const std::string& value) {
    return check(field, value, max_name_bytes);
  }
  Problems take() { return std::move(problems_); }

 private:
  TextChecks& check(const std::string& field, const std::string& value, std::size_t most) {
    if (value.size() > most)
      problems_.push_back({field, "must have at most " + std::to_string(most) + " bytes, not " +
                                      std::to_string(value.size())});
    return *this;
  }

  Problems problems_;
};

std::string at(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index) + "]";
}

}  // namespace

Problems validate_texts(const DetectorSpec& spec) {
  TextChecks checks;
  checks.text("description", spec.description).name("timestamp.column", spec.timestamp.column);
  for (std::size_t i = 0; i < spec.measures.size(); ++i)
    checks.name(at("measures", i) + ".column", spec.measures[i].column);
  for (std::size_t i = 0; i < spec.dimensions.size(); ++i)
    checks.name(at("dimensions", i), spec.dimensions[i]);
  return checks.take();
}

Problems validate_texts(const AlertSpec& spec) {
  return TextChecks().text("description", spec.description).take();
}

Problems validate_texts(const Silence& silence) {
  return TextChecks().text("reason", silence.reason).name("owner", silence.owner).take();
}

Problems validate_texts(const Acknowledgement& acknowledgement) {
  return TextChecks()
      .text("comment", acknowledgement.comment)
      .name("owner", acknowledgement.owner)
      .take();
}

Problems validate_texts(const Feedback& feedback) {
  return TextChecks().text("comment", feedback.comment).take();
}

}  // namespace bellwether
