#pragma once

#include <cstdint>

namespace bellwether::detect {

/// Learns how reliably a series reports, and says how improbable its silence is.
///
/// A silence begins with one probability and goes on with another, because gaps come in runs. What
/// is learnt of one is learnt when it is over; the end of a series teaches nothing. An outage of
/// the source is no silence, unless outages become a habit: then they are this series' hours.
///
/// Cost     16 bytes; no logarithm while the series reports.
class ArrivalModel {
 public:
  /// A value came.
  void report();

  /// No value came, and the source was well.
  void miss();

  /// No value came, and neither did most others. The outage of a part of the source that lasts
  /// longer than `patience` is no outage any more: the series sleeps.
  void miss_in_outage(bool is_partial, int patience);

  /// It has stopped: until it reports again nothing is expected of it.
  void sleep() { is_asleep_ = true; }
  bool is_asleep() const { return is_asleep_; }

  /// Whether it nearly always reports, and has done so often enough to say.
  bool is_regular(unsigned least_reports) const {
    return reports_ >= least_reports && 50U * missed_ <= unsigned{reports_} + missed_;
  }

  /// Whether it has been absent so often that an absence alone says little.
  bool knows_gaps() const { return gaps_ >= 3; }

  /// In how many of all intervals it reports.
  double share() const;

  /// How improbable a silence as long as the present one is, as -log10 of a probability.
  float evidence() const;

  /// Intervals without a value, the present one included; those of an outage are left out.
  std::uint32_t silence() const { return silence_; }

  /// Intervals without a value in which the source, or a part of it, was there.
  std::uint64_t idle() const { return std::uint64_t{silence_} + partial_; }

  template <class Archive>
  void describe(Archive& archive) {
    archive(silence_, reports_, gaps_, missed_, outage_, partial_, outages_, is_asleep_);
  }

 private:
  void learn_gap(std::uint32_t length);
  void forget_half();

  std::uint32_t silence_ = 0;  // Intervals since the last report, without outages.
  std::uint16_t reports_ = 0;  // These three are halved from time to time.
  std::uint16_t gaps_ = 0;     // Silences that are over.
  std::uint16_t missed_ = 0;   // Intervals in them.
  std::uint16_t outage_ = 0;   // Intervals of the source's outages since the last report.
  std::uint16_t partial_ = 0;  // Of them those in which a part of the source was there.
  std::uint8_t outages_ = 0;   // Outages that were not learnt.
  bool is_asleep_ = false;
};

}  // namespace bellwether::detect
