#include "fake_bucket.hpp"

#include <functional>
#include <utility>

#include "bellwether/base/percent_encoding.hpp"

namespace bellwether::ingest {
namespace {

std::string etag_of(const std::string& body) {
  return "\"" + std::to_string(std::hash<std::string>{}(body)) + "\"";
}

std::string parameter(const std::string& query, const std::string& name) {
  const std::size_t found = ("&" + query).find("&" + name + "=");
  if (found == std::string::npos) return "";
  const std::size_t begin = found + name.size() + 1;
  return percent_decode(query.substr(begin, query.find('&', begin) - begin));
}

}  // namespace

FakeBucket::FakeBucket() : server_([this](const Request& request) { return respond(request); }) {}

void FakeBucket::put(const std::string& key, const std::string& body) {
  const std::lock_guard lock(mutex_);
  objects_[key] = body;
}

void FakeBucket::erase(const std::string& key) {
  const std::lock_guard lock(mutex_);
  objects_.erase(key);
}

void FakeBucket::answer_with(std::function<std::optional<std::string>(const Request&)> fault) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(fault);
}

std::string FakeBucket::answer(const std::string& status, const std::string& body,
                               const std::string& headers) {
  return "HTTP/1.1 " + status + "\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string FakeBucket::refusal(const std::string& status, const std::string& code) {
  return answer(status, "<Error><Code>" + code + "</Code></Error>");
}

std::string FakeBucket::respond(const Request& request) {
  if (request.target.empty()) return "";  // The client hung up before it had asked.
  const std::lock_guard lock(mutex_);
  if (fault_)
    if (auto bad = fault_(request)) return *bad;
  const std::size_t mark = request.target.find('?');
  const std::string path = percent_decode(request.target.substr(0, mark));
  if (path == "/bucket") return list(request.target.substr(mark + 1));
  return get(request, path.substr(std::string("/bucket/").size()));
}

std::string FakeBucket::list(const std::string& query) const {
  const std::string prefix = parameter(query, "prefix");
  std::string xml = "<ListBucketResult>";
  std::size_t count = 0;
  for (auto it = objects_.upper_bound(parameter(query, "continuation-token")); it != objects_.end();
       ++it) {
    const auto& [key, body] = *it;
    if (!key.starts_with(prefix) || key.find('/', prefix.size()) < key.size() - 1) continue;
    if (count++ == page_length) {
      return answer("200 OK", xml + "<IsTruncated>true</IsTruncated><NextContinuationToken>" +
                                  std::prev(it)->first +
                                  "</NextContinuationToken></ListBucketResult>");
    }
    xml += "<Contents><Key>" + key + "</Key><ETag>" + etag_of(body) + "</ETag><Size>" +
           std::to_string(body.size()) + "</Size></Contents>";
  }
  return answer("200 OK", xml + "</ListBucketResult>");
}

std::string FakeBucket::get(const Request& request, const std::string& key) const {
  const auto found = objects_.find(key);
  if (found == objects_.end()) return refusal("404 Not Found", "NoSuchKey");
  const std::string& body = found->second;
  const std::string etag = "ETag: " + etag_of(body) + "\r\n";
  const auto wanted = request.headers.find("if-match");
  if (wanted != request.headers.end() && wanted->second != etag_of(body))
    return refusal("412 Precondition Failed", "PreconditionFailed");
  if (request.method == "HEAD")
    return "HTTP/1.1 200 OK\r\n" + etag + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n";
  const auto range = request.headers.find("range");
  if (range == request.headers.end()) return answer("200 OK", body, etag);
  const std::size_t dash = range->second.find('-');
  const std::size_t first = std::stoul(range->second.substr(6, dash - 6));
  const std::size_t last = std::stoul(range->second.substr(dash + 1));
  return answer("206 Partial Content", body.substr(first, last - first + 1), etag);
}

}  // namespace bellwether::ingest
