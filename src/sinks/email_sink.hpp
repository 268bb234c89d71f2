#pragma once

#include <memory>

#include "bellwether/net/smtp_client.hpp"
#include "bellwether/sinks/sink.hpp"

#include "request_sequence.hpp"

namespace bellwether::sinks {

/// Mails a notification, to each address by itself: one that the server refuses keeps it from no
/// other, and one that must be tried again is not tried with those that have it.
class EmailSink final : public Sink {
 public:
  EmailSink(EmailSpec spec, net::SmtpServer server, SinkContext context);

  SendOutcome send(const Notification& notification) override;

 private:
  EmailSpec spec_;
  net::SmtpServer server_;
  SinkContext context_;
  RequestSequence sequence_;
};

/// Errors   invalid_input: the password cannot be read.
Result<std::unique_ptr<Sink>> make_email_sink(const EmailSpec& spec, const SinkLimits& limits,
                                              const SinkContext& context);

}  // namespace bellwether::sinks
