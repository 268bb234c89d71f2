#include "verifier.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/document/json.hpp"

#include "audit_records.hpp"
#include "catalog_codec.hpp"
#include "detector_keys.hpp"
#include "dictionary_codec.hpp"
#include "keys.hpp"
#include "lesson_codec.hpp"
#include "quality_codec.hpp"
#include "state_records.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint64_t records_per_report = 4096;
constexpr std::size_t readahead_bytes = std::size_t{1} << 20U;

std::string of(std::string_view detector) { return "detector '" + std::string(detector) + "'"; }

std::string at(std::string_view detector, IntervalIndex interval) {
  return of(detector) + ", interval " + std::to_string(interval);
}

std::string_view name_in(std::string_view key) { return KeyReader(key).name(); }

}  // namespace

Result<VerifyReport> Verifier::run() {
  for (const Family family : all_families) records_expected_ += database_.estimate_records(family);
  for (const std::string& missing : database_.damages()) damage("files: " + missing);
  // Beside a writer the walk over all records has to do, which compares the checksums it meets.
  if (!database_.is_read_only())
    if (auto sound = database_.verify_checksums(); !sound)
      damage("files: " + sound.error().message);
  check_meta();
  check_catalog();
  check_checkpoints();
  check_dictionaries();
  check_frames();
  check_chunks();
  check_quality();
  check_intervals();
  check_groups();
  check_deliveries();
  check_outbox();
  check_inbox();
  if (damage_count_ > max_damages)
    report_.damages.push_back("and " + std::to_string(damage_count_ - max_damages) + " more");
  for (const auto& [name, parts] : detectors_)
    report_.detectors += static_cast<std::uint64_t>(parts.has_progress);
  if (progress_) progress_(1);
  return std::move(report_);
}

void Verifier::damage(std::string text) {
  if (++damage_count_ <= max_damages) report_.damages.push_back(std::move(text));
}

bool Verifier::for_each(Family family, std::string_view prefix, const Visit& visit) {
  auto cursor =
      database_.scan(family, prefix.empty() ? KeyRange() : keys_beginning_with(prefix),
                     {.snapshot = &snapshot_, .is_bulk = true, .readahead_bytes = readahead_bytes});
  for (; cursor.valid(); cursor.next()) {
    report_.bytes_read += cursor.key().size() + cursor.value().size();
    if (++records_read_ % records_per_report == 0 && progress_)
      progress_(std::min(
          0.999, static_cast<double>(records_read_) / static_cast<double>(records_expected_)));
    visit(cursor.key(), cursor.value());
  }
  const auto status = cursor.status();
  if (!status)
    damage(std::string(to_string(family)) +
           ": cannot be read to the end: " + status.error().message);
  return status.has_value();
}

bool Verifier::has(Family family, std::string_view key) {
  const auto record = database_.get(family, key, &snapshot_);
  return record && record->has_value();
}

void Verifier::check_meta() {
  for_each(Family::meta, "", [&](std::string_view key, std::string_view value) {
    if (key == catalog_revision_key) {
      if (const auto revision = decode_revision(value); !revision)
        damage("meta: " + revision.error().message);
    } else if (key != "format") {
      damage("meta: unknown key '" + std::string(key) + "'");
    }
  });
}

void Verifier::check_catalog() {
  std::uint64_t latest = 0;
  if (const auto stored = database_.get(Family::meta, catalog_revision_key, &snapshot_);
      stored && *stored) {
    if (const auto revision = decode_revision(**stored)) latest = *revision;
  }
  for_each(Family::catalog, "", [&](std::string_view key, std::string_view value) {
    if (key.starts_with(audit_prefix())) {
      if (const auto audit = decode_audit(key, value); !audit)
        damage("catalog: " + audit.error().message);
      return;
    }
    const auto name = read_catalog_key(key);
    if (!name) return damage("catalog: a key of an unknown kind");
    const std::string where =
        "catalog: " + std::string(to_string(name->kind)) + " '" + name->name + "'";
    const auto entry = decode_catalog_entry(name->name, value);
    if (!entry) return damage(where + ": " + entry.error().message);
    // A desired state is a word, and no JSON.
    const bool is_json = name->kind != CatalogKind::desired_state;
    if (const auto document = document::parse_json(entry->document); is_json && !document)
      damage(where + ": its document is no JSON: " + document.error().message);
    if (!is_report(name->kind) && entry->revision > latest)
      damage(where + ": its revision " + std::to_string(entry->revision) +
             " is beyond the catalog's, " + std::to_string(latest));
  });
}

void Verifier::check_checkpoints() {
  // Progress first: the blocks are compared with it.
  const auto visit = [&](std::string_view key, std::string_view value) {
    const std::string_view name = name_in(key);
    const auto rest = key.substr(std::min(key.size(), name.size() + 1));
    if (name.empty() || rest.empty()) return damage("checkpoints: a key that does not read");
    DetectorParts& parts = detectors_[std::string(name)];
    if (rest.front() == progress_letter) {
      auto progress = decode_progress(value);
      if (!progress) return damage(of(name) + ": " + progress.error().message);
      parts.has_progress = true;
      parts.progress = std::move(*progress);
    } else if (rest.front() == first_kept_letter) {
      const auto first = decode_first_kept(value);
      if (!first) return damage(of(name) + ": " + first.error().message);
      parts.has_first_kept = true;
      parts.first_kept = *first;
    } else if (rest.front() == chunked_letter) {
      const auto chunked = decode_chunked(value);
      if (!chunked) return damage(of(name) + ": " + chunked.error().message);
      parts.chunked = *chunked;
    }
  };
  for_each(Family::checkpoints, "", visit);
  for_each(Family::checkpoints, "",
           [&](std::string_view key, std::string_view value) { check_checkpoint(key, value); });
}

