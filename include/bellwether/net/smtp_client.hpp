#pragma once

#include <stop_token>
#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/email_spec.hpp"

namespace bellwether::net {

/// A mail server and how it is spoken to.
struct SmtpServer {
  std::string address;  ///< `host` or `host:port`; ports are 587, with TLS 465, without any 25.
  MailSecurity security = MailSecurity::starttls;
  std::string username;  ///< Empty: without logging in.
  std::string password;
  std::string ca_file;                ///< Certificates to trust, PEM; empty: those of the host.
  bool allow_private_targets = true;  ///< False: no address of a private network, nor this host's.
  Duration timeout{std::chrono::seconds(30)};  ///< For the whole of it.
  std::stop_token stop{};                      ///< Ends it within a second or so.
};

/// A message on its way to one mailbox.
struct Mail {
  std::string from;
  std::string to;
  std::string message;  ///< By RFC 5322, lines end with CR LF.
};

/// Hands a message to a mail server. With `starttls` nothing is said in the clear but the greeting.
///
/// Errors   unavailable: no connection, no TLS, no certificate to trust, or the server answered
/// 4xx.
///          invalid_input: it answered 5xx; the answer is quoted. forbidden: its address is
///          private.
/// Threads  any.
/// Source   RFC 5321; RFC 3207 (STARTTLS); RFC 4954 (AUTH).
Result<void> send_mail(const SmtpServer& server, const Mail& mail);

}  // namespace bellwether::net
