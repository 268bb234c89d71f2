#include "cross_checks.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "bellwether/domain/source_rights.hpp"
#include "bellwether/domain/text_bounds.hpp"

namespace bellwether::config {
namespace {

constexpr std::size_t max_names_told = 10;

std::string at(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index) + "]";
}

/// "known detectors: a, b": what may be chosen from.
std::string choices(const std::string& noun, const std::vector<std::string>& names) {
  if (names.empty()) return "there are no " + noun;
  std::string text = "known " + noun + ": ";
  for (std::size_t i = 0; i < names.size() && i < max_names_told; ++i)
    text.append(i > 0 ? ", " : "").append(names[i]);
  return names.size() > max_names_told ? text + ", ..." : text;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

template <class Spec>
std::vector<std::string> names_of(const std::vector<Spec>& specs) {
  std::vector<std::string> names;
  names.reserve(specs.size());
  for (const Spec& spec : specs) names.push_back(spec.name);
  return names;
}

/// Collects problems, each on one line of the caller.
class Findings {
 public:
  void add(std::string field, std::string message) {
    problems_.push_back({std::move(field), std::move(message), 0, 0});
  }
  Problems take() { return std::move(problems_); }

 private:
  Problems problems_;
};

template <class Spec>
void check_names(const std::string& list, const std::vector<Spec>& specs, Findings& findings) {
  std::map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const std::string& name = specs[i].name;
    if (name.empty()) continue;
    const auto [earlier, is_new] = first.emplace(name, i);
    if (!is_new)
      findings.add(at(list, i) + ".name",
                   "'" + name + "' is the name of " + at(list, earlier->second) + " already");
  }
}

void check_filters(const AlertSpec& alert, const std::string& path, const DetectorSpec& detector,
                   Findings& findings) {
  std::vector<std::string> measures;
  measures.reserve(detector.measures.size());
  for (const auto& measure : detector.measures) measures.push_back(measure.column);
  const std::string owner = " of detector '" + detector.name + "'";
  for (std::size_t i = 0; i < alert.filters.measures.size(); ++i) {
    const std::string& measure = alert.filters.measures[i];
    if (!contains(measures, measure))
      findings.add(path + at(".filters.measures", i), "'" + measure + "' is no measure" + owner +
                                                          "; " + choices("measures", measures));
  }
  for (const auto& [dimension, values] : alert.filters.dimensions)
    if (!contains(detector.dimensions, dimension))
      findings.add(path + ".filters.dimensions." + dimension,
                   "'" + dimension + "' is no dimension" + owner + "; " +
                       choices("dimensions", detector.dimensions));
}

void check_alerts(const Settings& settings, const std::vector<bool>& sound_detectors,
                  Findings& findings) {
  const auto detectors = names_of(settings.detectors);
  const auto sinks = names_of(settings.sinks);
  for (std::size_t i = 0; i < settings.alerts.size(); ++i) {
    const AlertSpec& alert = settings.alerts[i];
    const std::string path = at("alerts", i);
    for (const Problem& problem : validate(alert, settings.alert_limits))
      findings.add(path + "." + problem.field, problem.message);
    for (const Problem& problem : validate_texts(alert))
      findings.add(path + "." + problem.field, problem.message);
    const auto place = std::ranges::find(detectors, alert.detector);
    if (place == detectors.end()) {
      findings.add(path + ".detector", "there is no detector '" + alert.detector +
                                           "' in this file; " + choices("detectors", detectors));
    } else if (const auto index = static_cast<std::size_t>(place - detectors.begin());
               sound_detectors[index]) {
      check_filters(alert, path, settings.detectors[index], findings);
    }
    for (std::size_t j = 0; j < alert.sinks.size(); ++j)
      if (!contains(sinks, alert.sinks[j]))
        findings.add(path + at(".sinks", j), "there is no sink '" + alert.sinks[j] +
                                                 "' in this file; " + choices("sinks", sinks));
  }
}

void check_late_windows(const Settings& settings, Findings& findings) {
  const Duration retention = settings.store.retention;
  for (std::size_t i = 0; i < settings.detectors.size(); ++i)
    for (const Problem& problem : validate_retention(settings.detectors[i], retention))
      findings.add(at("detectors", i) + "." + problem.field, problem.message);
}

/// What no source may name, also where the file writes it in full, and what a connection lists.
void check_sources(const Settings& settings, const std::vector<bool>& sound_detectors,
                   Findings& findings) {
  const SourceRights rights{settings.connections, settings.server.allow_paths};
  for (std::size_t i = 0; i < settings.detectors.size(); ++i) {
    if (!sound_detectors[i]) continue;
    for (const Problem& problem :
         find_forbidden(settings.detectors[i].source, SourceAuthor::configuration, rights))
      findings.add(at("detectors", i) + "." + problem.field, problem.message);
  }
}

}  // namespace

Problems cross_check(const Settings& settings, const std::vector<bool>& sound_detectors) {
  Findings findings;
  check_names("connections", settings.connections, findings);
  check_names("detectors", settings.detectors, findings);
  check_names("sinks", settings.sinks, findings);
  check_names("alerts", settings.alerts, findings);
  check_alerts(settings, sound_detectors, findings);
  check_late_windows(settings, findings);
  check_sources(settings, sound_detectors, findings);
  return findings.take();
}

}  // namespace bellwether::config
