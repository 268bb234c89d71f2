#pragma once

#include <mutex>
#include <vector>

#include "family.hpp"
#include "key_range.hpp"

namespace bellwether::store {

/// A range of keys that was erased.
struct ErasedRange {
  Family family;
  KeyRange keys;
};

/// The ranges erased since somebody asked last; on the disk what was in them may still take room.
///
/// Threads  any.
class ErasedRanges {
 public:
  void add(const std::vector<ErasedRange>& ranges);
  std::vector<ErasedRange> take();

 private:
  std::mutex mutex_;
  std::vector<ErasedRange> ranges_;
};

}  // namespace bellwether::store
