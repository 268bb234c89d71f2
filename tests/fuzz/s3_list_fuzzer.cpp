// Any bytes as the answer to a listing: a page, or an error that says something; and as a refusal.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bellwether/net/aws_client.hpp"
#include "bellwether/net/s3_list.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const std::string_view xml(reinterpret_cast<const char*>(bytes), count);
  const auto page = bellwether::net::parse_s3_page(xml);
  if (!page && page.error().message.empty()) std::abort();
  if (page)
    for (const auto& object : page->objects)
      if (object.key.empty()) std::abort();
  bellwether::net::parse_s3_refusal(xml);
  bellwether::net::parse_aws_refusal(xml);
  return 0;
}
