#include "lang/schema/keys.h"

namespace peregrine::lang {

namespace {

MapType provider_type() {
  return {"provider",
          "A third party's API, played by Peregrine",
          {{"provider", "name", "Its name", true},
           {"hosts", "[text]", "Where the real one is: [api.stripe.com]"},
           {"secrets", "{text}", "Made for each run: key: sk_test_${text(24)}"},
           {"auth", "requirement", "What every request must have"},
           {"idempotency", "idempotency", "The same key gets the same answer"},
           {"resources", "{resource}", "What it keeps"},
           {"routes", "routes", "What it answers"},
           {"replies", "{reply}", "Answers with a name"},
           {"actions", "{action}", "What it, or its user there, does by itself"},
           {"webhooks", "webhooks", "How it reports"},
           {"sms", "expression", "The text messages that it carries"},
           {"from", "text", "Derived from an OpenAPI file"},
           {"record", "text", "Recorded from this URL"}},
          "",
          {}};
}

// What a route and a case of one do.
std::vector<Key> answer_keys() {
  return {{"do", "[effect]", "All of it happens, or none"},
          {"list", "listing", "A page of a resource, as `page`"},
          {"wait", "wait", "Holds the answer (long polling)"},
          {"reply", "reply or name", "The answer, or its name"},
          {"exec", "text", "The user's own program answers"}};
}

MapType with_answer(std::string_view name, std::string_view description, std::vector<Key> keys) {
  for (const Key& key : answer_keys()) keys.push_back(key);
  return {name, description, std::move(keys), "", {}};
}

MapType effect_type() {
  return {"effect",
          "What a request changes",
          {{"create", "text", "A new one of this resource"},
           {"update", "text", "What is changed"},
           {"delete", "text", "What goes away"},
           {"send", "text", "A webhook's event"},
           {"with", "any", "The values"},
           {"as", "name", "A name for it"},
           {"when", "expression", "Only when this is true"},
           {"to", "text", "Where a webhook goes, if not where system.yaml says"}},
          "",
          {"create", "update", "delete", "send"}};
}

std::vector<MapType> resource_types() {
  return {
      effect_type(),
      {"resource",
       "A kind of thing that it keeps",
       {{"id", "text", "How ids are made: cus_${text(14)}", true},
        {"fields", "{any}", "A value is the default, a kind is what must be given"},
        {"states", "states", "Which state may follow which"},
        {"unique", "unique|[unique]", "Fields that no two share"},
        {"at", "expression", "When it acts by itself"},
        {"do", "[effect]", "What it does then"}}},
      {"unique",
       "Fields that no two share",
       {{"fields", "[text]", "Which", true},
        {"else", "reply or name", "The answer to one too many", true}}},
  };
}

std::vector<MapType> route_types() {
  return {
      with_answer("route", "What it answers to a request",
                  {{"name", "text", "For `sent:` and `fail:`"},
                   {"let", "{expression}", "Names"},
                   {"require", "requirement|[requirement]", "What the request must have"},
                   {"cases", "[case]", "The first whose `when` holds"}}),
      with_answer("case", "One of several answers",
                  {{"when", "expression", "It is this one when that is true"}}),
      {"requirement",
       "What a request must have",
       {{"headers", "{expectation}", "Its headers"},
        {"query", "{expectation}", "Its query"},
        {"path", "{expectation}", "Parameters of its path"},
        {"form", "expectation", "Its form"},
        {"json", "expectation", "Its JSON"},
        {"text", "expectation", "Its body"},
        {"else", "reply or name", "The answer to one that has not", true}}},
      {"listing",
       "A page of a resource",
       {{"of", "text", "The resource, or an expression", true},
        {"order", "text", "A field, or -field for the last first"},
        {"after", "expression", "The id that it follows"},
        {"before", "expression", "The id that it precedes"},
        {"limit", "expression", "How many"},
        {"default", "count", "How many without"}}},
      {"wait",
       "Holds the answer",
       {{"until", "expression", "True once there is an answer", true},
        {"within", "waiting time", "The longest wait", true},
        {"replaced", "reply or name", "The answer when another waits on the same path"}}},
  };
}

// What it says: in answers, and by itself.
std::vector<MapType> saying_types() {
  return {
      {"idempotency",
       "The same key gets the same answer",
       {{"key", "expression", "headers['idempotency-key']", true},
        {"for", "duration", "How long an answer is kept", true},
        {"differs", "reply or name", "The answer to the same key with another request"}}},
      {"reply",
       "An answer",
       {{"status", "any", "200 without"},
        {"headers", "{any}", "Headers"},
        {"json", "any", "The body, as JSON"},
        {"form", "{any}", "The body, as a form"},
        {"text", "text", "The body, as text"},
        {"body", "any", "The body, as it is"}}},
      {"action",
       "What it does by itself",
       {{"with", "{expectation}", "Its inputs"},
        {"let", "{expression}", "Names"},
        {"do", "[effect]", "What it does", true}}},
      {"webhooks",
       "How it reports",
       {{"sign", "sign", "How the receiver knows that it is the provider"},
        {"headers", "{text}", "Headers"},
        {"body", "any", "With `event`, its name, and `data`; sent as JSON"},
        {"form", "any", "The same, sent as a form"},
        {"retry", "[duration]", "After a failure: [1s, 10s]"}}},
      {"sign",
       "A signature",
       {{"scheme", "signature", "Whose way", true},
        {"secret", "text", "With this", true},
        {"header", "text", "In this header"},
        {"algorithm", "digest", "sha256 without"},
        {"prefix", "text", "Before the signature: sha256="}}},
  };
}

}  // namespace

std::vector<MapType> provider_types() {
  std::vector<MapType> all = {provider_type()};
  for (const auto& types : {resource_types(), route_types(), saying_types()}) {
    all.insert(all.end(), types.begin(), types.end());
  }
  return all;
}

}  // namespace peregrine::lang
