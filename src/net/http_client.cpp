#include "bellwether/net/http_client.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <mutex>
#include <new>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include "bellwether/base/regular_file.hpp"

#include "public_sockets.hpp"

namespace bellwether::net {
namespace {

constexpr std::size_t max_header_bytes = 64U << 10U;
constexpr std::size_t max_idle_handles = 16;
constexpr std::size_t max_certificates_bytes = 4U << 20U;  ///< A host's whole list has 0.3 MiB.
constexpr long slowest_bytes_per_second = 1024;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

/// What the callbacks fill while a transfer runs.
struct Transfer {
  HttpResponse response;
  std::size_t max_body_bytes = 0;
  std::size_t header_bytes = 0;
  std::stop_token stop;
  std::optional<PrivateAddress> refused;
  std::string certificates;  ///< To trust, PEM; empty: the host's.
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

/// Twice as much room as before when it is used up, as a text does by itself, but no more than the
/// body may have. `reserve` at least doubles, so the last step is made from below the half.
void make_room(std::string& body, std::size_t needed, std::size_t most) {
  if (needed <= body.capacity()) return;
  const std::size_t wanted = std::max(needed, 2 * body.capacity());
  body.reserve(wanted > most / 2 ? most : wanted);
}

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* target) {
  auto& transfer = *static_cast<Transfer*>(target);
  std::string& body = transfer.response.body;
  const std::size_t room = transfer.max_body_bytes - body.size();
  const std::size_t taken = std::min(room, count);
  try {
    make_room(body, body.size() + taken, transfer.max_body_bytes);
    body.append(bytes, taken);
  } catch (const std::bad_alloc&) {
    return 0;  // It must not pass through libcurl, which ends the transfer.
  }
  if (count <= room) return count;
  transfer.response.is_cut = true;
  return 0;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* target) {
  auto& transfer = *static_cast<Transfer*>(target);
  transfer.header_bytes += count;
  if (transfer.header_bytes > max_header_bytes) return 0;
  const std::string_view line(bytes, count);
  // An interim answer (100, 103) comes before the real one, with headers of its own.
  if (line.starts_with("HTTP/")) transfer.response.headers.clear();
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  transfer.response.headers[in_lower_case(trimmed(line.substr(0, colon)))] =
      trimmed(line.substr(colon + 1));
  return count;
}

/// Called about once a second; anything but zero ends the transfer.
int check_stop(void* target, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Transfer*>(target)->stop.stop_requested() ? 1 : 0;
}

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

Result<HeaderList> make_headers(const HttpRequest& request) {
  // Waiting for `100 Continue` costs a second with receivers that do not know it.
  HeaderList list(curl_slist_append(nullptr, "Expect:"));
  for (const auto& [name, value] : request.headers) {
    if (has_line_break(name) || has_line_break(value))
      return invalid_input("header '" + name.substr(0, 40) + "' holds a line break");
    // A header without a value must be written with a semicolon for libcurl to send it at all.
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    list.reset(curl_slist_append(list.release(), line.c_str()));
  }
  return list;
}

void apply(CURL* handle, const HttpRequest& request, const curl_slist* headers, Transfer& transfer,
           char* error_text) {
  const auto timeout = std::max<std::int64_t>(request.timeout.count(), 1);
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  // A key of an object store may hold `/../`, and what is signed is what must be sent.
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout));
  if (request.idle_timeout > Duration::zero()) {
    const auto idle = std::chrono::ceil<std::chrono::seconds>(request.idle_timeout);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_per_second);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(idle.count()));
  }
  if (!transfer.certificates.empty()) {
    curl_blob blob{transfer.certificates.data(), transfer.certificates.size(), CURL_BLOB_NOCOPY};
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
  }
  if (request.is_own_server) {
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (request.stop.stop_possible()) {
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, check_stop);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
  }
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error_text);
  if (!request.allow_private_targets) refuse_private_targets(handle, transfer.refused);
}

Error failure_of(CURLcode code, const char* error_text) {
  std::string message = *error_text != '\0' ? error_text : curl_easy_strerror(code);
  if (code == CURLE_ABORTED_BY_CALLBACK) return {ErrorCode::cancelled, "we are stopping"};
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
    return invalid_input("the URL cannot be called: " + message);
  return unavailable(std::move(message));
}

}  // namespace

/// Handles at rest. Each keeps the connections it has opened; so those that may open any lie apart
/// from those that may not, and no connection is used by a request that must not make it.
struct HttpClient::Handles {
  std::mutex mutex;
  std::vector<Handle> idle;
  std::vector<Handle> idle_public;

  std::vector<Handle>& those_for(const HttpRequest& request) {
    return request.allow_private_targets ? idle : idle_public;
  }

  Handle take(const HttpRequest& request) {
    const std::lock_guard lock(mutex);
    std::vector<Handle>& handles = those_for(request);
    if (handles.empty()) return Handle(curl_easy_init());
    Handle handle = std::move(handles.back());
    handles.pop_back();
    return handle;
  }

  void give_back(Handle handle, const HttpRequest& request) {
    curl_easy_reset(handle.get());
    const std::lock_guard lock(mutex);
    std::vector<Handle>& handles = those_for(request);
    if (handles.size() < max_idle_handles) handles.push_back(std::move(handle));
  }
};

HttpClient::HttpClient() : handles_(std::make_unique<Handles>()) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(started);  // When it failed, so does every `curl_easy_init`.
}

HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request) {
  auto headers = make_headers(request);
  if (!headers) return headers.error();
  if (has_line_break(request.method) || request.method.empty())
    return invalid_input("the request's method is not a word");
  Handle handle = handles_->take(request);
  if (!handle) return unavailable("libcurl gives no handle; is memory short?");

  Transfer transfer;
  if (!request.ca_file.empty()) {
    // Read by us, for libcurl would wait at a pipe.
    auto certificates = read_regular_file(request.ca_file, max_certificates_bytes);
    if (!certificates)
      return while_doing("certificates to trust, '" + request.ca_file + "'", certificates.error());
    transfer.certificates = std::move(*certificates);
  }
  transfer.max_body_bytes = request.max_response_bytes;
  transfer.stop = request.stop;
  std::array<char, CURL_ERROR_SIZE> error_text{};
  apply(handle.get(), request, headers->get(), transfer, error_text.data());
  const CURLcode code = curl_easy_perform(handle.get());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  handles_->give_back(std::move(handle), request);

  if (code == CURLE_COULDNT_CONNECT && transfer.refused)
    return Error{ErrorCode::forbidden, describe_refusal(*transfer.refused)};
  if (code != CURLE_OK && !transfer.response.is_cut) return failure_of(code, error_text.data());
  transfer.response.status = static_cast<int>(status);
  return std::move(transfer.response);
}

}  // namespace bellwether::net
