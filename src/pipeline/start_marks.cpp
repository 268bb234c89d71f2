#include "start_marks.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "bellwether/base/log.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/section.hpp"

namespace bellwether::pipeline {

using store::CatalogKind;

Result<void> StartMarks::load() {
  const auto entries = catalog_.list(CatalogKind::start);
  if (!entries) return while_doing("reading which detectors were being started", entries.error());
  const std::lock_guard lock(mutex_);
  for (const store::CatalogEntry& entry : *entries) {
    const auto node = document::parse_json(entry.document);
    if (!node) return corrupt("start of '" + entry.name + "': " + node.error().message);
    Problems problems;
    document::Section section(*node, "", problems);
    Mark mark;
    std::uint64_t deaths = 0;
    section.required("document", mark.version.document);
    section.required("order", mark.version.order);
    section.required("deaths", deaths);
    section.required("under_way", mark.is_under_way, "say true or false");
    if (!problems.empty())
      return corrupt("start of '" + entry.name + "': " + problems.front().field + ": " +
                     problems.front().message);
    mark.deaths = static_cast<std::uint32_t>(std::min<std::uint64_t>(deaths, most_deaths));
    marks_[entry.name] = mark;
  }
  const auto was_under_way = [](const auto& entry) { return entry.second.is_under_way; };
  const bool was_alone = std::ranges::count_if(marks_, was_under_way) == 1;
  for (auto& [name, mark] : marks_) {
    if (!mark.is_under_way) continue;
    mark.is_under_way = false;
    mark.deaths = std::min(mark.deaths + (was_alone ? 1 : 0), most_deaths);
    log_warning("pipeline", "the server ended while this detector was being started",
                {{"detector", name}, {"times_alone", std::to_string(mark.deaths)}});
    if (auto written = write(name, mark); !written) return written;
  }
  return ok();
}

StartMarks::Verdict StartMarks::verdict(const std::string& detector, const Version& version) const {
  const std::lock_guard lock(mutex_);
  const auto found = marks_.find(detector);
  if (found == marks_.end() || found->second.version != version || found->second.is_under_way)
    return Verdict::sound;
  return found->second.deaths >= most_deaths ? Verdict::barred : Verdict::suspect;
}

std::uint32_t StartMarks::deaths(const std::string& detector) const {
  const std::lock_guard lock(mutex_);
  const auto found = marks_.find(detector);
  return found == marks_.end() ? 0 : found->second.deaths;
}

Result<void> StartMarks::begin(const std::string& detector, const Version& version) {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return ok();
  Mark mark = marks_[detector];
  if (mark.version != version) mark = {.version = version};
  mark.is_under_way = true;
  marks_[detector] = mark;
  return write(detector, mark);
}

void StartMarks::finish(const std::string& detector) {
  const std::lock_guard lock(mutex_);
  if (is_closed_ || marks_.erase(detector) == 0) return;
  erase(detector);
}

void StartMarks::close() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(is_closed_, true)) return;
  for (auto& [name, mark] : marks_) {
    if (!mark.is_under_way) continue;
    mark.is_under_way = false;
    if (mark.deaths == 0)
      erase(name);
    else if (auto written = write(name, mark); !written)
      log_warning("pipeline", written.error().message, {{"detector", name}});
  }
}

Result<void> StartMarks::write(const std::string& detector, const Mark& mark) {
  const auto text = document::to_json(document::Node()
                                          .set("document", mark.version.document)
                                          .set("order", mark.version.order)
                                          .set("deaths", std::uint64_t{mark.deaths})
                                          .set("under_way", mark.is_under_way));
  const auto put = catalog_.put(CatalogKind::start, detector, text, false);
  return put ? ok() : Result<void>(put.error());
}

void StartMarks::erase(const std::string& detector) {
  if (auto erased = catalog_.erase(CatalogKind::start, detector);
      !erased && erased.error().code != ErrorCode::not_found)
    log_warning("pipeline", erased.error().message, {{"detector", detector}});
}

}  // namespace bellwether::pipeline
