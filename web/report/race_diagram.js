// The order of a finding as a sequence diagram: a column for each who contends, time downwards.
//
//        contender 1          contender 2
//    1   | select …           |
//        | → SELECT 0         |
//        | . . . . . . . . .> | preempted: he went on although the other could have
//    2   |                    | select …
//        |                    # waits for another
//        |                    | · a line of a service's log
//   ==== point of no return =========
//        | is done            # goes on

const kActNumber = 46;      // the gutter of numbers
const kActColumn = 210;     // the least a column has
const kActLine = 15;
const kActLines = 5;        // of a statement; all of it is in its title
const kActLetter = 6.75;    // the width of one
const kActHead = 40;
const kNoReturn = 30;       // the room of the line at the point of no return
const kMostActs = 4000;

const isOperation = (act) => act.kind === "asks" || act.kind === "commits";

// What is written of each act. What came of an operation that had to wait stands where it goes on.
function actRows(acts) {
  const waiting = new Map();
  const boundaries = new Set(acts.filter(isOperation).map((act) => act.boundary));
  const services = new Set(acts.flatMap((act) => (act.logs || []).map((log) => log.source)));
  const later = nextOfEach(acts);
  let count = 0;
  return acts.map((act, i) => {
    const next = later[i];
    const row = { act, number: isOperation(act) ? ++count : 0, outcome: "", failed: false,
                  text: "", kind: act.kind, logs: logLines(act, services.size > 1) };
    const tell = (of) => { row.outcome = of.outcome || ""; row.failed = of.failed; };
    switch (act.kind) {
      case "asks":
      case "commits":
        row.text = (boundaries.size > 1 ? act.boundary + ": " : "") +
          (act.kind === "commits" ? "commits: others see it" : act.text || "");
        if (next?.kind === "blocks") waiting.set(act.contender, act);
        else if (act.kind === "asks" && next?.kind === "commits" && next.text === act.text) {
          row.outcome = "seen by nobody yet";
        } else tell(act);
        break;
      case "goes_on":
        row.text = "goes on";
        if (waiting.has(act.contender)) tell(waiting.get(act.contender));
        waiting.delete(act.contender);
        break;
      case "blocks": row.text = "waits for another"; break;
      case "begins": row.text = "begins"; break;
      default: row.text = "is done";
    }
    return row;
  });
}

// What services wrote to their logs after it, each line cut to one.
function logLines(act, named) {
  const lines = (act.logs || []).map((log) => (named ? log.source + ": " : "") + log.text);
  if (act.more_logs > 0) lines.push(`${number(act.more_logs)} more lines`);
  return lines;
}

// Of each act the next one of the same contender.
function nextOfEach(acts) {
  const next = new Map();
  const all = new Array(acts.length);
  for (let i = acts.length - 1; i >= 0; --i) {
    all[i] = next.get(acts[i].contender);
    next.set(acts[i].contender, acts[i]);
  }
  return all;
}

// At blanks, where there are some.
function wrapped(text, room) {
  const lines = [""];
  for (const word of brief(text, room * kActLines).split(" ")) {
    const line = lines[lines.length - 1];
    if (!line) lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= room) lines[lines.length - 1] += " " + word;
    else lines.push(word);
  }
  const kept = lines.slice(0, kActLines).map((line) => brief(line, room));
  if (lines.length > kActLines) kept[kActLines - 1] = brief(kept[kActLines - 1] + " …", room);
  return kept;
}

