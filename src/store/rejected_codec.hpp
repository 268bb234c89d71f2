#pragma once

#include "bellwether/base/bytes.hpp"
#include "bellwether/domain/quality.hpp"

namespace bellwether::store {

// Refused rows as part of a record: of a batch in the inbox, of an interval's quality.

void put_rejected(ByteWriter& writer, const RejectedRows& rejected);

/// False when it does not decode.
bool get_rejected(ByteReader& reader, RejectedRows& rejected);

}  // namespace bellwether::store