void Verifier::check_checkpoint(std::string_view key, std::string_view value) {
  const std::string_view name = name_in(key);
  const auto rest = key.substr(std::min(key.size(), name.size() + 1));
  if (rest.empty()) return;
  if (rest.front() == grouper_letter || rest.front() == router_letter) {
    if (const auto state = decode_state(value); !state)
      damage(of(name) + ": " + state.error().message);
    return;
  }
  if (rest.front() == lessons_letter) {
    if (const auto lessons = decode_lessons(interval_in(key), value); !lessons)
      damage(at(name, interval_in(key)) + ": " + lessons.error().message);
    return;
  }
  if (rest.front() == amendments_letter) {
    const DetectorParts& parts = detectors_[std::string(name)];
    const auto last = parts.has_progress ? parts.progress.last_interval : IntervalIndex{0};
    if (const auto fault = amendments_.fault(name, rest.substr(1), value, last); !fault.empty())
      damage(of(name) + ", " + fault);
    return;
  }
  if (rest.front() != block_letter) return;
  const auto block = KeyReader(rest.substr(1)).number<std::uint64_t>();
  const auto checkpoint = decode_checkpoint(block, value);
  if (!checkpoint) return damage(of(name) + ": " + checkpoint.error().message);
  const DetectorParts& parts = detectors_[std::string(name)];
  if (!parts.has_progress || checkpoint->interval > parts.progress.last_interval)
    damage(of(name) + ": the checkpoint of block " + std::to_string(block) +
           " stands at interval " + std::to_string(checkpoint->interval) +
           ", beyond the last one committed");
}

void Verifier::check_dictionaries() {
  std::string current;
  std::optional<Dictionary> dictionary;
  const auto finish = [&] {
    if (!dictionary) return;
    const DetectorParts& parts = detectors_[current];
    if (parts.has_progress && dictionary->extent() != parts.progress.dictionary)
      damage(of(current) + ": the dictionary holds " + std::to_string(dictionary->series_count()) +
             " series where " + std::to_string(parts.progress.dictionary.series) +
             " were committed");
    dictionary.reset();
  };
  std::set<std::string, std::less<>> seen;
  for_each(Family::dictionary, "", [&](std::string_view key, std::string_view value) {
    const std::string_view name = name_in(key);
    if (!dictionary || name != current) {
      finish();
      if (!seen.emplace(name).second) return;  // What follows on a damaged growth tells no more.
      current = name;
      const auto extent = decode_growth_extent(value);
      if (!extent) return damage(of(name) + ": " + extent.error().message);
      // Their names are in the detector's spec; here only their number counts.
      dictionary.emplace(std::vector<std::string>(extent->before.values.size()));
    }
    if (auto applied = apply_growth(value, *dictionary); !applied) {
      damage(at(name, interval_in(key)) + ": " + applied.error().message);
      dictionary.reset();
    }
  });
  finish();
  for (const auto& [name, parts] : detectors_)
    if (parts.has_progress && parts.progress.dictionary.series > 0 && !seen.contains(name))
      damage(of(name) + ": its dictionary is missing");
}

void Verifier::check_quality() {
  for_each(Family::quality, "", [&](std::string_view key, std::string_view value) {
    const std::string_view name = name_in(key);
    const IntervalIndex interval = interval_in(key);
    detectors_[std::string(name)].quality.insert(interval);
    if (const auto quality = decode_quality(interval, value); !quality)
      damage(at(name, interval) + ": " + quality.error().message);
  });
}

IntervalIndex Verifier::kept_from(const DetectorParts& parts) {
  return parts.has_first_kept ? std::max(parts.first_kept, parts.progress.first_interval)
                              : parts.progress.first_interval;
}

void Verifier::check_intervals() {
  for (const auto& [name, parts] : detectors_) {
    if (!parts.has_progress) {
      damage(of(name) + ": there are intervals of it, but not how far it came");
      continue;
    }
    const ProgressRecord& progress = parts.progress;
    const IntervalIndex kept = kept_from(parts);
    std::uint64_t whole = 0;
    for (const IntervalIndex interval : parts.frames) {
      if (interval < kept) continue;  // Left by retention until its stretch is over.
      ++whole;
      if (interval > progress.last_interval)
        damage(at(name, interval) + ": the frame is beyond the last interval committed");
      if (!parts.quality.contains(interval)) damage(at(name, interval) + ": no quality counters");
    }
    for (const IntervalIndex interval : parts.quality)
      if (interval >= kept && !parts.frames.contains(interval))
        damage(at(name, interval) + ": the frame is missing");
    if (kept <= progress.last_interval && !parts.frames.contains(progress.last_interval))
      damage(at(name, progress.last_interval) + ": the last frame committed is missing");
    if (kept == progress.first_interval && whole != progress.intervals)
      damage(of(name) + ": " + std::to_string(whole) + " frames where " +
             std::to_string(progress.intervals) + " were committed");
  }
}

}  // namespace bellwether::store
