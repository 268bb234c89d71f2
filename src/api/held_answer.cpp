#include "held_answer.hpp"

#include <utility>

namespace bellwether::api {
namespace {

struct Held {
  std::shared_ptr<CallerShare> share;
  ByteReservation bytes;  ///< Ends before its share.
};

}  // namespace

std::shared_ptr<ByteReservation> hold_answer(std::shared_ptr<CallerShare> share,
                                             ByteReservation bytes) {
  const auto held = std::make_shared<Held>(Held{std::move(share), std::move(bytes)});
  return {held, &held->bytes};
}

}  // namespace bellwether::api
