#include "snappy_block.hpp"

#include <snappy.h>

namespace bellwether::api {

Result<std::string> unsnap(std::string_view packed, std::size_t limit, ByteReservation& held) {
  std::size_t length = 0;
  if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &length))
    return invalid_input("the body is not a block of Snappy");
  if (length > limit)
    return Error{ErrorCode::overloaded,
                 "the body unpacks to more than " + std::to_string(limit) + " bytes"};
  if (auto grown = held.grow(length); !grown)
    return unavailable("unpacking the body: " + grown.error().message);
  std::string text;
  if (!snappy::Uncompress(packed.data(), packed.size(), &text))
    return invalid_input("the Snappy body is damaged or cut off");
  return text;
}

}  // namespace bellwether::api
