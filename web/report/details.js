// All that is known of one event.

function block(title, text, lineBreaks) {
  if (!text) return null;
  return el("section", {}, el("h4", {}, title, " ", copyButton(text, "Copy")),
            el("pre", {}, shown(lineBreaks ? pretty(text) : text)));
}

// `go` selects another event or null.
function details(journey, event, lanes, go) {
  const way = wayOf(event, lanes);
  const name = (i) => (i === null ? "a service" : i < 0 ? shown(event.source) : shown(lanes[i].name));
  const step = journey.stepOf.get(event.step);
  const direction = event.kind.direction;
  const body = direction === "by_service" ? "With" : direction === "at" ? "More" : "Body";
  return el("aside", { class: "details", "aria-label": "Event" },
    el("header", {}, el("h3", {}, event.failed && mark("failed"), shown(event.kind.label)),
       el("button", { type: "button", class: "quiet", onclick: () => go(null) }, "Close")),
    el("p", { class: "way" }, direction === "at" ? name(way.from)
      : name(way.from) + " → " + name(way.to)),
    facts([["At", instant(event.at)], event.took > 0 && ["Took", duration(event.took)],
           step && ["Step", `${event.step}, line ${step.line}`],
           event.connection > 0 && ["Connection", String(event.connection)],
           event.service && ["Service", shown(event.service)]]),
    step && el("p", { class: "muted" }, shown(step.step)),
    block(direction === "by_service" ? "Asked" : "What", event.text),
    block("Outcome", event.outcome), block(body, event.detail, true),
    event.other && el("button", { type: "button", onclick: () => go(event.other) },
                      "Its " + (direction === "to" ? "answer" : "request")));
}
