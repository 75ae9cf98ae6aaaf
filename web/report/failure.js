// A failure: the step, what was expected and what came, and where the two differ.

// The part in which two texts differ, between what both begin and both end with.
function differing(a, b) {
  const least = Math.min(a.length, b.length);
  let head = 0, tail = 0;
  while (head < least && a[head] === b[head]) ++head;
  while (tail < least - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) ++tail;
  return { head, tail };
}

function side(sign, label, text, other) {
  const { head, tail } = differing(text, other);
  const alike = head + tail >= Math.max(text.length, other.length) * 0.3;  // else all of it differs
  const end = text.length - tail;
  return el("div", { class: "side " + label },
    el("span", { class: "sign" }, sign, " ", label),
    el("code", {}, alike ? [shown(text.slice(0, head)), el("mark", {}, shown(text.slice(head, end))),
                            shown(text.slice(end))] : shown(text)));
}

// A note's lines begin with the sign of the side that they are of.
const kSides = { "-": "expected", "+": "actual" };
const noteLines = (note) => note && el("pre", { class: "howitdiffers" }, note.split("\n").map((line) =>
  el("span", { class: (line[1] === " " && kSides[line[0]]) || "hint" }, shown(line) + "\n")));

const mismatch = (m) => el("div", { class: "mismatch" },
  el("div", { class: "path" }, shown(m.path) || "(all of it)"),
  side("−", "expected", m.expected, m.actual), side("+", "actual", m.actual, m.expected),
  noteLines(m.note));

function failureCard(journey, failure, go) {
  const seen = failure.seen;
  return el("article", { class: "card failed failure" },
    el("h2", {}, mark("failed"), shown(failure.step)),
    el("p", { class: "place" }, shown(failure.file) + ":" + failure.line, " ",
       failure.number && journey.stepOf.has(failure.number) && el("button",
         { type: "button", class: "quiet", onclick: () => go(failure.number) },
         "Show in the timeline")),
    el("p", { class: "message" }, shown(failure.message)),
    failure.mismatches.slice(0, 100).map(mismatch),
    failure.mismatches.length > 100 &&
      el("p", { class: "muted" }, `and ${failure.mismatches.length - 100} more differences`),
    seen.length > 0 && el("details", { open: seen.length === 1 && seen[0].length < 2000 },
      el("summary", {}, seen.length === 1 ? "What it saw"
        : `What it saw while it waited: ${seen.length} states`),
      el("ol", { class: "seen" }, seen.map((s) => el("li", {}, el("pre", {}, shown(pretty(s))))))));
}
