// What a load has measured: counts, thresholds, times, failures, and their course.

const us = (value) => duration(value / 1e6);
const perSecond = (count, seconds) => {
  if (!(seconds > 0)) return "-";
  const rate = count / seconds;
  return (rate < 100 ? String(Number(rate.toPrecision(3))) : number(Math.round(rate))) + "/s";
};
const percentOf = (some, all) =>
  (all > 0 ? String(Number(((100 * some) / all).toPrecision(3))) : "0") + "%";

// The order in which html_data.cc writes the parts of a slice; seconds, and times in µs.
const readSlice = (s) => ({ at: s[0], length: s[1], counted: s[2] === 1, requests: s[3], plays: s[4],
  failed: s[5], users: s[6], p50: s[7], p95: s[8], p99: s[9], max: s[10],
  streams: s[11], messages: s[12] });

const loads = () => Array.from({ length: run.loads }, (_, i) => loadSection(read("load-" + i)));

function loadSection(load) {
  const slices = load.slices.map(readSlice);
  return el("section", { class: "load" },
    el("h2", {}, shown(load.journey), " ", el("span", { class: "muted" }, shown(load.model))),
    load.file && el("p", { class: "place" }, shown(load.file) + ":" + load.line),
    load.aborted && el("p", { class: "runnote" }, "Ended early: ", shown(load.aborted)),
    load.generator.was_slow && el("p", { class: "runnote" },
      "Peregrine itself was the bottleneck: a part of these times is its own."),
    loadFacts(load), thresholds(load), latencies(load), charts(load, slices), observed(load), loadFailures(load),
    generator(load));
}

function loadFacts(load) {
  const plays = load.plays;
  return facts([
    ["Requests", `${number(load.requests)}, ${perSecond(load.requests, load.measured_s)}`],
    ["Plays", `${number(plays.ended)}, ${perSecond(plays.ended, load.measured_s)}`],
    ["Failed", el("span", { class: plays.failed > 0 ? "failed told" : null },
                  `${number(plays.failed)} (${percentOf(plays.failed, plays.ended)})`)],
    plays.lost > 0 && ["Lost", number(plays.lost)],
    plays.cut > 0 && ["Cut off at the end", number(plays.cut)],
    plays.not_begun > 0 && ["Due, and never begun", number(plays.not_begun)],
    [load.open ? "Plays at once, at most" : "Users, at most", number(load.users)],
    ["Measured", duration(load.measured_s)],
    load.streams.most_open > 0 && ["Streams open, at most", el("span", {},
      `${number(load.streams.most_open)} of ${number(load.streams.opened)} opened`,
      load.streams.broke > 0 && el("span", { class: "failed told" },
        `, ${number(load.streams.broke)} broke`))],
    load.streams.most_open > 0 && ["Messages", `${number(load.streams.messages)}, ` +
      perSecond(load.streams.messages, load.measured_s)],
    load.warm_up_s > 0 && ["Warm-up before", duration(load.warm_up_s)],
    plays.looked > 0 && ["Looked into boundaries", plural(plays.looked, "play")]]);
}

function thresholds(load) {
  if (load.thresholds.length === 0) return null;
  // What was not measured has not held, and that it fell would say too much.
  const word = (t) => (t.held ? "held" : t.measured === false ? "not measured" : "fell");
  const count = (said) => load.thresholds.filter((t) => word(t) === said).length;
  const told = ["fell", "not measured"].filter((said) => count(said) > 0)
    .map((said) => `${count(said)} of ${load.thresholds.length} ${said}`);
  return el("div", {}, el("h3", {}, "Thresholds ", el("span", { class: "muted" },
      told.length === 0 ? "all held" : told.join(", "))),
    el("div", { class: "wide" }, el("table", { class: "figures thresholds" }, el("thead", {},
      el("tr", {}, ["", "Of", "Figure", "Bound", "Measured"].map((head) =>
        el("th", { scope: "col" }, head)))),
      el("tbody", {}, load.thresholds.map((one) => {
        const verdict = one.held ? "passed" : "failed";
        return el("tr", { class: verdict },
          el("td", { class: "told" }, mark(verdict), word(one)),
          el("td", { class: "name" }, shown(one.on) || "all of it"), el("td", {}, shown(one.what)),
          el("td", {}, shown(one.limit)), el("td", { class: "told" }, shown(one.actual)));
      })))));
}

const kTimes = [["p50", "p50"], ["p90", "p90"], ["p95", "p95"], ["p99", "p99"], ["p999", "p99.9"],
                ["max", "max"], ["mean", "mean"]];

