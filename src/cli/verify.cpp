#include "bellwether/base/printable_text.hpp"
#include "bellwether/store/store.hpp"

#include "commands.hpp"
#include "exit_code.hpp"
#include "progress_bar.hpp"

namespace bellwether::cli {
namespace {

void write_counts(const store::VerifyReport& found, std::ostream& out) {
  out << "detectors      " << found.detectors << "\nintervals      " << found.intervals
      << "\ngroups         " << found.groups << "\ndeliveries     " << found.deliveries
      << "\ninbox batches  " << found.inbox_batches << "\nbytes read     " << found.bytes_read
      << '\n';
}

Result<store::VerifyReport> check_store(const std::string& data, const Console& console) {
  const auto opened = store::Store::open_read_only(data);
  if (!opened) return opened.error();
  ProgressBar bar(console, "verifying " + data);
  return (*opened)->verify([&](double share) { bar.show(share); });
}

}  // namespace

int verify(const std::string& data, const Console& console) {
  const auto found = check_store(data, console);
  if (!found) return report(console, while_doing("verifying '" + data + "'", found.error()));
  write_counts(*found, console.out);
  for (const auto& damage : found->damages)
    console.out << "damage: " << printable_text(damage) << '\n';
  if (!found->damages.empty()) {
    console.error << "bellwether: '" << data << "' is damaged in " << found->damages.size()
                  << (found->damages.size() == 1 ? " place\n" : " places\n");
    return exit_mistake;
  }
  console.out << data << ": ok\n";
  return exit_ok;
}

}  // namespace bellwether::cli
