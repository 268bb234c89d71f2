#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <variant>

#include "bellwether/base/byte_budget.hpp"

#include "http_message.hpp"

namespace bellwether::api {

/// One admitted request that waits for its body.
class Exchange {
 public:
  virtual ~Exchange() = default;

  /// How much body it may have.
  virtual std::size_t body_limit() const = 0;

  /// Whose it is, for turns and bounds: `token ops`, `address 127.0.0.1`.
  virtual const std::string& caller() const = 0;

  /// What its caller may hold in memory; the body is reserved in it as it comes.
  virtual ByteBudget& memory() = 0;

  /// Answered at once by the network's own thread: it never blocks.
  virtual bool is_immediate() const { return false; }

  /// Pushes rows, which takes longer than all else.
  virtual bool is_push() const { return false; }

  /// May block unless it is immediate: the server calls it on a thread of its own kind. `held` is
  /// what the body has reserved.
  virtual Response answer(std::string body, ByteReservation held) = 0;

  /// A refusal that came up while its body was being read, in words that the caller understands.
  virtual Response in_its_words(Response refusal) { return refusal; }
};

/// What an HTTP server serves, in two steps: nobody's body is read before they are known.
class Service {
 public:
  using Admission = std::variant<Response, std::unique_ptr<Exchange>>;

  virtual ~Service() = default;

  /// Must not block. A response refuses the request without reading its body.
  virtual Admission admit(const RequestHead& head) = 0;

  /// The answer to bytes that are no request, or to one that was too slow or too large.
  virtual Response refuse(int status, const std::string& detail) = 0;
};

}  // namespace bellwether::api
