#include "email_sink.hpp"

#include <utility>

#include "email_message.hpp"
#include "read_secret.hpp"

namespace bellwether::sinks {

EmailSink::EmailSink(EmailSpec spec, net::SmtpServer server, SinkContext context)
    : spec_(std::move(spec)), server_(std::move(server)), context_(std::move(context)) {}

SendOutcome EmailSink::send(const Notification& notification) {
  const std::string message =
      make_email(notification, spec_, context_.clock.now(), context_.public_url);
  return sequence_.send(
      notification.delivery_id, spec_.to.size(), [&](std::size_t place) -> SendOutcome {
        const std::string& to = spec_.to[place];
        const auto sent =
            net::send_mail(server_, {.from = spec_.from, .to = to, .message = message});
        if (!sent) return {while_doing("mailing " + to, sent.error()), std::nullopt};
        return {ok(), std::nullopt};
      });
}

Result<std::unique_ptr<Sink>> make_email_sink(const EmailSpec& spec, const SinkLimits& limits,
                                              const SinkContext& context) {
  net::SmtpServer server{.address = spec.server,
                         .security = spec.security,
                         .username = spec.username,
                         .password = "",
                         .ca_file = spec.ca_file,
                         .allow_private_targets = limits.allow_private_targets,
                         .timeout = spec.timeout,
                         .stop = context.stop};
  if (spec.password.is_set()) {
    auto password = read_secret(spec.password, "password");
    if (!password) return password.error();
    server.password = *std::move(password);
  }
  return std::make_unique<EmailSink>(spec, std::move(server), context);
}

}  // namespace bellwether::sinks
