// Which page is shown: `#` the overview, `#journey=3` a play, `#journey=3&event=7` an event of it.
// Keys: / searches, j and k go through events, [ and ] through journeys,
// Escape closes.

let page = { node: null, keys: {} };
let current = -1;  // the journey that is shown

function show() {
  const asked = /^#journey=(\d{1,9})(?:&event=(\d{1,9}))?$/.exec(location.hash);
  const index = asked ? Number(asked[1]) : -1;
  const known = index >= 0 && index < run.journeys.length;
  current = known ? index : -1;
  page = known ? journeyPage(index) : { node: overview(), keys: {} };
  document.getElementById("page").replaceChildren(page.node, footer());
  document.title = (known ? run.journeys[index].verdict + ": " + named(run.journeys[index])
                          : run.verdict + ": " + shown(run.system)) + " · Peregrine";
  scrollTo(0, 0);
  if (known && asked[2]) page.selectEvent(Number(asked[2]));
}

const kThemes = ["light", "dark"];
const footer = () => el("footer", {},
  el("span", {}, `Peregrine ${shown(run.peregrine)}`),
  el("span", { class: "keys" }, "Keys: ", el("kbd", {}, "/"), " search, ", el("kbd", {}, "j"), " ",
     el("kbd", {}, "k"), " events, ", el("kbd", {}, "["), " ", el("kbd", {}, "]"), " journeys, ",
     el("kbd", {}, "Esc"), " close"),
  el("button", { type: "button", class: "quiet", onclick: () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark"
                                    : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = kThemes[dark ? 0 : 1];
  } }, "Light or dark"));

function goBy(by) {
  const next = current + by;
  if (current >= 0 && next >= 0 && next < run.journeys.length) location.hash = "#journey=" + next;
}

const keys = { "[": () => goBy(-1), "]": () => goBy(1),
               "/": () => document.getElementById("search")?.focus() };

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = page.keys[event.key] || keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
addEventListener("hashchange", show);
show();
