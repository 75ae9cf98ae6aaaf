#include "lang/schema/keys.h"

namespace peregrine::lang {

namespace {

std::vector<SimpleType> scalars() {
  return {
      {"any", R"({})"},
      {"text", R"({"type": ["string", "number", "boolean"]})"},
      {"name", R"({"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"})"},
      {"truth", R"({"type": "boolean"})"},
      {"count", R"({"type": "integer", "minimum": 1})"},
      {"natural", R"({"type": "integer", "minimum": 0})"},
      {"number of switches", R"({"type": "integer", "minimum": 0, "maximum": 10})"},
      {"expression", R"json({
        "description": "An expression (CEL), bare, without ${}",
        "type": ["string", "number", "boolean", "null"],
        "pattern": "^((?!\\$\\{)[\\s\\S])*$"})json"},
      {"duration", R"json({
        "description": "A length of time: 250ms, 5s, 2m, 24h, 7d",
        "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$"})json"},
      {"waiting time", R"json({
        "description": "A length of time: 5s, or an expression: ${json.timeout}s",
        "type": "string",
        "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d)|[\\s\\S]*\\$\\{[\\s\\S]*)$"})json"},
      {"span", R"json({
        "description": "A length of time, or one between two: 3s..7s",
        "type": "string",
        "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d)(\\.\\.(?!$)|$)){1,2}$"})json"},
      {"share", R"json({
        "description": "1% or 0.1%",
        "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?%$"})json"},
      {"rate", R"json({
        "description": "200/s, 30/m",
        "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?/(s|m|h)$"})json"},
  };
}

std::vector<SimpleType> shapes() {
  return {
      {"reason", R"({"type": "string", "minLength": 1})"},
      {"saves", R"json({
        "type": "object",
        "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)*$"},
        "additionalProperties": {"$ref": "#/$defs/expression"}})json"},
      {"choices", R"json({
        "type": "array", "minItems": 1, "items": {"$ref": "#/$defs/natural"}})json"},
      {"steps", R"json({
        "type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}})json"},
      {"branches", R"json({
        "description": "A step or a list of steps each; or { times: 10, steps: [...] }",
        "anyOf": [
          {"$ref": "#/$defs/branches_of_one"},
          {"type": "array", "minItems": 2, "items": {"anyOf": [
            {"$ref": "#/$defs/step"}, {"$ref": "#/$defs/steps"}]}}]})json"},
      {"command", R"json({
        "description": "A line of words, no shell; or a list of its words",
        "anyOf": [
          {"$ref": "#/$defs/text"},
          {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/text"}}]})json"},
      {"person", R"json({
        "description": "anna: owner, or with data of its own { is: customer, email: ben@x.de }",
        "anyOf": [{"$ref": "#/$defs/text"}, {"$ref": "#/$defs/person_with_data"}]})json"},
      {"thresholds", R"json({
        "description": "By figure, or by a step's sentence with the same inside",
        "type": "object",
        "additionalProperties": {"anyOf": [
          {"$ref": "#/$defs/text"}, {"$ref": "#/$defs/thresholds"}]}})json"},
      {"reply or name", R"json({
        "anyOf": [{"$ref": "#/$defs/text"}, {"$ref": "#/$defs/reply"}]})json"},
      {"when settled", R"({"enum": ["always", "settled"]})"},
      {"restart", R"({"enum": ["each"]})"},
      {"http_version", R"({"enum": [1.1, 2, "1.1", "2"]})"},
      {"database kind", R"({"enum": ["postgres", "redis"]})"},
      {"stream kind", R"({"enum": ["websocket", "events"]})"},
      {"chaos promise", R"({"enum": ["recovers", "fails cleanly"]})"},
      {"expectation", R"json({
        "description": "Equal; a map partial; by kind <int>, <text|none>; \">= 3\"; /re/"})json"},
      {"signature", R"({"enum": ["stripe", "retell", "sendgrid", "twilio", "hmac", "token"]})"},
      {"digest", R"({"enum": ["sha1", "sha256", "sha512"]})"},
      {"states", R"json({
        "description": "Of a field, which state may follow which; `else:` the reply to another",
        "type": "object",
        "properties": {"else": {
            "description": "The reply to another", "$ref": "#/$defs/reply_or_name"}},
        "additionalProperties": {
          "type": "object",
          "additionalProperties": {
            "type": "array", "items": {"$ref": "#/$defs/text"}}}})json"},
      {"routes", R"json({
        "description": "What the provider answers, by `METHOD /path/{parameter}`",
        "type": "object",
        "propertyNames": {"pattern": "^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /"},
        "additionalProperties": {"$ref": "#/$defs/route"}})json"},
  };
}

}  // namespace

std::vector<SimpleType> simple_types() {
  std::vector<SimpleType> all = scalars();
  for (const SimpleType& shape : shapes()) all.push_back(shape);
  return all;
}

}  // namespace peregrine::lang
