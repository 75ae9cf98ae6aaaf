// The sequence diagram of a play: a lane for each who takes part, time downwards, a row an event.
//
//   time | journey         api          postgres
//        |    |  step       |              |
//   +2 ms|    |------------>|              |      asked
//        |    |             |------------->|      the service asks
//   +9 ms|    |<- - - - - - |              |      answered

const kGutter = 84;      // for the time
const kRow = 34;
const kLogRow = 26;
const kStepRow = 36;
const kHead = 44;
const kBox = 120;        // a lane's name
const kBeside = 170;     // right of the last lane, for what came of a statement
const kPause = 0.02;     // seconds without an event that are shown as a gap
const kCharacter = 6.9;  // the width of one, about

// Places rows from the top. `of` names the step of an event that stands below another's heading.
function placeRows(events) {
  const rows = [];
  let y = 6;
  let last = 0;
  let under = 0;  // the step whose heading stands above
  for (const event of events) {
    if (event.kind.direction === "none") under = event.step;
    const wait = event.at - last;
    const gap = wait > kPause ? Math.min(12 + 9 * Math.log10(wait / kPause), 40) : 0;
    const height = event.kind.direction === "none" ? kStepRow
      : event.kind.direction === "at" ? kLogRow : kRow;
    const of = event.step && event.step !== under ? `(${event.step}) ` : "";
    rows.push({ event, y: y + gap, height, gap, wait, of });
    y += gap + height;
    last = Math.max(last, event.at);
  }
  return { rows, height: y + 16 };
}

function diagram(journey, events, width, select) {
  const lanes = lanesOf(journey);
  const between = Math.max(lanes.length - 1, 1);
  const laneWidth =
    Math.min(Math.max((width - kGutter - kBeside - kBox / 2) / between, kBox + 20), 520);
  const x = (lane) => kGutter + kBox / 2 + laneWidth * lane;
  const whole = Math.max(x(lanes.length - 1) + kBeside, width);
  const { rows, height } = placeRows(events);
  const view = { journey, lanes, laneWidth, x, whole, select, rows };
  const groups = rows.map((row) => rowOf(row, view));
  const root = svg("svg", { class: "diagram", width: whole, height, role: "group",
    viewBox: `0 0 ${whole} ${height}`, "aria-label": "Sequence diagram: what went between whom" },
    arrowHeads(), laneLines(view, height), spans(view), groups);
  return { root, head: laneHeads(view), groups };
}

