// What a race has shown: how much was played, and each finding as the order that shows it.

const races = () => Array.from({ length: run.races }, (_, i) => raceSection(read("race-" + i)));

function raceSection(race) {
  return el("section", { class: "race" },
    el("h2", {}, shown(race.journey), " ",
       el("span", { class: "muted" }, plural(race.contenders.length, "contender"))),
    race.file && el("p", { class: "place" }, shown(race.file) + ":" + race.line),
    explored(race), race.findings.map((finding) => findingCard(race, finding)));
}

// A row for each way in which it was played: how often, and what came of it.
function explored(race) {
  const found = race.findings.length;
  const rows = [
    race.serial_orders > 0 && ["One after the other", plural(race.serial_orders, "order"),
      shown(race.serial_note) || "what is left then is what is right"],
    race.fired > 0 && ["All at once, as they come", plural(race.fired, "time"),
      race.fired_fell > 0 ? `${number(race.fired_fell)} fell` : "none fell", race.fired_fell > 0],
    race.schedules > 0 && [`In order, with up to ${plural(race.bound, "preemption")}`,
      `${plural(race.schedules, "order")} of up to ${plural(race.operations, "operation")}` +
        (race.median_s > 0 ? `, ${duration(race.median_s)} each` : ""),
      [found > 0 ? plural(found, "finding") : "none fell",
       race.exhausted ? "; these are all" : race.stopped && ["; not all: ", shown(race.stopped)]],
      found > 0],
    race.schedules === 0 && race.stopped && ["In order", "not played", shown(race.stopped), true],
    race.without_conflict > 0 && ["Left out", plural(race.without_conflict, "order"),
      "they differ in what does not conflict"],
    race.symmetric > 0 && ["Left out", plural(race.symmetric, "order"),
      "they differ in who it is, and all do the same"],
    race.not_compared.length > 0 && ["Not compared", plural(race.not_compared.length, "part"),
      ["they differ by themselves: ", race.not_compared.map(shown).join(", ")]]];
  return el("div", { class: "wide" }, el("table", { class: "figures" }, el("thead", {}, el("tr", {},
      ["Played", "How much", "What came of it"].map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.filter(Boolean).map(([what, count, came, fell]) => el("tr",
      { class: fell ? "failed" : null }, el("td", { class: "name" }, what), el("td", {}, count),
      el("td", { class: fell ? "told" : null }, came))))));
}

const kFindings = {
  invariant: "An invariant fell", expectation: "An expectation fell",
  "not serial": "Its end is that of no order in turn", "server error": "A service failed",
  hang: "Nothing went on any more",
  "at once": "It fell when all went at once; no order that was played shows it" };

// What is known of the point of no return. A run that was kept before it was looked for has none.
function noReturn(finding) {
  const point = finding.no_return;
  const note = finding.no_return_note;
  if (!point && !note) return null;
  const bound = point && ` with up to ${plural(point.preemptions, "preemption")}`;
  const told = !point ? ["Its point of no return is not known: ", shown(note), "."]
    : !Number.isInteger(point.act) ? `Every order${bound} fell: ${number(point.orders)}.`
    : point.orders === 1 ? `The point of no return: no other order${bound} goes on from there.`
    : `The point of no return: all ${number(point.orders)} orders${bound} that go on from there fell.`;
  return el("p", { class: "muted" }, told, finding.further > 0 &&
    ` ${number(finding.further)} more ${finding.further === 1 ? "order was" : "orders were"}` +
    " played to look for it.");
}

function findingCard(race, finding) {
  const known = Object.hasOwn(kFindings, finding.kind);
  const order = finding.order.join(",");
  return el("article", { class: "card failed finding" },
    el("h3", {}, mark("failed"), known ? kFindings[finding.kind] : shown(finding.kind)),
    el("p", { class: "said" }, shown(finding.what)),
    facts([
      finding.order.length > 0 && ["Found in order", number(finding.schedule)],
      finding.order.length > 0 && ["Preemptions", number(finding.preemptions)],
      finding.replayed > 0 && ["Shown again by",
        `${number(finding.confirmed)} of ${plural(finding.replayed, "replay")}`]]),
    finding.acts.some((act) => isOperation(act) || act.logs?.length > 0) && el("div", { class: "wide" }, raceDiagram(race, finding)),
    finding.acts.some((act) => act.preempts) && el("p", { class: "muted" },
      "▶ A preemption: before it another could have gone on."),
    noReturn(finding),
    finding.replay && again("Again", finding.replay.command),
    order && again("This order again", "--order " + order));
}
