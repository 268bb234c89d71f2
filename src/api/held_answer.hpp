#pragma once

#include <memory>

#include "caller_shares.hpp"

namespace bellwether::api {

/// Bytes of an answer, reserved in its caller's share, which lives as long as they are held.
std::shared_ptr<ByteReservation> hold_answer(std::shared_ptr<CallerShare> share,
                                             ByteReservation bytes);

}  // namespace bellwether::api
