// One play: what failed on top, its steps, and what went between whom.

const isLog = (event) => event.kind.direction === "at";

function journeyPage(index) {
  const journey = journeyAt(index);
  const timeline = timelineOf(journey);
  return { node: el("main", { id: "main", class: "journey" },
      navigation(index), journeyHead(journey),
      journey.skip && el("p", { class: "runnote" }, "It was not played: ", shown(journey.skip)),
      journey.failures.map((f) => failureCard(journey, f, timeline.goToStep)),
      pictures(journey, timeline.goToStep),
      journey.again && again("This play again", journey.again),
      journey.notes.length > 0 && el("section", {}, el("h2", {}, "Worth a look"),
        el("ul", { class: "notes" }, journey.notes.map((n) => el("li", {}, shown(n.message),
          n.kind !== "no_longer_reproduces" && [" in ",
            el("button", { class: "quiet", type: "button", onclick: () => timeline.goToStep(n.number) },
               shown(n.step)), el("pre", {}, shown(n.text))])))),
      journey.steps.length > 0 && el("div", { class: "columns" },
        el("section", { class: "steps" }, el("h2", {}, "Steps"), stepList(journey, timeline.goToStep),
           traffic(journey)),
        timeline.node)),
    keys: timeline.keys, selectEvent: timeline.selectEvent };
}

// What was seen in a browser; a click shows one in its full size, and small again.
const pictures = (journey, go) => journey.pictures.length > 0 && el("section", { class: "pictures" },
  el("h2", {}, "What was seen"), el("div", {}, journey.pictures.map((picture) => {
    const figure = el("figure", { class: picture.failed ? "failed" : "" },
      el("button", { type: "button", class: "quiet", "aria-label": "In its full size",
                     onclick: () => figure.classList.toggle("large") },
         el("img", { src: "data:image/jpeg;base64," + picture.jpeg, alt: picture.name })),
      el("figcaption", {}, picture.failed && mark("failed"),
         el("button", { type: "button", class: "quiet", onclick: () => go(picture.step) },
            shown(picture.name))));
    return figure;
  })));

function navigation(index) {
  const to = (i, text, label) => i < 0 || i >= run.journeys.length
    ? el("span", { class: "muted" }, text)
    : el("a", { href: "#journey=" + i, "aria-label": label }, text);
  return el("nav", {}, el("a", { href: "#" }, "← All journeys of ", shown(run.system)),
    el("span", {}, to(index - 1, "‹ previous", "Previous journey"), " ",
       `${index + 1} of ${number(run.journeys.length)}`, " ",
       to(index + 1, "next ›", "Next journey")));
}

const journeyHead = (j) => el("header", { class: "top" },
  el("div", { class: "verdict " + j.verdict }, mark(j.verdict),
     el("div", {}, el("h1", {}, named(j)), el("p", {}, el("b", {}, j.verdict), " ",
        el("span", { class: "place" }, shown(j.file) + ":" + j.line)))),
  facts([["Took", duration(j.duration_s)],
         ["Steps", number(j.steps.length) + (j.verdict === "passed" ? ""
                                             : ` of ${number(j.steps_planned)}`)],
         ["Checks", `${number(j.checks.passed)} held` +
                    (j.checks.failed ? `, ${number(j.checks.failed)} fell` : "")],
         ["Seed", String(j.seed)], run.rounds > 1 && ["Round", `${j.round + 1} of ${run.rounds}`],
         j.covers.length > 0 && ["Covers", j.covers.map(shown).join(", ")],
         j.tags.length > 0 && ["Tags", j.tags.map((t) => "#" + shown(t)).join(" ")]]));

// With a bar for when each was, of the whole play.
function stepList(journey, go) {
  const whole = Math.max(journey.duration_s, 1e-9);
  const percent = (s) => Math.min(Math.max((s / whole) * 100, 0), 100);
  return el("ol", { class: "steplist" }, journey.steps.map((step) => {
    const left = Math.min(percent(step.at_s), 99);
    const width = Math.max(Math.min(percent(step.duration_s), 100 - left), 0.7);
    return el("li", { class: step.verdict, style: { "--depth": String(depthOf(journey, step)) } },
      el("button", { type: "button", disabled: !step.number, onclick: () => go(step.number) },
        mark(step.verdict), el("span", { class: "sentence" }, shown(step.step)),
        el("span", { class: "number" }, step.verdict === "skipped" ? "left out"
                                                                  : duration(step.duration_s)),
        step.skip && el("span", { class: "why" }, shown(step.skip)),
        el("i", { class: "when", style: { "margin-left": left + "%", width: width + "%" } })));
  }));
}

const traffic = (journey) => journey.traffic.length > 0 && el("details", {},
  el("summary", {}, "All that was seen, counted"),
  el("table", { class: "traffic" }, el("tbody", {}, journey.traffic.map((count) =>
    el("tr", {}, el("td", {}, shown(count.source) || "journey"), el("td", {}, shown(count.kind)),
       el("td", { class: "number" }, number(count.events)),
       el("td", {}, count.failed ? el("b", { class: "failed" }, `✕ ${number(count.failed)} failed`)
                                 : ""))))));

function dropped(journey) {
  if (journey.earlier === 0) return null;
  const kept = journey.events.length;
  return el("p", { class: "runnote" }, kept === 0
    ? `The ${plural(journey.earlier, "event")} of this play are not in the report: it had no room `
      + "left for them. The counts are exact."
    : `Before these, ${plural(journey.earlier, "event")} are not in the report, which keeps the last `
      + `${number(kept)} of this play. The counts are exact.`);
}
