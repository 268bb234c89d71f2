#include "bellwether/base/byte_budget.hpp"

#include <utility>

namespace bellwether {

ByteReservation::ByteReservation(ByteReservation&& other) noexcept
    : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}

ByteReservation& ByteReservation::operator=(ByteReservation&& other) noexcept {
  if (this == &other) return *this;
  release();
  budget_ = other.budget_;
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

Result<void> ByteReservation::grow(std::size_t more) {
  if (budget_ == nullptr) return internal_error("a reservation without a budget cannot grow");
  if (auto taken = budget_->take(more); !taken) return taken;
  bytes_ += more;
  return ok();
}

void ByteReservation::shrink_to(std::size_t bytes) {
  if (budget_ == nullptr || bytes >= bytes_) return;
  budget_->give_back(bytes_ - bytes);
  bytes_ = bytes;
}

ByteBudget::ByteBudget(std::string name, std::size_t bytes, ByteBudget* whole)
    : name_(std::move(name)),
      bytes_(bytes),
      whole_(whole),
      mutex_(whole != nullptr ? whole->mutex_ : own_mutex_),
      room_(whole != nullptr ? whole->room_ : own_room_) {}

Result<ByteReservation> ByteBudget::reserve(std::size_t bytes) {
  if (auto taken = take(bytes); !taken) return taken.error();
  return ByteReservation(*this, bytes);
}

Result<ByteReservation> ByteBudget::wait_and_reserve(std::size_t bytes,
                                                     const std::stop_token& stop) {
  if (auto possible = check_possible(bytes); !possible) return possible.error();
  std::unique_lock lock(mutex_);
  if (!room_.wait(lock, stop, [&] { return take_locked(bytes).has_value(); }))
    return Error{ErrorCode::cancelled, "stopped while waiting for room in " + name_};
  return ByteReservation(*this, bytes);
}

std::size_t ByteBudget::used_bytes() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

Result<void> ByteBudget::take(std::size_t bytes) {
  if (auto possible = check_possible(bytes); !possible) return possible;
  const std::lock_guard lock(mutex_);
  return take_locked(bytes);
}

Result<void> ByteBudget::take_locked(std::size_t bytes) {
  if (bytes > bytes_ - used_)
    return Error{ErrorCode::overloaded,
                 name_ + " of " + std::to_string(bytes_) + " bytes is in use; try again later"};
  if (whole_ != nullptr)
    if (auto taken = whole_->take_locked(bytes); !taken) return taken;
  used_ += bytes;
  return ok();
}

void ByteBudget::give_back(std::size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    for (ByteBudget* budget = this; budget != nullptr; budget = budget->whole_)
      budget->used_ -= bytes;
  }
  room_.notify_all();
}

Result<void> ByteBudget::check_possible(std::size_t bytes) const {
  for (const ByteBudget* budget = this; budget != nullptr; budget = budget->whole_)
    if (bytes > budget->bytes_)
      return invalid_input(std::to_string(bytes) + " bytes are more than " + budget->name_ +
                           " of " + std::to_string(budget->bytes_) + " bytes");
  return ok();
}

}  // namespace bellwether
