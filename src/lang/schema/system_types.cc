#include "lang/schema/keys.h"

namespace peregrine::lang {

namespace {

MapType system_type() {
  return {"system",
          "What is under test, and what surrounds it",
          {{"system", "text", "The system's name", true},
           {"zone", "text", "The time zone of local times: Europe/Berlin"},
           {"clock", "text", "When every service starts: 2025-06-02 09:00, local in `zone`"},
           {"services", "{service}", "What is under test. A path alone goes to the first"},
           {"databases", "{database|null}", "Private ones, started for each run"},
           {"providers", "{used_provider|null}", "Third parties, played by Peregrine"},
           {"actors", "{actor}", "The kinds of people that use the system"},
           {"invariants", "{invariant}", "What is true after every play of every trial"},
           {"loads", "{mix}", "Loads made of several journeys"},
           {"environments", "{environment}", "`--env NAME`: laid over what is said above"}},
          "",
          {}};
}

std::vector<Key> service_keys() {
  return {
      {"run", "command", "The command that starts it: ./api --host ${host} --port ${port}"},
      {"url", "text", "Where it is, when it is not started"},
      {"compose", "compose", "A service of a Compose file"},
      {"ready", "text", "Ready when this answers 2xx: GET /health"},
      {"headers", "{text}", "On every request of a journey to it"},
      {"env", "{text}", "Environment variables: DATABASE_URL: \"${postgres.url}\""},
      {"restart", "restart", "`each`: started anew for each play, as it keeps things in memory"},
      {"http", "http_version", "2: HTTP/2, without TLS too; 1.1: never HTTP/2"}};
}

// What is laid over a system: of a map as much as is otherwise, null for what is taken away.
std::vector<MapType> environment_types() {
  return {{"environment",
           "What is otherwise in an environment; null takes away",
           {{"zone", "text|null", "The time zone"},
            {"clock", "text|null", "When every service starts"},
            {"services", "{other_service|null}|null", "Services"},
            {"databases", "{any}|null", "Databases"},
            {"providers", "{any}|null", "Providers"},
            {"actors", "{any}|null", "Actors"},
            {"invariants", "{any}|null", "Invariants"},
            {"loads", "{any}|null", "Loads"}}},
          {"other_service",
           "What is otherwise of a service",
           {{"run", "command|null", "The command that starts it"},
            {"url", "text|null", "Where it is, when it is not started"},
            {"compose", "compose|null", "A service of a Compose file"},
            {"ready", "text|null", "Ready when this answers 2xx"},
            {"headers", "{text|null}", "On every request of a journey to it"},
            {"env", "{text|null}", "Environment variables"},
            {"restart", "restart|null", "`each`: started anew for each play"},
            {"http", "http_version|null", "2: HTTP/2, without TLS too; 1.1: never HTTP/2"}}}};
}

}  // namespace

std::vector<MapType> system_types() {
  std::vector<MapType> types = {
      system_type(),
      {"service",
       "A service: started by `run` or `compose`, or somewhere at `url`",
       service_keys(),
       "",
       {"run", "url", "compose"}},
      {"compose",
       "A service of a Compose file",
       {{"file", "text", "The Compose file", true},
        {"service", "text", "Which of its services", true},
        {"port", "count", "The port that it listens on", true}}},
      {"database",
       "A private database",
       {{"kind", "database kind", "Where the name is another: postgres, redis"},
        {"schema", "text", "A file of SQL, relative to this one"},
        {"seed", "text", "A file of SQL, run after the schema"},
        {"prepare", "command", "A command instead: npm run migrate"},
        {"env", "{text}", "Environment variables of `prepare`"}}},
      {"used_provider",
       "A third party, played by Peregrine",
       {{"webhook", "text", "Where it posts: api /webhooks/stripe"},
        {"hosts", "truth", "For SDKs with fixed hosts: a private /etc/hosts and CA"},
        {"file", "text", "Its provider file, where it is not a shipped one"},
        {"from", "text", "Derived from this OpenAPI file"},
        {"record", "text", "Recorded from this URL"},
        {"user", "text", "Of `mail`: who has to log in to send"},
        {"password", "text", "Of `mail`: with this password"}}},
      {"actor",
       "A kind of person",
       {{"data", "{any}", "What each has: email: \"${email()}\""},
        {"login", "[step]", "Played when `headers` first needs a name that is not there yet"},
        {"expires", "expression", "When the login has to be renewed: me.until"},
        {"headers", "{text}", "On every request of this person"}}},
      {"invariant",
       "What is always true",
       {{"when", "when settled", "`always`: in the middle of a play, too. Default `settled`"},
        {"sql", "text", "A query"},
        {"check", "expression", "Or an expression that is true"},
        {"db", "text", "Which database"},
        {"expect", "{expectation}", "What the query finds: { rows: [] }"},
        {"within", "duration", "Becomes true within"}},
       "",
       {"sql", "check"}},
  };
  for (const MapType& type : environment_types()) types.push_back(type);
  return types;
}

}  // namespace peregrine::lang
