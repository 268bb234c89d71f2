#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/net/s3_list.hpp"

namespace bellwether::net {

inline constexpr std::size_t max_refusal_bytes = 64U << 10U;
inline constexpr std::string_view overwritten_text = "it was overwritten since it was listed";

/// An answer that is not the wanted one, and what we know about the request.
struct S3RefusedRequest {
  int status = 0;
  S3Refusal refusal;
  std::string bucket;
  std::string access_key_id;
  std::string region;
  std::string server_date;  ///< As the answer's `Date` has it.
  TimePoint now{};
};

/// The status and the service's code as one of ours, with what an operator can do about it.
Error to_error(const S3RefusedRequest& request);

}  // namespace bellwether::net
