#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "http_server.hpp"
#include "problem_response.hpp"
#include "tls_context.hpp"

namespace bellwether::api {
namespace {

class Greeter final : public Service {
 public:
  Admission admit(const RequestHead&) override { return Response{200, "text/plain", "hello"}; }
  Response refuse(int status, const std::string& detail) override {
    return problem_response(status, detail);
  }
};

/// A key and a certificate that vouches for itself, as files of a directory of their own.
class Certificate {
 public:
  Certificate() {
    std::string pattern = std::filesystem::temp_directory_path() / "bellwether_tls_XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    make(1);
  }
  ~Certificate() { std::filesystem::remove_all(directory_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  /// Another pair in the same files.
  void make(long serial) const {
    EVP_PKEY* key = EVP_RSA_gen(2048);
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* key_file = std::fopen(settings().key.c_str(), "w");
    PEM_write_PrivateKey(key_file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(key_file);
    std::FILE* certificate_file = std::fopen(settings().certificate.c_str(), "w");
    PEM_write_X509(certificate_file, certificate);
    std::fclose(certificate_file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  TlsSettings settings() const { return {directory_ + "/server.pem", directory_ + "/server.key"}; }

 private:
  std::string directory_;
};

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  return socket;
}

class Tls : public ::testing::Test {
 protected:
  void SetUp() override {
    ApiSettings settings;
    settings.listen = "127.0.0.1:0";
    settings.tls = certificate.settings();
    server = std::move(*HttpServer::start(settings, service));
  }

  Certificate certificate;
  Greeter service;
  std::unique_ptr<HttpServer> server;
};

TEST_F(Tls, AnswersOverAnEncryptedConnection) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                             SSL_CTX_free);
  const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
  const int socket = connect_to(server->port());
  SSL_set_fd(ssl.get(), socket);
  ASSERT_EQ(SSL_connect(ssl.get()), 1);

  const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
  std::string response;
  char piece[1024];
  for (int count = 0; (count = SSL_read(ssl.get(), piece, sizeof piece)) > 0;)
    response.append(piece, static_cast<std::size_t>(count));
  ::close(socket);

  EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\n")) << response;
  EXPECT_TRUE(response.ends_with("\r\n\r\nhello"));
}

/// The serial number of the certificate that new connections are shown.
long shown_by(const TlsContext& tls) {
  const X509* certificate = SSL_CTX_get0_certificate(tls.current()->native_handle());
  return ASN1_INTEGER_get(X509_get0_serialNumber(certificate));
}

class TlsContextTest : public ::testing::Test {
 protected:
  TlsContextTest() : tls(std::move(*TlsContext::load(certificate.settings()))) {}

  void break_key() const { std::ofstream(certificate.settings().key) << "no key"; }

  Certificate certificate;
  std::unique_ptr<TlsContext> tls;
};

TEST_F(TlsContextTest, ReadsACertificateThatHasChanged) {
  EXPECT_EQ(shown_by(*tls), 1);
  EXPECT_FALSE(*tls->reload_if_changed());
  const auto of_an_open_connection = tls->current();

  certificate.make(2);

  const auto is_new = tls->reload_if_changed();
  ASSERT_TRUE(is_new) << is_new.error().message;
  EXPECT_TRUE(*is_new);
  EXPECT_EQ(shown_by(*tls), 2);
  EXPECT_NE(of_an_open_connection, tls->current());
  EXPECT_FALSE(*tls->reload_if_changed());
}

TEST_F(TlsContextTest, KeepsTheOldOneWhereTheNewCannotBeUsedAndSaysSoOnce) {
  break_key();
  const auto is_new = tls->reload_if_changed();
  ASSERT_FALSE(is_new);
  EXPECT_TRUE(is_new.error().message.starts_with("tls.key '" + certificate.settings().key + "': "));
  EXPECT_EQ(shown_by(*tls), 1);
  EXPECT_FALSE(*tls->reload_if_changed());
  EXPECT_FALSE(tls->reload());

  certificate.make(3);
  EXPECT_TRUE(*tls->reload_if_changed());
  EXPECT_EQ(shown_by(*tls), 3);
}

TEST_F(TlsContextTest, RefusesAKeyOfAnotherCertificate) {
  const Certificate other;
  TlsSettings mixed = certificate.settings();
  mixed.key = other.settings().key;
  EXPECT_EQ(TlsContext::load(mixed).error().code, ErrorCode::invalid_input);
}

TEST_F(TlsContextTest, OffersNothingWithoutForwardSecrecyAndAuthentication) {
  STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(tls->current()->native_handle());
  ASSERT_GT(sk_SSL_CIPHER_num(ciphers), 3);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
    EXPECT_EQ(SSL_CIPHER_is_aead(cipher), 1) << SSL_CIPHER_get_name(cipher);
    const int exchange = SSL_CIPHER_get_kx_nid(cipher);
    EXPECT_TRUE(exchange == NID_kx_any || exchange == NID_kx_ecdhe) << SSL_CIPHER_get_name(cipher);
  }
}

TEST_F(Tls, HangsUpOnPlainRequests) {
  const int socket = connect_to(server->port());
  const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
  std::string response;
  char piece[1024];
  for (ssize_t count = 0; (count = ::recv(socket, piece, sizeof piece, 0)) > 0;)
    response.append(piece, static_cast<std::size_t>(count));
  ::close(socket);

  EXPECT_EQ(response.find("hello"), std::string::npos);
}

}  // namespace
}  // namespace bellwether::api
