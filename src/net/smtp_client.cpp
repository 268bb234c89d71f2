#include "bellwether/net/smtp_client.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <curl/curl.h>

#include "public_sockets.hpp"

namespace bellwether::net {
namespace {

constexpr std::size_t max_answer_bytes = 512;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using AddressList = std::unique_ptr<curl_slist, FreeList>;

/// What the callbacks read and fill while a transfer runs.
struct Transfer {
  std::string_view unsent;
  std::string refusal;  ///< The last line that said no, unless what came after it said yes.
  std::optional<PrivateAddress> kept_from;
};

std::size_t give_body(char* room, std::size_t, std::size_t count, void* source) {
  auto& unsent = static_cast<Transfer*>(source)->unsent;
  const std::size_t given = std::min(count, unsent.size());
  std::memcpy(room, unsent.data(), given);
  unsent.remove_prefix(given);
  return given;
}

std::size_t take_answer(char* bytes, std::size_t, std::size_t count, void* target) {
  std::string_view line(bytes, count);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  std::string& refusal = static_cast<Transfer*>(target)->refusal;
  // 221 answers our good-bye, which we say after a refusal too.
  if (line.starts_with('4') || line.starts_with('5'))
    refusal = line.substr(0, max_answer_bytes);
  else if (!line.starts_with("221"))
    refusal.clear();
  return count;
}

int check_stop(void* target, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(target)->stop_requested() ? 1 : 0;
}

/// An address ends an angle bracket or a line at its own risk, so none may hold one.
bool is_safe_address(std::string_view address) {
  return !address.empty() && std::ranges::all_of(address, [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '<' && c != '>' && c != 0x7f;
  });
}

std::string url_of(const SmtpServer& server) {
  const bool is_tls = server.security == MailSecurity::tls;
  const std::size_t after_ip6 = server.address.find(']');
  const bool has_port =
      server.address.find(':', after_ip6 == std::string::npos ? 0 : after_ip6) != std::string::npos;
  std::string url = (is_tls ? "smtps://" : "smtp://") + server.address;
  if (!has_port && server.security == MailSecurity::starttls) url += ":587";
  return url;
}

void apply(CURL* handle, const SmtpServer& server, const Mail& mail, Transfer& transfer,
           char* error_text) {
  const auto timeout = std::max<std::int64_t>(server.timeout.count(), 1);
  curl_easy_setopt(handle, CURLOPT_URL, url_of(server).c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout));
  if (server.security != MailSecurity::none)
    curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  if (!server.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, server.ca_file.c_str());
  if (!server.username.empty()) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, server.username.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, server.password.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, ("<" + mail.from + ">").c_str());
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.message.size()));
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_body);
  curl_easy_setopt(handle, CURLOPT_READDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_answer);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error_text);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, check_stop);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &server.stop);
  if (!server.allow_private_targets) refuse_private_targets(handle, transfer.kept_from);
}

/// The server's own words, where it refused something, are better than libcurl's.
Error failure_of(CURLcode code, const std::string& refusal, const char* error_text) {
  const std::string reason = *error_text != '\0' ? error_text : curl_easy_strerror(code);
  if (code == CURLE_USE_SSL_FAILED)
    return unavailable("the mail server offers no STARTTLS (" + reason +
                       "); say security: tls where it begins with TLS");
  if (code == CURLE_ABORTED_BY_CALLBACK) return {ErrorCode::cancelled, "we are stopping"};
  if (code == CURLE_URL_MALFORMAT)
    return invalid_input("the mail server's address cannot be used: " + reason);
  if (refusal.empty()) return unavailable(reason);
  const std::string message = "the mail server answered '" + refusal + "'" +
                              (code == CURLE_LOGIN_DENIED ? " to the log-in" : "");
  return refusal.front() == '5' ? invalid_input(message) : unavailable(message);
}

}  // namespace

Result<void> send_mail(const SmtpServer& server, const Mail& mail) {
  for (const std::string& address : {mail.from, mail.to})
    if (!is_safe_address(address))
      return invalid_input("'" + address.substr(0, 40) + "' is no address for mail");
  const Handle handle(curl_easy_init());
  if (!handle) return unavailable("libcurl gives no handle; is memory short?");
  const AddressList to(curl_slist_append(nullptr, ("<" + mail.to + ">").c_str()));
  Transfer transfer{.unsent = mail.message, .refusal = "", .kept_from = {}};
  std::array<char, CURL_ERROR_SIZE> error_text{};
  apply(handle.get(), server, mail, transfer, error_text.data());
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, to.get());
  const CURLcode code = curl_easy_perform(handle.get());
  if (code == CURLE_OK) return ok();
  if (code == CURLE_COULDNT_CONNECT && transfer.kept_from)
    return Error{ErrorCode::forbidden, describe_refusal(*transfer.kept_from)};
  return failure_of(code, transfer.refusal, error_text.data());
}

}  // namespace bellwether::net
