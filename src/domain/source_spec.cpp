#include "bellwether/domain/source_spec.hpp"

namespace bellwether {
namespace {

void check_csv(const CsvFormat& csv, Problems& problems) {
  if (csv.delimiter.size() != 1 || csv.delimiter == "\n" || csv.delimiter == "\r")
    problems.push_back({"format.csv.delimiter", "must be one character, such as ',' or '|'", 0, 0});
  if (csv.quote.size() > 1)
    problems.push_back({"format.csv.quote", "must be one character, or empty for none", 0, 0});
  if (!csv.quote.empty() && csv.quote == csv.delimiter)
    problems.push_back({"format.csv.quote", "must differ from the delimiter", 0, 0});
  if (!csv.has_header && csv.columns.empty())
    problems.push_back({"format.csv.columns", "must name the columns when header is false", 0, 0});
}

Problems validate_file(const FileSourceSpec& file) {
  Problems problems;
  if (file.path.empty() && file.historical.empty())
    problems.push_back({"file.path", "must be a path or glob, or give historical", 0, 0});
  if (file.follow && file.path.empty())
    problems.push_back({"file.follow", "needs a path to follow", 0, 0});
  if (const auto* csv = std::get_if<CsvFormat>(&file.format)) check_csv(*csv, problems);
  for (auto& problem : problems)
    if (problem.field.starts_with("format.")) problem.field.insert(0, "file.");
  return problems;
}

}  // namespace

Problems validate(const SourceSpec& source) {
  if (const auto* file = std::get_if<FileSourceSpec>(&source)) return validate_file(*file);
  return {};
}

}  // namespace bellwether
