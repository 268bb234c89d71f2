#include "bellwether/domain/silence.hpp"

namespace bellwether {

Problems validate(const Silence& silence) {
  Problems problems;
  if (silence.until <= silence.from) problems.push_back({"until", "must be later than from", 0, 0});
  if (silence.owner.empty()) problems.push_back({"owner", "must say who asks for it", 0, 0});
  if (silence.reason.empty()) problems.push_back({"reason", "must say why", 0, 0});
  return problems;
}

}  // namespace bellwether
