#include "bellwether/store/store.hpp"

#include "commands.hpp"
#include "exit_code.hpp"

namespace bellwether::cli {

int backup(const std::string& data, const std::string& to, const Console& console) {
  const auto kept = store::backup_store(data, to);
  if (!kept) return report(console, while_doing("backing up '" + data + "'", kept.error()));
  console.out << "wrote a copy of " << data << " to " << to << '\n';
  return exit_ok;
}

int restore(const std::string& from, const std::string& data, const Console& console) {
  const auto restored = store::restore_store(from, data);
  if (!restored) return report(console, while_doing("restoring '" + from + "'", restored.error()));
  console.out << "restored " << from << " to " << data << '\n';
  return exit_ok;
}

}  // namespace bellwether::cli
