// The events of a play, as a diagram, as a list, or only what was logged; and the one selected.

const kNarrow = 720;  // below it the list is shown first: the diagram has no room

// The same events as lines of text, for narrow screens, for printing and for readers of the screen.
function eventList(journey, events, lanes, select) {
  const name = (i) => (i === null ? "?" : i < 0 ? "" : lanes[i].name);
  const rows = events.map((event) => {
    if (event.kind.direction === "none") {
      const step = journey.stepOf.get(event.step);
      return el("tr", { class: "step" }, el("td", { class: "number" }, instant(event.at)),
        el("td", { colspan: 3 }, step && mark(step.verdict), `${event.step}. `, shown(event.text)));
    }
    const way = wayOf(event, lanes);
    const who = way.from === way.to ? name(way.from) || event.source
                                    : `${name(way.from)} → ${name(way.to)}`;
    return el("tr", { class: event.failed ? "failed" : null, onclick: () => select(event) },
      el("td", { class: "number" }, instant(event.at)), el("td", { class: "who" }, shown(who)),
      el("td", {}, el("button", { type: "button", class: "what" }, event.failed && "✕ ",
                      brief(event.text, 500))),
      el("td", { class: "outcome" }, brief(event.outcome, 200)));
  });
  return { node: el("table", { class: "events" }, el("tbody", {}, rows)), rows };
}

function timelineOf(journey) {
  const state = { tab: innerWidth < kNarrow ? "List" : "Diagram", text: "", event: null };
  const lanes = lanesOf(journey);
  const place = el("div", { class: "pane" });
  const aside = el("div", { class: "asideplace" });
  let items = [], visible = [];

  const select = (event, scroll) => {
    state.event = event;
    items.forEach((item, i) => item.classList.toggle("selected", visible[i] === event));
    aside.replaceChildren(...(event ? [details(journey, event, lanes, (e) => select(e, true))] : []));
    node.classList.toggle("with-details", event !== null);
    if (event && scroll) items[visible.indexOf(event)]?.scrollIntoView({ block: "center" });
  };
  const hit = (event) => (state.tab !== "Logs" || isLog(event)) &&
    [event.text, event.detail, event.outcome, event.source].some((text) =>
      text && text.toLowerCase().includes(state.text.toLowerCase()));
  const show = () => {
    visible = journey.events.filter(hit);
    if (state.tab === "Diagram") {
      const room = Math.max(place.clientWidth - 2, 560);
      const { root, head, groups } = diagram(journey, visible, room, (event) => select(event));
      items = groups;
      place.replaceChildren(el("div", { class: "laneheads" }, head), root);
    } else {
      const list = eventList(journey, visible, lanes, (event) => select(event));
      items = list.rows;
      place.replaceChildren(list.node);
    }
    if (visible.length === 0) {
      place.replaceChildren(el("p", { class: "muted" }, journey.events.length === 0
        ? "No events are kept of this play." : "Nothing fits."));
    }
    tabs.querySelectorAll("button").forEach((b) =>
      b.setAttribute("aria-selected", String(b.textContent === state.tab)));
    select(state.event);
  };
  const tabs = el("div", { role: "tablist", class: "tabs" }, ["Diagram", "List", "Logs"].map((name) =>
    el("button", { type: "button", role: "tab", onclick: () => { state.tab = name; show(); } }, name)));
  const search = el("input", { type: "search", id: "search", placeholder: "Search events ( / )",
    "aria-label": "Search events", oninput: () => { state.text = search.value; show(); } });
  const node = el("section", { class: "timeline" }, el("h2", {}, "What happened"),
    el("div", { class: "filters" }, tabs, search), dropped(journey),
    el("div", { class: "split" }, place, aside));

  const goToStep = (number) => {
    state.text = search.value = "";
    if (state.tab === "Logs") state.tab = "Diagram";
    show();
    const at = visible.findIndex((e) => e.step === number && e.kind.direction === "none");
    const first = at >= 0 ? at : visible.findIndex((e) => e.step === number);
    if (first < 0) return;
    items.forEach((item, i) => item.classList.toggle("shown", i === first));
    items[first].scrollIntoView({ block: "center" });
  };
  const move = (by) => {
    const can = visible.filter((event) => event.kind.direction !== "none");
    const now = can.indexOf(state.event);
    const next = now < 0 ? (by > 0 ? 0 : can.length - 1) : now + by;
    if (can[next]) select(can[next], true);
  };
  const keys = { j: () => move(1), k: () => move(-1), Escape: () => select(null) };
  new ResizeObserver(() => requestAnimationFrame(() => {
    if (place.clientWidth !== state.width && state.tab === "Diagram") {
      state.width = place.clientWidth;
      show();
    }
  })).observe(place);
  show();
  const selectEvent = (index) => {
    const event = journey.events[index];
    if (event) event.kind.direction === "none" ? goToStep(event.step) : select(event, true);
  };
  return { node, goToStep, selectEvent, keys };
}
