// The first page: the verdict, what failed, and all journeys in a table that can be searched.

const kVerdicts = ["failed", "inconclusive", "skipped", "passed"];
const kRows = 1000;  // that are shown before more are asked for
const kCards = 8;    // failures that are told before the table

const chosen = { text: "", verdicts: new Set(), sort: "order", down: false, all: false };

function overview() {
  const counts = Object.fromEntries(kVerdicts.map((v) =>
    [v, run.journeys.filter((j) => j.verdict === v).length]));
  return el("main", { id: "main", class: "overview" },
            header(counts), run.note && el("p", { class: "runnote" }, shown(run.note)),
            loads(), races(), failed(), notes(), table(counts));
}

function header(counts) {
  const told = kVerdicts.toReversed().filter((v) => counts[v] > 0 || v === "passed");
  return el("header", { class: "top" },
    el("div", { class: "verdict " + run.verdict }, mark(run.verdict),
       el("div", {}, el("h1", {}, shown(run.system)),
          el("p", {}, el("b", {}, run.verdict), ": ",
             told.map((v) => number(counts[v]) + " " + v).join(", ") || "nothing was played"))),
    bar(counts), facts([
      ["Took", duration(run.duration_s)], ["Ready after", duration(run.startup_s)],
      ["Began", when(run.started)], ["Seed", String(run.seed) + (run.shuffled ? ", shuffled" : "")],
      run.rounds > 1 && ["Rounds", number(run.rounds)], ["Trial", run.trial]]),
    run.repeat && again("Play it again", run.repeat));
}

const when = (text) => shown(text).replace("T", " ").replace(/\.\d+Z$/, " UTC").replace(/Z$/, " UTC");

const facts = (list) => el("dl", { class: "facts" }, list.filter(Boolean).map(([name, value]) =>
  el("div", {}, el("dt", {}, name), el("dd", {}, value))));

function bar(counts) {
  const parts = kVerdicts.toReversed().filter((v) => counts[v] > 0);
  return el("div", { class: "bar", "aria-hidden": "true" }, parts.map((v) =>
    el("i", { class: v, style: { "flex-grow": String(counts[v]) } })));
}

const linkTo = (journey, ...children) =>
  el("a", { href: "#journey=" + journey.index }, ...children);

const named = (journey) =>
  shown(journey.name) + (run.rounds > 1 ? ` [${journey.round + 1}/${run.rounds}]` : "");

function failed() {
  const list = run.journeys.filter((j) => j.failure);
  if (list.length === 0) return null;
  return el("section", {}, el("h2", {}, "What failed"), el("ul", { class: "cards" },
    list.slice(0, kCards).map((j) => el("li", { class: "card failed" },
      el("h3", {}, linkTo(j, mark(j.verdict), named(j))),
      el("p", { class: "place" }, shown(j.failure.file) + ":" + j.failure.line),
      el("p", { class: "said" }, el("b", {}, shown(j.failure.step)), ": ",
         brief(j.failure.message, 300)),
      j.failure.path && el("p", { class: "said" }, el("code", {}, brief(j.failure.path, 80)),
        " is ", el("code", { class: "actual" }, brief(j.failure.actual, 120)), ", expected ",
        el("code", { class: "expected" }, brief(j.failure.expected, 120)))))),
    list.length > kCards &&
      el("p", { class: "muted" }, `and ${list.length - kCards} more, in the table`));
}

function notes() {
  const list = run.journeys.flatMap((j) => j.notes.map((note) => [j, note]));
  if (list.length === 0) return null;
  return el("section", {}, el("h2", {}, "Worth a look"), el("ul", { class: "notes" },
    list.slice(0, 20).map(([j, note]) => el("li", {}, linkTo(j, named(j)), ": ", shown(note)))),
    list.length > 20 && el("p", { class: "muted" }, `and ${list.length - 20} more`));
}

function fits(journey) {
  if (chosen.verdicts.size > 0 && !chosen.verdicts.has(journey.verdict)) return false;
  const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
  const hay = [journey.name, journey.file, ...journey.covers, ...journey.tags.map((t) => "#" + t)]
    .join(" ").toLowerCase();
  return words.every((word) => hay.includes(word));
}

