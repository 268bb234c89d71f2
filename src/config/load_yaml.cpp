// The one file that knows yaml-cpp; its exceptions end here.

#include "load_yaml.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/node/node.h>
#include <yaml-cpp/parser.h>

#include "bellwether/base/utf8.hpp"

#include "yaml_scalar.hpp"

namespace bellwether::config {
namespace {

using document::Node;

constexpr std::size_t max_bytes = 8U << 20U;
constexpr std::size_t max_depth = 64;
constexpr std::size_t max_nodes = 200'000;
constexpr const char* text_tag = "tag:yaml.org,2002:str";

/// Thrown through the parser to end it, caught in `load_yaml`.
struct Refused {
  Node::Mark mark;
  std::string message;
};

Node::Mark to_mark(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

/// How many values `node` holds, itself included, and how deep they are nested.
struct Extent {
  std::size_t nodes = 1;
  std::size_t depth = 0;

  void add(const Node& child);
};

Extent extent_of(const Node& node) {
  Extent extent;
  if (const auto* list = node.as<Node::List>())
    for (const Node& child : *list) extent.add(child);
  if (const auto* map = node.as<Node::Map>())
    for (const auto& [key, child] : *map) extent.add(child);
  return extent;
}

void Extent::add(const Node& child) {
  const Extent inner = extent_of(child);
  nodes += inner.nodes;
  depth = std::max(depth, inner.depth + 1);
}

/// Builds the tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, Problems& problems) : text_(text), problems_(problems) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(has_begun_, true))
      throw Refused{to_mark(mark), "the document ends before this line; a file holds one document"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_as_key(mark);
    Node node;
    node.mark = open_.empty() || !open_.back().key ? to_mark(mark) : open_.back().key_mark;
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_as_key(mark);
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw Refused{to_mark(mark), "this alias stands inside itself"};
    const Extent extent = extent_of(known->second);
    if (open_.size() + extent.depth > max_depth) refuse_depth(to_mark(mark));
    count(extent.nodes, to_mark(mark));
    add(known->second, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_closing_quote(mark);
    if (wants_key()) {
      take_key(value, to_mark(mark));
      return;
    }
    count(1, to_mark(mark));
    Node node = tag == "?" || tag.empty() ? plain_scalar(value) : Node(value);
    node.mark = to_mark(mark);
    check_tag(tag == text_tag ? "!" : tag, node.mark);
    add(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node(Node::List{}), to_mark(mark), tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node(Node::Map{}), to_mark(mark), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override {
    merge(open_.back().node);
    close();
  }

 private:
  /// A list or map whose end has not come yet.
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<std::string> key;  ///< Of a map: what the next value is for.
    Node::Mark key_mark;
    std::map<std::string, int> lines;  ///< Of a map: where each key was first given.
    bool drops_next = false;           ///< The next value is that of a key given twice.
  };

  bool wants_key() const {
    return !open_.empty() && open_.back().node.as<Node::Map>() != nullptr && !open_.back().key;
  }

  void refuse_as_key(const YAML::Mark& mark) const {
    if (wants_key()) throw Refused{to_mark(mark), "a key must be a word"};
  }

  [[noreturn]] static void refuse_depth(Node::Mark mark) {
    throw Refused{mark, "nested deeper than 64 levels"};
  }

  void note(Node::Mark mark, std::string message) {
    problems_.push_back({path_here(), std::move(message), mark.line, mark.column});
  }

  /// The path of the value that is read now.
  std::string path_here() const {
    std::string path;
    for (const Open& open : open_) {
      if (const auto* list = open.node.as<Node::List>())
        path.append("[").append(std::to_string(list->size())).append("]");
      else if (open.key)
        path.append(path.empty() ? "" : ".").append(*open.key);
    }
    return path;
  }

  void check_tag(const std::string& tag, Node::Mark mark) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    note(mark, "the tag '" + tag + "' is not known; leave it out");
  }

  /// The library takes the end of the text for a closing quote.
  void check_closing_quote(const YAML::Mark& mark) const {
    const auto begin = static_cast<std::size_t>(mark.pos);
    const char quote = begin < text_.size() ? text_[begin] : ' ';
    if (quote != '"' && quote != '\'') return;
    for (std::size_t at = begin + 1; at < text_.size(); ++at) {
      if (text_[at] == '\\' && quote == '"') {
        ++at;
      } else if (text_[at] == quote) {
        return;
      }
    }
    throw Refused{to_mark(mark), "the quote that opens here is never closed"};
  }

  void count(std::size_t nodes, Node::Mark mark) {
    nodes_ += nodes;
    if (nodes_ > max_nodes)
      throw Refused{mark, "more than 200000 values, those behind aliases included"};
  }

  void take_key(const std::string& key, Node::Mark mark) {
    Open& map = open_.back();
    const auto [earlier, is_new] = map.lines.emplace(key, mark.line);
    map.drops_next = !is_new;
    map.key = key;
    map.key_mark = mark;
    if (!is_new)
      note(mark, "this key is given twice, first on line " + std::to_string(earlier->second));
  }

  void open(Node node, Node::Mark mark, const std::string& tag, YAML::anchor_t anchor) {
    if (wants_key()) throw Refused{mark, "a key must be a word"};
    if (open_.size() >= max_depth) refuse_depth(mark);
    check_tag(tag, mark);
    count(1, mark);
    node.mark = mark;
    Open opened;
    opened.node = std::move(node);
    opened.anchor = anchor;
    open_.push_back(std::move(opened));
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) {
      count(extent_of(node).nodes, node.mark);
      anchors_[anchor] = node;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (auto* list = std::get_if<Node::List>(&parent.node.value())) {
      list->push_back(std::move(node));
      return;
    }
    node.key_mark = parent.key_mark;
    if (!parent.drops_next)
      std::get<Node::Map>(parent.node.value())
          .emplace_back(std::move(*parent.key), std::move(node));
    parent.key.reset();
  }

  /// Replaces `<<` by the entries it stands for; those the map has itself go first.
  void merge(Node& node) {
    auto& map = std::get<Node::Map>(node.value());
    const auto place = std::ranges::find(map, "<<", &Node::Map::value_type::first);
    if (place == map.end()) return;
    const Node merged = std::move(place->second);
    map.erase(place);
    std::set<std::string> taken;
    for (const auto& entry : map) taken.insert(entry.first);
    if (merged.as<Node::Map>() != nullptr) {
      merge_from(merged, map, taken);
    } else if (const auto* list = merged.as<Node::List>()) {
      for (const Node& one : *list) merge_from(one, map, taken);
    } else {
      note(merged.mark, "'<<' needs a map, or a list of maps");
    }
  }

  void merge_from(const Node& merged, Node::Map& map, std::set<std::string>& taken) {
    const auto* entries = merged.as<Node::Map>();
    if (entries == nullptr) {
      note(merged.mark, "'<<' needs a map, or a list of maps");
      return;
    }
    for (const auto& entry : *entries)
      if (taken.insert(entry.first).second) map.push_back(entry);
  }

  std::string_view text_;
  Problems& problems_;
  Node root_;
  bool has_begun_ = false;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchors_;
};

Node::Mark mark_of_byte(std::string_view text, std::size_t offset) {
  Node::Mark mark{1, 1};
  for (const char c : text.substr(0, offset)) {
    mark.column = c == '\n' ? 1 : mark.column + 1;
    if (c == '\n') ++mark.line;
  }
  return mark;
}

void check_bytes(std::string_view text) {
  if (text.size() > max_bytes) throw Refused{{}, "is larger than 8 MiB"};
  if (const auto broken = find_broken_utf8(text); broken < text.size())
    throw Refused{mark_of_byte(text, broken), "this byte is not UTF-8"};
  if (const auto zero = text.find('\0'); zero != std::string_view::npos)
    throw Refused{mark_of_byte(text, zero), "a zero byte is not allowed"};
}

/// The library reads on to the end of the outermost bracket before it says that one has opened, and
/// holds some 250 bytes for each within. Texts have brackets too, so that there may be more of them
/// than levels; nobody's has so many that nothing closes.
void check_brackets(std::string_view text) {
  constexpr std::size_t max_open = 1000;
  std::size_t open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[' || text[i] == '{') ++open;
    if ((text[i] == ']' || text[i] == '}') && open > 0) --open;
    if (open > max_open)
      throw Refused{mark_of_byte(text, i), "more than 1000 brackets stand open here"};
  }
}

/// Whether a line (from 1) is indented with a tab, the usual reason for what the parser then says
/// of it in other words.
bool begins_with_tab(std::string_view text, int line) {
  std::istringstream lines{std::string(text)};
  std::string content;
  for (int number = 0; number < line; ++number) std::getline(lines, content);
  const std::size_t first = content.find_first_not_of(' ');
  return first != std::string::npos && content[first] == '\t';
}

Refused explain(std::string_view text, const YAML::Exception& error) {
  const Node::Mark mark = to_mark(error.mark);
  if (error.mark.is_null()) return {{}, "cannot be read as YAML: " + error.msg};
  if (begins_with_tab(text, mark.line))
    return {{mark.line, 1}, "indent with spaces, not with tabs"};
  static const std::map<std::string, std::string> plain_words{
      {"illegal map value",
       "a ': ' is not expected here; look at the indentation, or put the text around it in quotes"},
      {"end of map not found",
       "this does not belong to the map around it; look at the indentation"},
      {"end of map flow not found", "a '}' is missing before this"},
      {"end of sequence not found",
       "this does not belong to the list around it; look at the indentation"},
      {"end of sequence flow not found", "a ']' is missing before this"},
      {"illegal flow end", "this bracket closes nothing"},
      {"illegal block entry", "a list must begin on a line of its own"},
      {"unknown token", "a text that begins with this character must stand in quotes"},
      {"the referenced anchor is not defined", "no anchor of that name stands before this alias"},
  };
  const auto known = plain_words.find(error.msg);
  return {mark, known != plain_words.end() ? known->second : error.msg};
}

}  // namespace

Node load_yaml(std::string_view text, Problems& problems) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  TreeBuilder builder(text, problems);
  Refused refused;
  try {
    check_bytes(text);
    check_brackets(text);
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Refused& reason) {
    refused = reason;
  } catch (const YAML::Exception& error) {
    refused = explain(text, error);
  } catch (const std::exception& error) {
    refused = {{}, std::string("cannot be read as YAML: ") + error.what()};
  }
  problems.push_back({"", refused.message, refused.mark.line, refused.mark.column});
  return {};
}

}  // namespace bellwether::config
