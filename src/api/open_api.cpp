#include "open_api.hpp"

#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "bellwether/base/version.hpp"

#include "problem_response.hpp"
#include "text.hpp"

namespace bellwether::api {
namespace {

using document::Node;

/// What the gateway itself may answer to any request.
constexpr int gateway_problems[] = {400, 408, 413, 429, 431, 500, 503};

Node reference(const std::string& schema) {
  return Node().set("$ref", "#/components/schemas/" + schema);
}

Node media(const std::string& content_type, const std::string& schema) {
  Node described(Node::Map{});
  described.set("schema", schema.empty() ? Node().set("type", "string") : reference(schema));
  return Node().set(content_type, std::move(described));
}

Node schema_of(const Parameter& parameter) {
  Node schema;
  switch (parameter.type) {
    case Parameter::Type::text:
      return schema.set("type", "string").set("minLength", 1);
    case Parameter::Type::time:
      return schema.set("type", "string").set("format", "date-time");
    case Parameter::Type::number:
      return schema.set("type", "number");
    case Parameter::Type::count:
      return schema.set("type", "integer").set("minimum", 0);
    case Parameter::Type::choice: {
      Node::List choices;
      for (const std::string& choice : parameter.choices) choices.emplace_back(choice);
      return schema.set("type", "string").set("enum", std::move(choices));
    }
  }
  return schema;
}

Node describe_parameter(const Parameter& parameter) {
  return Node()
      .set("name", parameter.name)
      .set("in", parameter.is_header ? "header" : "query")
      .set("required", parameter.is_required)
      .set("description", parameter.description)
      .set("schema", schema_of(parameter));
}

/// An exploded object of style `form` is a query of its members: `dimension.country=NL`.
Node describe_dimensions() {
  const Node schema =
      Node()
          .set("type", "object")
          .set("propertyNames", Node().set("pattern", "^dimension\\..+$"))
          .set("additionalProperties", Node().set("type", "string").set("minLength", 1));
  return Node()
      .set("name", "dimensions")
      .set("in", "query")
      .set("required", false)
      .set("description", "`dimension.NAME=VALUE`, any number of them.")
      .set("style", "form")
      .set("explode", true)
      .set("schema", schema);
}

Node describe_parameters(const Route& route) {
  Node::List parameters;
  for (std::size_t at = 0; (at = route.path.find('{', at)) != std::string::npos; ++at) {
    const std::string name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
    parameters.push_back(Node()
                             .set("name", name)
                             .set("in", "path")
                             .set("required", true)
                             .set("schema", Node().set("type", "string").set("minLength", 1)));
  }
  for (const Parameter& parameter : route.parameters)
    parameters.push_back(describe_parameter(parameter));
  if (route.takes_dimensions) parameters.push_back(describe_dimensions());
  return parameters;
}

Node describe_body(const RequestBody& body) {
  Node content(Node::Map{});
  for (const std::string& type : body.content_types) {
    const bool is_json = type == "application/json";
    Node described(Node::Map{});
    described.set("schema", is_json ? reference(body.schema) : Node().set("type", "string"));
    content.set(type, std::move(described));
  }
  return Node().set("required", true).set("content", std::move(content));
}

Node describe_answer(const Answer& answer) {
  Node node;
  node.set("description", answer.description);
  if (answer.has_revision) {
    const Node tag = Node()
                         .set("description", "The revision, for `If-Match`.")
                         .set("schema", Node().set("type", "string"));
    node.set("headers", Node().set("ETag", tag));
  }
  if (answer.status != 204) node.set("content", media(answer.content_type, answer.schema));
  return node;
}

/// What a refusal looks like to the route's callers.
std::pair<std::string, std::string> refusal_form(const Route& route) {
  if (route.dialect) return {route.dialect->refusal_type, route.dialect->refusal_schema};
  return {problem_content_type, "Problem"};
}

Node describe_problem(const Route& route, int status) {
  const auto [content_type, schema] = refusal_form(route);
  Node node;
  node.set("description", title_of(status) + ".");
  node.set("content", media(content_type, schema));
  return node;
}

Node describe_answers(const Route& route) {
  std::map<int, Node> answers;
  for (const Answer& answer : route.answers) answers[answer.status] = describe_answer(answer);
  std::set<int> problems(route.problems.begin(), route.problems.end());
  problems.insert(std::begin(gateway_problems), std::end(gateway_problems));
  if (route.role) problems.insert({401, 403});
  if (route.body) problems.insert(415);
  for (const int status : problems) {
    const auto [known, is_new] = answers.try_emplace(status, describe_problem(route, status));
    if (is_new) continue;
    // The status stands for an answer of the operation and for a refusal before it.
    Node content = *known->second.find("content");
    const auto [content_type, schema] = refusal_form(route);
    content.set(content_type, Node().set("schema", reference(schema)));
    known->second.set("content", std::move(content));
  }
  Node node(Node::Map{});
  for (auto& [status, answer] : answers) node.set(std::to_string(status), std::move(answer));
  return node;
}

/// The name of the scheme by which a route's own header carries the token.
std::string token_scheme_of(const Route& route) {
  return route.dialect ? route.dialect->token_header : std::string();
}

/// Any one of them lets a caller in.
Node describe_security(const Route& route) {
  Node::List schemes;
  if (route.role) schemes.push_back(Node().set("bearer", Node::List{}));
  if (const std::string scheme = token_scheme_of(route); !scheme.empty())
    schemes.push_back(Node().set(scheme, Node::List{}));
  return schemes;
}

Node describe_security_schemes(const Routes& routes) {
  Node schemes;
  schemes.set("bearer", Node().set("type", "http").set("scheme", "bearer"));
  for (const Route& route : routes)
    if (const std::string scheme = token_scheme_of(route); !scheme.empty())
      schemes.set(scheme, Node().set("type", "apiKey").set("in", "header").set("name", scheme));
  return schemes;
}

Node describe_route(const Route& route) {
  Node node;
  node.set("operationId", route.operation);
  node.set("summary", route.summary);
  node.set("tags", Node::List{route.tag});
  if (route.role)
    node.set("description", "Needs the role " + std::string(to_string(*route.role)) + ".");
  node.set("security", describe_security(route));
  if (Node parameters = describe_parameters(route); !parameters.as<Node::List>()->empty())
    node.set("parameters", std::move(parameters));
  if (route.body) node.set("requestBody", describe_body(*route.body));
  node.set("responses", describe_answers(route));
  return node;
}

}  // namespace

Node describe_routes(const Routes& routes) {
  Node paths(Node::Map{});
  for (const Route& route : routes) {
    const Node* known = paths.find(route.path);
    Node path = known != nullptr ? *known : Node(Node::Map{});
    path.set(in_lower_case(route.method), describe_route(route));
    paths.set(route.path, std::move(path));
  }
  const Node components = Node()
                              .set("schemas", component_schemas())
                              .set("securitySchemes", describe_security_schemes(routes));
  const Node about =
      Node()
          .set("title", "Bellwether")
          .set("version", version())
          .set("description",
               "Finds what is not normal in business and operational metrics, and says so.")
          .set("license", Node().set("name", "Apache-2.0").set("identifier", "Apache-2.0"));
  return Node()
      .set("openapi", "3.1.0")
      .set("info", about)
      .set("paths", std::move(paths))
      .set("components", components);
}

}  // namespace bellwether::api