const arrowHeads = () => svg("defs", {}, ["plain", "failed"].map((kind) =>
  svg("marker", { id: "arrow-" + kind, class: kind, viewBox: "0 0 8 8", refX: 7, refY: 4,
                  markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse" },
      svg("path", { d: "M0 .5L7.5 4 0 7.5z" }))));

// Stands still while the rows below are scrolled.
function laneHeads({ lanes, x, whole }) {
  return svg("svg", { class: "diagram heads", width: whole, height: kHead,
                      viewBox: `0 0 ${whole} ${kHead}`, "aria-hidden": "true" },
    lanes.map((lane) => svg("g", { class: "lane " + (lane.index === 0 ? "journey" : lane.kind) },
      svg("rect", { x: x(lane.index) - kBox / 2, y: 4, rx: 6, width: kBox, height: 34 }),
      svg("text", { x: x(lane.index), y: 19 }, brief(lane.name, 15)),
      svg("text", { class: "kind", x: x(lane.index), y: 32 }, lane.kind))));
}

const laneLines = ({ lanes, x }, height) => lanes.map((lane) =>
  svg("line", { class: "lifeline", x1: x(lane.index), x2: x(lane.index), y1: 0, y2: height }));

// While a request is answered, whom it went to is at work.
function spans({ rows, lanes, x }) {
  const at = new Map(rows.map((row) => [row.event, row]));
  return rows.filter((row) => row.event.kind.direction === "to" && at.has(row.event.other))
    .map((row) => {
      const y = row.y + row.height - 8;
      const end = at.get(row.event.other);
      return svg("rect", { class: "work", x: x(wayOf(row.event, lanes).to) - 4, width: 8, y, rx: 2,
                           height: Math.max(end.y + end.height - 8 - y, 2) });
    });
}

function rowOf(row, view) {
  const { event, y, height, gap, wait } = row;
  const step = event.kind.direction === "none";
  const group = svg("g", { class: "row" + (event.failed ? " failed" : "") + (step ? " step" : ""),
                           role: step ? null : "button", "aria-label": labelOf(event),
                           onclick: () => !step && view.select(event) },
    svg("title", {}, brief([event.text, event.outcome, event.detail].filter(Boolean).join("\n"), 300)),
    svg("rect", { class: "hit", x: 0, y, width: view.whole, height }),
    gap > 0 && svg("text", { class: "pause", x: kGutter - 10, y: y - gap / 2 + 3 },
                   "· " + duration(wait) + " ·"),
    step ? stepRow(row, view) : event.kind.direction === "at" ? noteRow(row, view)
                                                               : arrowRow(row, view));
  return group;
}

const labelOf = (event) =>
  brief([event.kind.label, event.source, event.text, event.outcome].filter(Boolean).join(", "), 200);

const timeText = (event, y) =>
  svg("text", { class: "time", x: kGutter - 10, y }, instant(event.at));

function stepRow({ event, y }, { journey, whole }) {
  const step = journey.stepOf.get(event.step);
  const verdict = step ? step.verdict : "inconclusive";
  const indent = 14 * depthOf(journey, step);
  const room = (whole - kGutter - indent - 150) / 7.2;
  const icon = mark(verdict);
  for (const [k, v] of Object.entries({ x: kGutter + indent, y: y + 12, width: 14, height: 14 })) {
    icon.setAttribute(k, v);
  }
  return [svg("rect", { class: "band " + verdict, x: 4, y: y + 6, rx: 5, width: whole - 8,
                        height: 26 }),
          timeText(event, y + 23), icon,
          svg("text", { class: "sentence", x: kGutter + indent + 20, y: y + 23 },
              `${event.step}. ` + brief(event.text, room)),
          step && svg("text", { class: "took", x: whole - 14, y: y + 23 }, duration(step.duration_s))];
}

// A line of a log stands at its lane.
function noteRow({ event, y, of }, { lanes, x, whole }) {
  const at = x(Math.max(wayOf(event, lanes).from, 0));
  return [timeText(event, y + 17), svg("path", { class: "logmark", d: `M${at} ${y + 8}h6v12h-6z` }),
          svg("text", { class: "label log", x: at + 12, y: y + 17 },
              brief(of + logLine(event.text), (whole - at - 24) / kCharacter))];
}

function arrowRow({ event, y, height, of }, { lanes, laneWidth, x, whole }) {
  const way = wayOf(event, lanes);
  const back = event.kind.direction === "from";
  const line = y + height - 8;
  const to = x(way.to);
  const from = way.from === null ? to - laneWidth * 0.55 : x(way.from);
  const left = Math.min(from, to);
  const sign = to > from ? 1 : -1;
  const text = of + (event.failed ? "✕ " : "") + (back ? event.outcome : event.text);
  const beside = back ? event.detail : event.outcome;  // where there is room for it
  const besideX = Math.max(from, to) + 12;
  const rightmost = Math.max(way.from ?? 0, way.to) === lanes.length - 1;
  return [timeText(event, line + 1),
    svg("line", { class: "arrow " + (back ? "back" : "") + (way.from === null ? " unknown" : ""),
                  x1: from + sign * 5, x2: to - sign * 5, y1: line, y2: line,
                  "marker-end": `url(#arrow-${event.failed ? "failed" : "plain"})` }),
    svg("text", { class: "label", x: left + 10, y: line - 6 },
        brief(text, (Math.abs(to - from) - 18) / kCharacter)),
    beside && svg("text", { class: "beside", x: besideX, y: line + 4 },
        brief(beside, ((rightmost ? whole - 4 : besideX + laneWidth - 24) - besideX) / kCharacter))];
}
