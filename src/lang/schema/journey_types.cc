#include "lang/schema/keys.h"

namespace peregrine::lang {

namespace {

MapType journey_type() {
  return {"journey",
          "What people do, and what must then be true",
          {{"journey", "text", "Its name, a sentence", true},
           {"covers", "[text]", "The requirements that it covers: --covers ID"},
           {"tags", "[text]", "For choosing: --tag T"},
           {"skip", "reason", "Why it is not played"},
           {"in", "[text]", "The environments that it is for"},
           {"clock", "text", "When it begins: 2025-06-02 09:00"},
           {"actors", "{person}", "Who takes part. Without: one person of each kind"},
           {"as", "text", "Who does the steps, where a step does not say it"},
           {"given", "[step]", "Once, before; not raced, measured or attacked"},
           {"data", "{any}", "Names and values, made anew for each play"},
           {"steps", "steps", "What each person, each virtual user does", true},
           {"then", "[step]", "Once, after all: `plays` are the plays"},
           {"finally", "[step]", "Last, always"},
           {"invariants", "{invariant}", "Beside those of the system"},
           {"race", "race", "How `peregrine race` plays it"},
           {"load", "load", "How `peregrine load` plays it"},
           {"chaos", "{chaos promise}", "What it promises when a boundary fails"},
           {"probe", "{any}", "How `peregrine probe` plays it"}},
          "",
          {}};
}

std::vector<Key> load_keys() {
  return {{"users", "count", "Virtual users, who take turns"},
          {"rate", "rate", "Plays begun in a time, whether earlier ones have ended or not"},
          {"for", "duration", "How long"},
          {"iterations", "count", "How many plays"},
          {"stages", "[stage]", "One after another: [{ to: 1000, in: 1m }]"},
          {"think", "span", "Between two steps: 3s..7s"},
          {"warm_up", "duration", "Before anything is counted"},
          {"grace", "duration", "For plays that run when it is over: 30s"},
          {"abort_on", "thresholds", "The load ends at once when one of these falls"},
          {"thresholds", "thresholds", "What must hold: { p99: 200ms, errors: 0.1% }"},
          {"verify", "share", "How many plays look into databases, mail and logs"},
          {"account", "any", "Of each user: ${cycle(csv('users.csv'), index)}"}};
}

MapType mix_type() {
  MapType type{"mix", "A load made of several journeys", load_keys(), "", {}};
  type.keys.push_back({"mix", "{number}", "Journeys and their weights: { browse.yaml: 8 }", true});
  return type;
}

}  // namespace

std::vector<MapType> journey_types() {
  return {
      journey_type(),
      {"part",
       "Steps to use in several journeys",
       {{"part", "text", "What it does", true},
        {"needs", "{expectation}", "Its inputs: a kind, or the value that it has otherwise"},
        {"steps", "steps", "What is done", true},
        {"gives", "[text]", "The names that get out"}}},
      {"replay",
       "An order in which the race of a journey once fell: `run` plays it",
       {{"replay", "text", "The journey's file, from the folder of this one", true},
        {"finding", "text", "The id by which the race told of it"},
        {"description", "text", "What fell"},
        {"in", "[text]", "The environments that it is for"},
        {"seed", "natural", "Of all random values"},
        {"order", "choices", "Who goes on at each choice, contenders from 0", true}}},
      {"person_with_data",
       "A person, with data of its own",
       {{"is", "text", "The actor of system.yaml", true}},
       "any"},
      {"race",
       "Several play the journey at once, in every order",
       {{"contenders", "count", "How many"},
        {"with", "[text]", "Other journeys, which one plays each: [cancel.yaml]"},
        {"share", "[text]", "The data that all have in common"},
        {"from", "text", "The step, by its sentence, from where all go at once"},
        {"expect", "outcome", "How many win and lose"},
        {"bound", "number of switches", "How many switches between contenders"}}},
      {"outcome",
       "How many win and lose",
       {{"won", "expectation", "Whose steps all held"},
        {"lost", "expectation", "Who met `lost`, the other proper outcome"}}},
      {"load", "Many play the journey", load_keys(), "", {}},
      mix_type(),
      {"stage",
       "A part of a load",
       {{"to", "number|rate", "How many users, or which rate, at its end"},
        {"in", "duration", "How long it takes", true},
        {"do", "steps", "When it begins: `clock` or `fail`, once"}}},
      {"branches_of_one",
       "One branch several times",
       {{"times", "count", "How often, at one instant", true},
        {"steps", "steps", "What each does", true}}},
      {"page_action",
       "What is done on a page",
       {{"visit", "text", "Go to: web /login"},
        {"fill", "{any}", "Fields by their labels: { E-mail: x }"},
        {"click", "text", "What to click on: Sign in"},
        {"press", "text", "A key: Enter, Control+A"},
        {"answer", "text", "To dialogs from here on: yes, no, or a text"},
        {"see", "text", "What must be seen: Welcome, or /Order \\d+/"},
        {"gone", "text", "What must not be seen any more: Loading"},
        {"shot", "text", "A picture of this name"},
        {"in", "text", "A text beside the one that is meant, of several of a name"}},
       "",
       {"visit", "fill", "click", "press", "answer", "see", "gone", "shot"}},
  };
}

}  // namespace peregrine::lang
