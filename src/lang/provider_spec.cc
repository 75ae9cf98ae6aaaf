#include "lang/provider_spec.h"

#include <algorithm>
#include <array>

#include "lang/named.h"

namespace peregrine::lang {

namespace {

constexpr std::array<std::string_view, 2> kCommonActions = {"put", "remove"};

}  // namespace

std::optional<size_t> Resource::find_field(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &Field::name);
  if (found == fields.end()) return std::nullopt;
  return static_cast<size_t>(found - fields.begin());
}

const ProviderAction* ProviderSpec::find_action(std::string_view action) const {
  return find_named(actions, action);
}

const NamedReply* ProviderSpec::find_reply(std::string_view reply) const {
  return find_named(replies, reply);
}

std::optional<size_t> ProviderSpec::find_resource(std::string_view resource) const {
  const auto found = std::ranges::find(resources, resource, &Resource::name);
  if (found == resources.end()) return std::nullopt;
  return static_cast<size_t>(found - resources.begin());
}

const Route* ProviderSpec::find_route(std::string_view written) const {
  if (written.empty()) return nullptr;
  const auto found = std::ranges::find_if(routes, [&](const Route& route) {
    return route.name == written || route.title() == written;
  });
  return found == routes.end() ? nullptr : &*found;
}

const Route* ProviderSpec::route_of(std::string_view method, std::string_view path) const {
  const Route* best = nullptr;
  for (const Route& route : routes) {
    if (route.method != method || !route.path.match(path)) continue;
    if (!best || route.path.literal_characters() > best->path.literal_characters()) best = &route;
  }
  return best;
}

std::vector<std::string_view> ProviderSpec::action_names() const {
  std::vector<std::string_view> names = names_of(actions);
  names.insert(names.end(), kCommonActions.begin(), kCommonActions.end());
  return names;
}

std::vector<std::string_view> ProviderSpec::reply_names() const { return names_of(replies); }

std::vector<std::string_view> ProviderSpec::resource_names() const { return names_of(resources); }

std::vector<std::string> ProviderSpec::route_names() const {
  std::vector<std::string> names;
  for (const Route& route : routes) {
    names.push_back(route.title());
    if (!route.name.empty()) names.push_back(route.name);
  }
  return names;
}

bool is_common_action(std::string_view name) {
  return std::ranges::find(kCommonActions, name) != kCommonActions.end();
}

}  // namespace peregrine::lang