function raceDiagram(race, finding) {
  const count = Math.max(race.contenders.length, 1);
  const most = Math.min(innerWidth - 130, 1560);
  const column = Math.min(Math.max((most - kActNumber) / count, kActColumn), 620);
  const whole = kActNumber + column * count;
  const x = (contender) => kActNumber + column * contender + 12;
  const room = Math.floor((column - 44) / kActLetter);
  let y = kActHead + 10;
  const point = finding.no_return;
  let pointAt = null;
  const placeNoReturn = () => { pointAt = y + kNoReturn / 2 - 3; y += kNoReturn; };
  if (point && !Number.isInteger(point.act)) placeNoReturn();
  const placed = actRows(finding.acts.slice(0, kMostActs)).map((row, i) => {
    const lines = wrapped(row.text, room);
    const came = row.outcome ? wrapped("→ " + row.outcome, room) : [];
    const height = (lines.length + came.length + row.logs.length) * kActLine + 10;
    const at = y;
    y += height;
    if (point?.act === i) placeNoReturn();
    return { ...row, lines, came, y: at };
  });
  const height = y + 12;
  const hidden = finding.acts.length - placed.length;
  return [svg("svg", { class: "diagram acts", width: whole, height, viewBox: `0 0 ${whole} ${height}`,
      role: "group", "aria-label": "Sequence diagram: who asked what, in this order" },
    race.contenders.map((name, i) => contenderHead(name, x(i), column)),
    race.contenders.map((_, i) => lifeOf(placed.filter((row) => row.act.contender === i), x(i), y)),
    placed.map((row, i) => actRow(row, placed[i - 1], x, room)),
    pointAt !== null && noReturnLine(pointAt, whole)),
    hidden > 0 && el("p", { class: "muted" }, `and ${number(hidden)} more acts`)];
}

// Across all columns.
const noReturnLine = (y, width) => svg("g", { class: "no-return" },
  svg("path", { d: `M8 ${y}H${width - 8}` }),
  svg("rect", { x: kActNumber + 24, y: y - 10, width: 136, height: 20, rx: 10 }),
  svg("text", { x: kActNumber + 92, y: y + 4 }, "point of no return"));

const contenderHead = (name, x, column) => svg("g", { class: "lane" },
  svg("title", {}, contenderTitle(name)),
  svg("rect", { x: x - 8, y: 2, rx: 6, width: column - 16, height: 30 }),
  svg("text", { class: "contender", x: x + 4, y: 21 },
      brief(contenderTitle(name), Math.floor((column - 40) / kActLetter))));

// One who has no name but his number.
const contenderTitle = (name) => /^[0-9]+$/.test(name) ? "contender " + name : name;

// From his first act to his last; a bar where he waits for another.
function lifeOf(rows, x, end) {
  if (rows.length === 0) return null;
  const last = rows[rows.length - 1];
  const until = last.kind === "ends" ? last.y + 14 : end;
  const waits = [];
  rows.forEach((row, i) => {
    if (row.kind !== "blocks") return;
    const to = rows.slice(i + 1).find((other) => other.kind === "goes_on");
    waits.push(svg("rect", { class: "waits", x: x - 4, width: 8, y: row.y + 2, rx: 2,
                             height: Math.max((to ? to.y + 6 : until) - row.y - 2, 4) }));
  });
  return [svg("line", { class: "lifeline", x1: x, x2: x, y1: rows[0].y, y2: until }), waits];
}

function actRow(row, before, x, room) {
  const { act, y, lines } = row;
  const at = x(act.contender);
  const kind = row.failed ? "failed" : row.kind === "blocks" ? "waiting"
    : isOperation(act) ? "operation" : "quiet";
  const from = act.preempts && before ? x(before.act.contender) : null;
  return svg("g", { class: "act " + kind + (act.preempts ? " preempts" : "") },
    svg("title", {}, brief([act.preempts && "Another could have gone on. ", act.boundary, row.text,
                            row.outcome].filter(Boolean).join("  "), 2000)),
    from !== null && from !== at && svg("path", { class: "preemption",
      d: `M${from} ${y - 2}H${at + (from < at ? -7 : 7)}` }),
    act.preempts && svg("path", { class: "preempted",
      d: `M${at + 6} ${y + 3}l8 5-8 5z` }),
    row.number > 0 && svg("text", { class: "time", x: kActNumber - 12, y: y + 12 }, row.number),
    isOperation(act) && svg("circle", { class: "dot", cx: at, cy: y + 8, r: 3.5 }),
    lines.map((line, i) => svg("text", { class: "label", x: at + (act.preempts ? 20 : 14),
                                         y: y + 12 + i * kActLine }, line)),
    row.came.map((line, i) => svg("text", { class: "beside", x: at + 14,
                                            y: y + 12 + (lines.length + i) * kActLine }, line)),
    row.logs.map((line, i) => svg("text", { class: "log", x: at + 14,
        y: y + 12 + (lines.length + row.came.length + i) * kActLine },
      svg("title", {}, line), "· " + brief(line, room))));
}
