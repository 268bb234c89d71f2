#include "rocksdb_error.hpp"

#include <string>

namespace bellwether::store {
namespace {

bool is_held_by_another(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  return status.IsIOError() && text.find("lock") != std::string::npos &&
         text.find("LOCK") != std::string::npos;
}

}  // namespace

Error to_error(const rocksdb::Status& status) {
  if (status.IsNoSpace())
    return unavailable("the disk is full (" + status.ToString() + "); make room");
  if (status.IsCorruption()) return corrupt(status.ToString());
  if (status.IsIOError() || status.IsBusy() || status.IsTimedOut() || status.IsTryAgain() ||
      status.IsAborted())
    return unavailable(status.ToString());
  if (status.IsShutdownInProgress()) return {ErrorCode::cancelled, status.ToString()};
  return internal_error(status.ToString());
}

Error to_open_error(const rocksdb::Status& status, std::string_view path) {
  const std::string activity = "opening store '" + std::string(path) + "'";
  if (is_held_by_another(status))
    return while_doing(activity, unavailable("another bellwether process uses it; stop that one "
                                             "first, or choose another store.path"));
  // A store that lacks files says InvalidArgument; to its owner that is damage.
  if (status.IsInvalidArgument() || status.IsNotFound())
    return while_doing(activity, corrupt(status.ToString()));
  return while_doing(activity, to_error(status));
}

}  // namespace bellwether::store