const kColumns = [
  ["verdict", "Verdict", (j) => kVerdicts.indexOf(j.verdict)],
  ["name", "Journey", (j) => j.name.toLowerCase()],
  ["covers", "Covers", (j) => j.covers.join(" ") || "\uffff"],
  ["steps", "Steps", (j) => j.steps_played],
  ["events", "Events", (j) => j.event_count],
  ["duration", "Duration", (j) => j.duration_s],
];

function table(counts) {
  const body = el("tbody", {});
  const told = el("p", { class: "muted", role: "status" });
  const more = el("p", {});
  const heads = kColumns.map(([key, title]) => el("th", { scope: "col", class: key },
    el("button", { type: "button", onclick: () => {
      chosen.down = chosen.sort === key && !chosen.down;
      chosen.sort = key;
      show();
    } }, title)));
  // Plays may be a million: they are never the arguments of a call, which the stack would not hold.
  const longest = run.journeys.reduce((most, j) => Math.max(most, j.duration_s), 1e-9);
  const show = () => {
    const by = kColumns.find(([key]) => key === chosen.sort);
    let list = run.journeys.filter(fits);
    if (by) {
      const value = by[2];
      const less = (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
      list = list.toSorted((a, b) => (chosen.down ? -1 : 1) * less(a, b));
    }
    const first = chosen.all ? list : list.slice(0, kRows);
    const rows = document.createDocumentFragment();
    for (const j of first) rows.append(row(j, longest));
    body.replaceChildren(rows);
    told.textContent = list.length === run.journeys.length
      ? plural(list.length, "play")
      : `${number(list.length)} of ${plural(run.journeys.length, "play")}`;
    more.replaceChildren(...(first.length < list.length ? [el("button", { type: "button",
      onclick: () => { chosen.all = true; show(); } }, `Show all ${number(list.length)}`)] : []));
    kColumns.forEach(([key], i) => heads[i].setAttribute("aria-sort",
      key !== chosen.sort ? "none" : chosen.down ? "descending" : "ascending"));
  };
  const section = el("section", {}, el("h2", {}, "Journeys"),
    el("div", { class: "filters" },
       el("input", { type: "search", id: "search", placeholder: "Search name, file, #tag, covers ( / )",
                     "aria-label": "Search journeys", value: chosen.text,
                     oninput: (e) => { chosen.text = e.target.value; show(); } }),
       verdictButtons(counts, show)), told,
    el("div", { class: "wide" }, el("table", { class: "journeys" },
       el("thead", {}, el("tr", {}, heads)), body)), more);
  show();
  return section;
}

const verdictButtons = (counts, show) => kVerdicts.filter((v) => counts[v] > 0).map((v) => {
  const button = el("button", { type: "button", class: "chip", "aria-pressed":
    String(chosen.verdicts.has(v)), onclick: () => {
      if (!chosen.verdicts.delete(v)) chosen.verdicts.add(v);
      button.setAttribute("aria-pressed", String(chosen.verdicts.has(v)));
      show();
    } }, mark(v), v + " " + number(counts[v]));
  return button;
});

function row(j, longest) {
  const share = Math.max((j.duration_s / longest) * 100, 1).toFixed(1) + "%";
  return el("tr", { class: j.verdict },
    el("td", { class: "verdict" }, badge(j.verdict)),
    el("td", { class: "name" }, linkTo(j, named(j)),
       el("div", { class: "place" }, shown(j.file) + ":" + j.line,
          j.tags.map((tag) => el("span", { class: "tag" }, "#" + shown(tag)))),
       j.skip && el("div", { class: "muted" }, shown(j.skip))),
    el("td", { class: "covers" }, j.covers.map(shown).join(", ")),
    el("td", { class: "number" }, j.verdict === "skipped" ? "" : number(j.steps_played)),
    el("td", { class: "number" }, j.verdict === "skipped" ? "" : number(j.event_count)),
    el("td", { class: "number duration" }, j.verdict === "skipped" ? "" : duration(j.duration_s),
       j.verdict !== "skipped" && el("i", { class: "share", style: { width: share } })));
}
