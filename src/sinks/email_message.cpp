#include "email_message.hpp"

#include <string_view>

#include "email_words.hpp"
#include "mail_text.hpp"
#include "message_words.hpp"
#include "news.hpp"

namespace bellwether::sinks {
namespace {

std::string subject_of(const Notification& notification) {
  std::string subject = notification.is_test ? "[TEST] " : "";
  subject += headline(news_of(notification).front(), notification.detector);
  if (!notification.others.empty())
    subject += ", and " + std::to_string(notification.others.size()) + " more";
  return subject;
}

/// `<name@example.com>`, at the sender's domain.
std::string message_id(std::string_view name, const std::string& from) {
  return "<" + std::string(name) + from.substr(from.rfind('@')) + ">";
}

std::string list_of(const std::vector<std::string>& addresses) {
  std::string list;
  for (const std::string& address : addresses) list += (list.empty() ? "" : ",\r\n ") + address;
  return list;
}

std::string part(std::string_view kind, const std::string& text, const std::string& boundary) {
  return "--" + boundary + "\r\nContent-Type: text/" + std::string(kind) +
         "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
         encode_quoted_printable(text) + "\r\n";
}

}  // namespace

std::string make_email(const Notification& notification, const EmailSpec& email, TimePoint now,
                       const std::string& public_url) {
  // `=_` stands in no line of quoted-printable.
  const std::string boundary = "=_" + notification.delivery_id;
  const std::string thread = message_id("anomaly-" + notification.group.id, email.from);
  std::string message;
  const auto header = [&message](std::string_view name, std::string_view value) {
    message.append(name).append(": ").append(value).append("\r\n");
  };
  header("Date", to_mail_date(now));
  header("From", "Bellwether <" + email.from + ">");
  header("To", list_of(email.to));
  header("Subject", encode_header_text(subject_of(notification)));
  header("Message-ID", message_id(notification.delivery_id, email.from));
  header("In-Reply-To", thread);
  header("References", thread);
  header("Auto-Submitted", "auto-generated");
  header("X-Bellwether-Alert", encode_header_text(notification.alert));
  header("X-Bellwether-Event", to_string(notification.event));
  header("MIME-Version", "1.0");
  header("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"");
  message += "\r\n";
  message += part("plain", make_email_text(notification, public_url), boundary);
  message += part("html", make_email_html(notification, public_url), boundary);
  return message + "--" + boundary + "--\r\n";
}

}  // namespace bellwether::sinks
