#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace bellwether::cli {

/// Rows of text in aligned columns, for people.
class Table {
 public:
  struct Column {
    std::string title;
    bool is_number = false;  ///< Aligned to the right.
  };

  explicit Table(std::vector<Column> columns);

  /// As many cells as there are columns.
  void add(std::vector<std::string> cells);

  bool empty() const { return rows_.empty(); }

  /// A title line and the rows, two blanks between columns, none at a line's end.
  void write(std::ostream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace bellwether::cli
