#include "delivery_search.hpp"

#include <algorithm>
#include <charconv>

#include "keys.hpp"
#include "list_cursor.hpp"

namespace bellwether::store {
namespace {

template <class T>
bool fits(const std::optional<T>& wanted, const T& is) {
  return !wanted || *wanted == is;
}

bool fits(const DeliveryQuery& query, const DeliverySlip& slip) {
  return fits(query.alert, slip.alert) && fits(query.sink, slip.sink) &&
         fits(query.detector, slip.detector) && fits(query.event, slip.event) &&
         fits(query.state, slip.state);
}

Result<ListedDelivery> decode_cursor(const std::string& text) {
  const auto parts = decode_list_cursor(text);
  if (!parts) return parts.error();
  std::uint64_t sequence = 0;
  const char* const end = parts->id.data() + parts->id.size();
  const auto [stopped, failure] = std::from_chars(parts->id.data(), end, sequence);
  if (failure != std::errc() || stopped != end)
    return invalid_input("'" + text + "' is no cursor; use the next_cursor of the page before");
  return ListedDelivery{parts->time, sequence, ""};
}

/// The keys of the list that can hold what is asked for.
Result<KeyRange> keys_for(const DeliveryQuery& query, const std::string& prefix) {
  KeyRange range = keys_beginning_with(prefix);
  // The latest come first, so the list begins where the time asked for ends.
  if (query.to) range.from = prefix + KeyWriter().newest_first(*query.to - Duration(1)).take();
  if (query.from)
    range.to =
        std::min(range.to, after_prefix(prefix + KeyWriter().newest_first(*query.from).take()));
  if (query.cursor.empty()) return range;
  const auto last = decode_cursor(query.cursor);
  if (!last) return last.error();
  range.from = std::max(range.from, after_prefix(list_key(query.anomaly, *last)));
  return range;
}

}  // namespace

std::string encode_delivery_cursor(const ListedDelivery& last) {
  return encode_list_cursor({last.created_at, std::to_string(last.sequence)});
}

Result<void> search_deliveries(
    const Database& database, const DeliveryQuery& query,
    const std::function<Result<bool>(const ListedDelivery&, const DeliverySlip&)>& visit) {
  if (query.anomaly && !is_key_name(*query.anomaly)) return ok();
  const std::string prefix = list_prefix(query.anomaly);
  const auto range = keys_for(query, prefix);
  if (!range) return range.error();
  if (range->from >= range->to) return ok();
  auto cursor = database.scan(Family::deliveries, *range);
  for (; cursor.valid(); cursor.next()) {
    const auto place = read_list_key(cursor.key().substr(prefix.size()));
    if (!place) return corrupt("a line in the list of deliveries does not read");
    const auto slip = find_slip(database, place->id);
    if (!slip) return slip.error();
    if (!*slip || !fits(query, **slip)) continue;
    const auto goes_on = visit(*place, **slip);
    if (!goes_on) return goes_on.error();
    if (!*goes_on) return ok();
  }
  if (auto status = cursor.status(); !status)
    return while_doing("listing deliveries", status.error());
  return ok();
}

}  // namespace bellwether::store