function latencies(load) {
  const row = (name, times, kind, failed) => times.count > 0 && el("tr", { class: kind },
    el("td", { class: "name" }, name), el("td", { class: "number" }, number(times.count)),
    kTimes.map(([key]) => el("td", { class: "number" }, us(times[key]))),
    el("td", { class: "number" }, failed > 0 ? el("b", { class: "failed told" }, number(failed)) : ""));
  const looks = load.steps.filter((s) => s.latency_us.count === 0 && s.ended > 0);
  return el("div", {}, el("h3", {}, "Latency ",
      el("span", { class: "muted" }, "from when a step was due to its answer")),
    el("div", { class: "wide" }, el("table", { class: "figures" }, el("thead", {}, el("tr", {},
      el("th", { scope: "col" }, "Step"),
      ["Count", ...kTimes.map(([, title]) => title), "Failed"].map((title) =>
        el("th", { scope: "col", class: "number" }, title)))),
      el("tbody", {},
        load.steps.map((step) => row([shown(step.step), step.journey !== load.journey &&
          el("span", { class: "muted" }, " ", shown(step.journey)), step.messages &&
          el("span", { class: "muted" }, " messages, each from when it was sent")],
          step.latency_us, "", step.errors)),
        row("All requests", load.latency_us, "whole", 0),
        row("of it: the service", load.service_us, "part", 0),
        row("of it: held up before", load.blocked_us, "part", 0),
        row("Whole plays", load.play_us, "whole", load.plays.failed)))),
    looks.length > 0 && el("p", { class: "muted" }, "Without times of their own: ",
      looks.map((step, i) => [i > 0 && ", ", shown(step.step), ` (${number(step.ended)}`,
        step.errors > 0 && [", ", el("b", { class: "failed told" }, `${number(step.errors)} failed`)],
        ")"])));
}

function charts(load, slices) {
  const rate = (count) => (s) => (s.length > 0 ? count(s) / s.length : null);
  const time = (key) => (s) => (s.requests > 0 ? s[key] / 1e6 : null);
  const over = slices.length > 1 && [
    timeChart("Requests a second", slices,
      [{ name: "requests", kind: "first", of: rate((s) => s.requests) }], compact),
    timeChart("Latency", slices,
      [["p50", "first"], ["p95", "second"], ["p99", "third"], ["max", "fourth"]].map(([key, kind]) =>
        ({ name: key, kind, of: time(key) })), shortTime, true),
    timeChart(load.open ? "Plays at once" : "Users playing", slices,
      [{ name: load.open ? "plays" : "users", kind: "first", of: (s) => s.users }], compact),
    timeChart("Failed plays a second", slices,
      [{ name: "failed", kind: "bad", of: rate((s) => s.failed) }], compact),
    load.streams.most_open > 0 && timeChart("Streams open", slices,
      [{ name: "streams", kind: "first", of: (s) => s.streams }], compact),
    load.streams.most_open > 0 && timeChart("Messages a second", slices,
      [{ name: "messages", kind: "first", of: rate((s) => s.messages) }], compact)];
  const uncounted = slices.some((s) => !s.counted);
  return el("div", { class: "charts" }, over,
    distribution("How long requests took", load.latency_us.histogram,
      kTimes.slice(0, -1).map(([key, title]) => [title, load.latency_us[key] / 1e6])),
    over && uncounted && el("p", { class: "muted whole" },
      "What is shaded is not counted: warm-up, and what was played to its end after the load."));
}

const kOpenTexts = 3;  // kinds of failures whose texts are shown at once

function loadFailures(load) {
  if (load.failures.length === 0) return null;
  return el("div", {}, el("h3", {}, "Failures, by kind"), load.failures.map((one, i) =>
    el("details", { class: "kind failed", open: i < kOpenTexts },
      el("summary", {}, el("b", { class: "told" }, number(one.count)), " ", shown(one.kind)),
      one.texts.map((said) => el("pre", {}, shown(said))),
      one.count > one.texts.length && el("p", { class: "muted" }, one.texts.length > 0
        ? `the first of them; ${number(one.count - one.texts.length)} more` : "no text is kept"))));
}

function generator(load) {
  const it = load.generator;
  if (it.rss_bytes === 0) return null;  // of a load that was killed nothing is known of it
  const share = (cpu_s) => Math.round(load.measured_s > 0 ? cpu_s / load.measured_s * 100 : 0);
  return el("p", { class: "muted" }, `Peregrine itself: ${share(it.cpu_s)}% of a processor`,
    it.processes > 1 && ` in ${it.processes} processes (the busiest ${share(it.busiest_cpu_s)}%)`,
    `, ${it.cpu_us_per_request.toFixed(1)} µs a request, ${Math.round(it.rss_bytes / 1e6)} MB, late by `,
    `${us(it.loop_lag_us_p99)} at p99.`);
}
