#include "sink_book.hpp"

#include <utility>

#include "bellwether/base/log.hpp"

#include "catalog_view.hpp"

namespace bellwether::pipeline {
namespace {

constexpr Duration try_again_after = std::chrono::seconds(30);

}  // namespace

SinkBook::SinkBook(const store::Catalog& catalog, sinks::SinkContext context)
    : catalog_(catalog), context_(std::move(context)) {}

bool SinkBook::refresh(TimePoint now) {
  const auto revision = catalog_.revision();
  if (revision == revision_ && !(lacks_any_ && now >= try_again_at_)) return false;
  auto specs = read_sinks(catalog_);
  if (!specs) {
    log_error("outbox", specs.error().message);
    return false;
  }
  std::map<std::string, std::shared_ptr<OpenSink>> fresh;
  lacks_any_ = false;
  for (SinkSpec& spec : *specs) {
    std::shared_ptr<OpenSink> sink = find(spec.name);
    if (!sink || !sink->sink || sink->spec != spec) sink = make(std::move(spec));
    lacks_any_ |= !sink->sink;
    fresh.emplace(sink->spec.name, std::move(sink));
  }
  sinks_ = std::move(fresh);
  revision_ = revision;
  try_again_at_ = now + try_again_after;
  return true;
}

std::shared_ptr<OpenSink> SinkBook::find(const std::string& name) const {
  const auto found = sinks_.find(name);
  return found == sinks_.end() ? nullptr : found->second;
}

std::shared_ptr<OpenSink> SinkBook::make(SinkSpec spec) const {
  auto open = std::make_shared<OpenSink>();
  auto made = sinks::make_sink(spec, context_);
  if (made) {
    open->sink = std::move(*made);
  } else {
    open->failure = made.error().message;
    log_error("outbox", made.error().message, {{"sink", spec.name}});
  }
  open->spec = std::move(spec);
  return open;
}

}  // namespace bellwether::pipeline
