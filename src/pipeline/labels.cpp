#include "labels.hpp"

#include "bellwether/ingest/source.hpp"

namespace bellwether::pipeline {
namespace {

using ingest::Source;

void note_labels(const RowBatch& batch, const DetectorSpec& spec, const IntervalGrid& grid,
                 lab::Evaluation& evaluation) {
  for (std::size_t measure = 0; measure < spec.measures.size(); ++measure) {
    for (std::size_t row = 0; row < batch.row_count(); ++row) {
      if (!(batch.measures[measure][row] >= 0.5)) continue;
      SeriesKey key{spec.measures[measure].column, {}};
      for (std::size_t dimension = 0; dimension < spec.dimensions.size(); ++dimension) {
        const auto& column = batch.dimensions[dimension];
        key.dimensions[spec.dimensions[dimension]] = column.values[column.codes[row]];
      }
      evaluation.label(key, grid.start_of(grid.index_of(batch.timestamps[row])));
    }
  }
}

}  // namespace

Result<void> read_labels(const std::string& path, const DetectorSpec& spec,
                         const IntervalGrid& grid, lab::Evaluation& evaluation) {
  // Labels are rows like any other whose measures have another name.
  DetectorSpec label_spec = spec;
  for (auto& measure : label_spec.measures) measure.column += "_label";
  label_spec.source =
      FileSourceSpec{.path = path, .historical = {}, .format = CsvFormat{}, .follow_links = true};
  auto source = ingest::make_file_source(label_spec, {}, nullptr);
  if (!source) return while_doing("reading labels", source.error());
  std::uint64_t rows = 0;
  while (true) {
    ingest::Intake intake;
    const RowBatch& batch = intake.batch;
    const auto state = (*source)->next(intake, std::chrono::milliseconds(0));
    if (!state) return while_doing("reading labels", state.error());
    if (*state == Source::State::ended) break;
    if (*state != Source::State::rows) continue;
    if (batch.rejected.total() > 0)
      return invalid_input("labels '" + path + "', row " +
                           std::to_string(batch.rejected.samples.front().row) + ": " +
                           batch.rejected.samples.front().message);
    note_labels(batch, spec, grid, evaluation);
    rows += batch.row_count();
  }
  if (rows == 0) return invalid_input("labels '" + path + "' hold no row");
  return ok();
}

}  // namespace bellwether::pipeline
