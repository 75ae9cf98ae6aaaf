// What the report holds, read from the page's data elements: the run at once, a journey when it is
// first shown. `src/report/html_data.cc` writes them.

const read = (id) => JSON.parse(document.getElementById(id).textContent);

const run = read("run");
run.journeys.forEach((journey, index) => { journey.index = index; });

let common = null;           // kinds and texts of events
const journeys = new Map();  // that were shown already

function journeyAt(index) {
  if (journeys.has(index)) return journeys.get(index);
  common = common || read("events");
  const journey = { ...run.journeys[index], ...read("journey-" + index) };
  journey.events = journey.events.map(readEvent);
  journey.steps.sort((a, b) => a.at_s - b.at_s || (a.number || 0) - (b.number || 0));
  journey.stepOf = new Map(journey.steps.filter((s) => s.number).map((s) => [s.number, s]));
  pair(journey.events);
  journeys.set(index, journey);
  return journey;
}

// The order in which html_data.cc writes the parts of an event.
function readEvent(e, index) {
  const text = (i) => common.texts[i];
  return { index, at: e[0] / 1e6, kind: common.kinds[e[1]], source: text(e[2]), text: text(e[3]),
           detail: text(e[4]), outcome: text(e[5]), failed: e[6] === 1, step: e[7],
           connection: e[8], service: text(e[9]), took: e[10] / 1e6, other: null };
}

// An answer and its request know each other: of one step, source and text the first that waits.
function pair(events) {
  const waiting = new Map();
  for (const event of events) {
    const key = [event.step, event.source, event.text].join("\u0000");
    if (event.kind.direction === "to") {
      waiting.set(key, [...(waiting.get(key) || []), event]);
    } else if (event.kind.direction === "from" && waiting.get(key)?.length) {
      event.other = waiting.get(key).shift();
      event.other.other = event;
    }
  }
}

// How deep a step lies in others.
function depthOf(journey, step) {
  let depth = 0;
  for (let s = step; s && s.block && depth < 20; s = journey.stepOf.get(s.block)) ++depth;
  return depth;
}

// Who takes part, from left to right: the journey, the system's services and databases, then others.
function lanesOf(journey) {
  const seen = new Set(journey.events.filter((e) => e.source).map((e) => e.source));
  const lanes = [{ name: "journey", kind: "the virtual user" }];
  for (const party of run.parties) if (seen.delete(party.name)) lanes.push(party);
  for (const name of seen) lanes.push({ name, kind: "other" });
  lanes.forEach((lane, index) => { lane.index = index; });
  return lanes;
}

// Between which lanes an event goes; `from` is null where it is not known who asked.
function wayOf(event, lanes) {
  const source = lanes.findIndex((lane, i) => i > 0 && lane.name === event.source);
  switch (event.kind.direction) {
    case "to": return { from: 0, to: source };
    case "from": return { from: source, to: 0 };
    case "by_service":
    case "to_service": {
      const other = lanes.findIndex((lane) => lane.name === event.service);
      const services = run.parties.filter((party) => party.kind === "service");
      const only = services.length === 1
        ? lanes.findIndex((lane) => lane.name === services[0].name) : -1;
      const service = other > 0 ? other : only > 0 ? only : null;
      return event.kind.direction === "by_service" ? { from: service, to: source }
        : { from: source, to: service };
    }
    default: return { from: source, to: source };
  }
}

// Of a line that is a JSON object what a reader looks for first; any other as it is.
function logLine(text) {
  if (!text.startsWith("{")) return text;
  try {
    const { level, severity, message, msg, event, time, timestamp, ts, ...more } = JSON.parse(text);
    const said = [message, msg, event].find((t) => typeof t === "string");
    if (said === undefined) return text;
    const rest = Object.keys(more).length > 0 ? "  " + JSON.stringify(more) : "";
    return [level ?? severity, said].filter((t) => typeof t === "string").join(": ") + rest;
  } catch {
    return text;
  }
}

// Indents JSON without reading it, so that no number changes and what is cut off stays as it is.
function pretty(text) {
  if (!/^\s*[[{]/.test(text) || text.length > 200000) return text;
  let out = "", depth = 0, inside = false;
  const line = () => "\n" + "  ".repeat(Math.min(depth, 40));
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (inside) {
      out += c;
      if (c === "\\") out += text[++i] ?? "";
      else if (c === '"') inside = false;
    } else if (c === '"') { out += c; inside = true; }
    else if (c === "{" || c === "[") {
      const close = /^\s*[}\]]/.exec(text.slice(i + 1, i + 50));
      if (close) { out += c + close[0].trim(); i += close[0].length; }
      else { ++depth; out += c + line(); }
    } else if (c === "}" || c === "]") { depth = Math.max(depth - 1, 0); out += line() + c; }
    else if (c === ",") out += c + line();
    else if (c === ":") out += ": ";
    else if (!/\s/.test(c)) out += c;
  }
  return out;
}
