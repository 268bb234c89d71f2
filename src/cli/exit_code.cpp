#include "exit_code.hpp"

#include "bellwether/base/printable_text.hpp"

namespace bellwether::cli {

int report(const Console& console, const Error& error) {
  console.error << "bellwether: " << printable_lines(error.message) << '\n';
  return error.code == ErrorCode::internal ? exit_internal : exit_mistake;
}

}  // namespace bellwether::cli
