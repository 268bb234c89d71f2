// Any text as a webhook's template: an error with its place, or bodies from whatever document there
// is.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bellwether/document/body_template.hpp"
#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"

namespace document = bellwether::document;

namespace {

void try_as(std::string_view text, std::string_view content_type) {
  const auto compiled = document::compile_webhook_template(text, content_type);
  if (!compiled) {
    if (compiled.error().message.empty()) std::abort();
    return;
  }
  bellwether::Notification notification;
  compiled->render(document::write_webhook_body(notification, {}, "", 1));
  compiled->render(document::Node());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  try_as(text, "application/json");
  try_as(text, "text/plain");
  try_as(text, "application/x-www-form-urlencoded");
  try_as(text, "text/html");
  using Filter = document::BodyTemplate::Filter;
  if (const auto compiled = document::BodyTemplate::compile(text, Filter::json))
    compiled->render(document::Node().set("a", document::Node::List{document::Node(1.5)}));
  return 0;
}
