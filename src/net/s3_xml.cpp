#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

#include <pugixml.hpp>

#include "bellwether/base/percent_encoding.hpp"
#include "bellwether/net/s3_list.hpp"

namespace bellwether::net {
namespace {

/// Marks of XML that a page may have: a thousand objects of twenty elements stay below. A document
/// of nothing but elements takes some 25 times its own bytes once it is parsed.
constexpr std::size_t most_page_marks = 100'000;

bool has_too_many_marks(std::string_view xml) {
  const auto is_mark = [](char c) { return c == '<' || c == '='; };
  return static_cast<std::size_t>(std::ranges::count_if(xml, is_mark)) > most_page_marks;
}

/// S3 writes a blank as `+` where it encodes keys.
std::string decoded_key(std::string_view text) {
  std::string key(text);
  for (char& c : key)
    if (c == '+') c = ' ';
  return percent_decode(key);
}

Result<S3Object> read_object(const pugi::xml_node& node, bool is_encoded) {
  S3Object object;
  const std::string_view key = node.child_value("Key");
  if (key.empty()) return invalid_input("the listing holds an object without a Key");
  object.key = is_encoded ? decoded_key(key) : std::string(key);
  object.etag = node.child_value("ETag");
  const std::string_view size = node.child_value("Size");
  const auto [end, error] =
      std::from_chars(size.data(), size.data() + size.size(), object.size_bytes);
  if (error != std::errc() || end != size.data() + size.size())
    return invalid_input("the listing gives '" + object.key + "' no Size");
  return object;
}

}  // namespace

Result<S3Page> parse_s3_page(std::string_view xml) {
  if (has_too_many_marks(xml))
    return invalid_input("the listing's page has more than " + std::to_string(most_page_marks) +
                         " elements and attributes (most_page_marks)");
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed)
    return invalid_input("the listing is no XML: " + std::string(parsed.description()) +
                         " at byte " + std::to_string(parsed.offset));
  const pugi::xml_node list = document.child("ListBucketResult");
  if (!list)
    return invalid_input("the answer is no ListBucketResult but '" +
                         std::string(document.document_element().name()) + "'");
  const bool is_encoded = std::string_view(list.child_value("EncodingType")) == "url";
  S3Page page;
  for (const pugi::xml_node& node : list.children("Contents")) {
    auto object = read_object(node, is_encoded);
    if (!object) return object.error();
    page.objects.push_back(*std::move(object));
  }
  if (std::string_view(list.child_value("IsTruncated")) != "true") return page;
  page.next_token = list.child_value("NextContinuationToken");
  if (page.next_token.empty())
    return invalid_input("the listing is truncated but has no NextContinuationToken");
  return page;
}

S3Refusal parse_s3_refusal(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return {};
  const pugi::xml_node error = document.child("Error");
  return {.code = error.child_value("Code"),
          .message = error.child_value("Message"),
          .region = error.child_value("Region")};
}

}  // namespace bellwether::net
