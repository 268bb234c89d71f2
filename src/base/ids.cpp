#include "bellwether/base/ids.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace bellwether {
namespace {

// The namespace of Bellwether's own names; changing it would change every id ever handed out.
constexpr boost::uuids::uuid own_namespace{{0x8b, 0x5e, 0x1d, 0x52, 0x0c, 0x3a, 0x4f, 0x6e, 0x9d,
                                            0x27, 0x6a, 0x41, 0xb1, 0x7c, 0x90, 0xe4}};

}  // namespace

std::string stable_uuid(std::string_view text) {
  const boost::uuids::name_generator_sha1 generate(own_namespace);
  return boost::uuids::to_string(generate(text.data(), text.size()));
}

std::string random_uuid() {
  thread_local boost::uuids::random_generator generate;
  return boost::uuids::to_string(generate());
}

std::uint64_t stable_hash(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  hash ^= hash >> 33U;
  hash *= 0xff51afd7ed558ccdU;
  hash ^= hash >> 33U;
  return hash;
}

}  // namespace bellwether
