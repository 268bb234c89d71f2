#include <utility>

#include "bellwether/sinks/sink.hpp"

#include "webhook_sink.hpp"

namespace bellwether::sinks {
namespace {

using MadeSink = Result<std::unique_ptr<Sink>>;

/// One maker per kind of target.
struct Maker {
  const SinkSpec& spec;
  const SinkContext& context;

  MadeSink operator()(const WebhookSpec& webhook) const {
    return make_webhook_sink(webhook, spec.limits, context);
  }

  template <class Other>
  MadeSink operator()(const Other&) const {
    return invalid_input("sinks of this kind are not available in this version");
  }
};

}  // namespace

MadeSink make_sink(const SinkSpec& spec, const SinkContext& context) {
  auto sink = std::visit(Maker{spec, context}, spec.target);
  if (!sink) return while_doing("sink '" + spec.name + "'", sink.error());
  return sink;
}

}  // namespace bellwether::sinks
