#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "bellwether/base/result.hpp"

namespace bellwether::ingest {

/// Unpacks gzip, one member or several in a row, piece by piece.
///
/// Errors   invalid_input for damaged data, with the place; the inflater gives it again from then
///          on.
/// Cost     memory does not depend on how much a piece unpacks to.
/// Source   RFC 1952.
class GzipInflater {
 public:
  /// Takes unpacked bytes, at most 64 KiB at a time. A failure stops the unpacking.
  using OnBytes = std::function<Result<void>(std::string_view)>;

  GzipInflater();
  ~GzipInflater();
  GzipInflater(const GzipInflater&) = delete;
  GzipInflater& operator=(const GzipInflater&) = delete;

  Result<void> feed(std::string_view packed, const OnBytes& on_bytes);

  /// The input has ended: fails in the middle of a member.
  Result<void> finish() const;

  /// Whether bytes begin as gzip does. Two are enough to tell.
  static bool is_gzip(std::string_view bytes);

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::ingest
