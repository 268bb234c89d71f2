#include <pugixml.hpp>

#include "bellwether/net/aws_client.hpp"

namespace bellwether::net {

AwsRefusal parse_aws_refusal(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return {};
  const pugi::xml_node error = document.child("ErrorResponse").child("Error");
  return {.code = error.child_value("Code"), .message = error.child_value("Message")};
}

}  // namespace bellwether::net
