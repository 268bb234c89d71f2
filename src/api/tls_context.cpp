#include "tls_context.hpp"

#include <sys/stat.h>

#include <string>
#include <utility>

#include <openssl/ssl.h>

#include "bellwether/base/log.hpp"
#include "bellwether/base/private_folder.hpp"

namespace bellwether::api {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds look_every{10};

/// Of TLS 1.2, what keeps past sessions secret when the key is lost and is encrypted and
/// authenticated at once; TLS 1.3 has nothing else.
constexpr const char* ciphers_of_tls_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

Result<std::shared_ptr<TlsContext::Context>> read_pair(const TlsSettings& settings) {
  auto tls = std::make_shared<TlsContext::Context>(asio::ssl::context::tls_server);
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                   asio::ssl::context::no_tlsv1_1);
  if (SSL_CTX_set_cipher_list(tls->native_handle(), ciphers_of_tls_1_2) != 1)
    return internal_error("the TLS library has no cipher of " + std::string(ciphers_of_tls_1_2));
  error_code error;
  tls->use_certificate_chain_file(settings.certificate, error);
  if (error)
    return invalid_input("tls.certificate '" + settings.certificate + "': " + error.message());
  // Refuses a key that is not the certificate's.
  tls->use_private_key_file(settings.key, asio::ssl::context::pem, error);
  if (error) return invalid_input("tls.key '" + settings.key + "': " + error.message());
  if (const auto warning = warn_of_open_file(settings.key))
    log_warning("api", "tls.key " + *warning);
  return tls;
}

std::chrono::nanoseconds since_epoch(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

TlsContext::Stamp TlsContext::stamp_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_size, since_epoch(found.st_mtim), since_epoch(found.st_ctim)};
}

TlsContext::Stamps TlsContext::stamps() const {
  return {stamp_of(settings_.certificate), stamp_of(settings_.key)};
}

Result<std::unique_ptr<TlsContext>> TlsContext::load(const TlsSettings& settings) {
  std::unique_ptr<TlsContext> made(new TlsContext(settings));
  if (auto read = made->reload(); !read) return read.error();
  made->watcher_ =
      std::jthread([self = made.get()](const std::stop_token& stop) { self->watch(stop); });
  return made;
}

TlsContext::~TlsContext() = default;

std::shared_ptr<TlsContext::Context> TlsContext::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

Result<void> TlsContext::reload() {
  // Before they are read: one that is written meanwhile is read again.
  const Stamps stamps_now = stamps();
  auto pair = read_pair(settings_);
  const std::lock_guard lock(mutex_);
  read_ = stamps_now;
  if (!pair) return pair.error();
  current_ = std::move(*pair);
  return ok();
}

Result<bool> TlsContext::reload_if_changed() {
  {
    const Stamps stamps_now = stamps();
    const std::lock_guard lock(mutex_);
    if (stamps_now == read_) return false;
  }
  if (auto read = reload(); !read) return read.error();
  return true;
}

void TlsContext::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      stopped_.wait_for(lock, stop, look_every, [] { return false; });
    }
    if (stop.stop_requested()) return;
    const auto is_new = reload_if_changed();
    if (!is_new)
      log_error("api", "the certificate has changed and cannot be used, the old one stays: " +
                           is_new.error().message);
    else if (*is_new)
      log_info("api", "the certificate has changed and was read again",
               {{"file", settings_.certificate}});
  }
}

}  // namespace bellwether::api
