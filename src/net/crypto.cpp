#include "bellwether/net/crypto.hpp"

#include <array>
#include <climits>
#include <cstddef>
#include <cstdint>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace bellwether::net {
namespace {

constexpr std::size_t sha256_bytes = 32;
constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t no_digit = 0xff;

/// The value of each character, or `no_digit`.
constexpr std::array<std::uint8_t, 256> base64_digits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t i = 0; i < base64_alphabet.size(); ++i)
    digits[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}();

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, sha256_bytes> digest{};
  EVP_Digest(as_bytes(bytes), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += "0123456789abcdef"[byte >> 4U];
    hex += "0123456789abcdef"[byte & 15U];
  }
  return hex;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string digest(sha256_bytes, '\0');
  // A key of more than INT_MAX bytes cannot be given to OpenSSL; HMAC replaces long keys by their
  // hash anyway, so nobody has one.
  const auto key_length = static_cast<int>(key.size() > INT_MAX ? INT_MAX : key.size());
  HMAC(EVP_sha256(), key.data(), key_length, as_bytes(message), message.size(),
       reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t triple =
        byte_at(bytes, i) << 16U | byte_at(bytes, i + 1) << 8U | byte_at(bytes, i + 2);
    text += base64_alphabet[triple >> 18U];
    text += base64_alphabet[triple >> 12U & 63U];
    text += i + 1 < bytes.size() ? base64_alphabet[triple >> 6U & 63U] : '=';
    text += i + 2 < bytes.size() ? base64_alphabet[triple & 63U] : '=';
  }
  return text;
}

Result<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0)
    return invalid_input("base64 text must have a multiple of four characters, not " +
                         std::to_string(text.size()));
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint8_t value = base64_digits[static_cast<unsigned char>(text[i])];
    if (value == no_digit)
      return invalid_input("character " + std::to_string(i + 1) + " is not of the base64 alphabet");
    bits = bits << 6U | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xffU);
  }
  if ((bits & ((1U << held) - 1U)) != 0)
    return invalid_input("the last base64 character carries bits that belong to no byte");
  return bytes;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace bellwether::net
