// Any bytes as a JSON document: what can be read can be written, and reads back the same; and no
// reader of documents falls over what it gets.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"

namespace {

using bellwether::Problems;
using bellwether::document::Node;
using bellwether::document::Section;

/// What `reader` takes without complaint must come back equal from what `writer` makes of it.
template <class Spec>
void try_spec(const Node& node, Spec (*reader)(Section&), Node (*writer)(const Spec&)) {
  Problems problems;
  Section section(node, "", problems);
  const Spec spec = reader(section);
  if (!problems.empty()) return;
  const auto written = bellwether::document::parse_json(to_json(writer(spec)));
  if (!written) std::abort();
  Section again(*written, "", problems);
  if (!(reader(again) == spec) || !problems.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  namespace document = bellwether::document;
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  const auto node = document::parse_json(text);
  if (!node) return 0;
  const std::string written = to_json(*node);
  const auto again = document::parse_json(written);
  if (!again || to_json(*again) != written) std::abort();
  if (!document::parse_json(to_pretty_json(*node))) std::abort();

  try_spec(*node, document::read_detector, document::write_detector);
  try_spec(*node, document::read_alert, document::write_alert);
  try_spec(*node, document::read_sink, document::write_sink);
  try_spec(*node, document::read_connection, document::write_connection);
  try_spec(*node, document::read_silence, document::write_silence);
  if (const auto group = document::read_group(*node))
    if (!document::read_group(write_group(*group, document::GroupDetail::full))) std::abort();
  (void)document::read_delivery(*node);
  (void)document::read_feedback(*node);
  (void)document::read_status(*node);
  return 0;
}
