#include "arrival.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr unsigned memory = 8192;          // Reports after which half of the past is forgotten,
constexpr unsigned most_missed = 32'768;   // or missing intervals.
constexpr unsigned longest_gap = 256;      // What one gap teaches at most,
constexpr unsigned gap_of_a_stop = 5;      // what is learnt where it had seemed to be the end,
constexpr unsigned gap_of_an_outage = 48;  // and where an outage is usual.
constexpr unsigned usual_outages = 3;      // So many are told, the next ones are usual,
constexpr unsigned outage_memory = 2048;   // until half of them is forgotten.
constexpr float largest_evidence = 12;

template <class T>
void count_up(T& count) {
  if (count != static_cast<T>(-1)) ++count;
}

}  // namespace

void ArrivalModel::report() {
  if (silence_ > 0) learn_gap(std::min(silence_, is_asleep_ ? gap_of_a_stop : longest_gap));
  if (outage_ > 0) {
    if (outages_ >= usual_outages) {
      learn_gap(std::min<std::uint32_t>(outage_, gap_of_an_outage));
    } else {
      ++outages_;
    }
  }
  silence_ = 0;
  outage_ = partial_ = 0;
  is_asleep_ = false;
  if (++reports_ % outage_memory == 0) outages_ /= 2;
  if (reports_ >= memory) forget_half();
}

void ArrivalModel::miss() { count_up(silence_); }

void ArrivalModel::miss_in_outage(bool is_partial, int patience) {
  count_up(outage_);
  if (!is_partial) return;
  count_up(partial_);
  if (partial_ > patience) sleep();
}

void ArrivalModel::learn_gap(std::uint32_t length) {
  ++gaps_;
  missed_ = static_cast<std::uint16_t>(missed_ + length);
  if (missed_ >= most_missed) forget_half();
}

// What is rare is rounded up: it is not forgotten before what is common.
void ArrivalModel::forget_half() {
  reports_ /= 2;
  gaps_ = static_cast<std::uint16_t>((gaps_ + 1) / 2);
  missed_ = static_cast<std::uint16_t>((missed_ + 1) / 2);
}

double ArrivalModel::share() const {
  const unsigned intervals = unsigned{reports_} + missed_;
  return intervals == 0 ? 0 : static_cast<double>(reports_) / intervals;
}

// Without any gap a silence is taken to go on with a probability of a third.
float ArrivalModel::evidence() const {
  if (silence_ == 0) return 0;
  const auto gaps = static_cast<float>(gaps_);
  const auto missed = static_cast<float>(missed_);
  const float begins = (gaps + 0.5F) / (static_cast<float>(reports_) + 1);
  const float goes_on = (std::max(0.0F, missed - gaps) + 1) / (missed + 3);
  const float evidence =
      -std::log10(begins) - static_cast<float>(silence_ - 1) * std::log10(goes_on);
  return std::clamp(evidence, 0.0F, largest_evidence);
}

}  // namespace bellwether::detect
