// What services and databases took of the machine and of its network while a load was measured.

const kMostDrawn = 6;  // services that have a chart of their own

// 1200000: "1.2 MB".
const bytes = (n) => {
  const text = compact(n);
  return /[a-z]$/i.test(text) ? `${text.slice(0, -1)} ${text.slice(-1)}B` : `${text} B`;
};
const bytesPerSecond = (n) => bytes(n) + "/s";

// "3 to 12", of the first and the last point.
const levels = (process, level, format) => {
  const ends = [process.points[0], process.points[process.points.length - 1]].map((p) => p[level]);
  if (ends.includes(null)) return "?";
  const [first, last] = ends.map(format);
  return first === last ? first : `${first} to ${last}`;
};

function observed(load) {
  const all = load.observed.processes.filter((process) => process.points.length > 0);
  if (all.length === 0) return null;
  const head = ["", "Processor", "Memory", "Descriptors", "Threads", "Received", "Sent",
                "Connections", "Sent again"];
  return el("div", {}, el("h3", {}, "What services and databases took"),
    el("div", { class: "wide" }, el("table", { class: "figures" },
      el("thead", {}, el("tr", {}, head.map((name, i) =>
        el("th", { class: i > 0 && "number" }, name)))),
      el("tbody", {}, all.map(processRow)))),
    networkGaps(load.observed, all), networkCharts(load, all));
}

function processRow(process) {
  const it = process.network;
  const each = (count) => process.span_s > 0 ? count / process.span_s : 0;
  const network = it ? [
    `${bytes(it.received_bytes)}, ${bytesPerSecond(each(it.received_bytes))}`,
    `${bytes(it.sent_bytes)}, ${bytesPerSecond(each(it.sent_bytes))}`,
    `up to ${number(it.connections)}, ${number(it.opened)} opened`,
    plural(it.retransmitted, "segment")] : ["?", "?", "?", "?"];
  return el("tr", {}, el("td", { class: "name" }, shown(process.name)),
    [`${(process.cpu * 100).toFixed(1)}%`, levels(process, "memory_bytes", bytes),
     levels(process, "descriptors", number), levels(process, "threads", number), ...network]
      .map((value) => el("td", { class: "number" }, value)));
}

// What of the network is not known.
function networkGaps(observed, processes) {
  const gaps = observed.network_gaps;
  const note = (...text) => el("p", { class: "muted" }, text);
  const without = processes.filter((process) => !process.network);
  return [
    gaps.why_not && note("The network was not measured: ", shown(gaps.why_not)),
    !gaps.why_not && without.length > 0 &&
      note("The network of ", without.map((p) => shown(p.name)).join(", "), " was not measured."),
    gaps.connections > 0 && note(plural(gaps.connections, "connection"),
      " lived between two looks, of nobody known: ", bytes(gaps.received_bytes), " received, ",
      bytes(gaps.sent_bytes), " sent."),
    gaps.times_lost > 0 && note("More connections ended than the kernel can tell of, ",
      plural(gaps.times_lost, "time"), ": the network's figures are too low."),
    gaps.not_followed > 0 && note(plural(gaps.not_followed, "socket"),
      " at looks were too many to follow: the network's figures are too low.")];
}

function networkCharts(load, processes) {
  const drawn = processes.filter((process) => process.network && process.points.length > 2);
  const each = (key) => (s) => (s.network ? s.network[key] / s.length : null);
  return drawn.length > 0 && el("div", { class: "charts" }, drawn.slice(0, kMostDrawn).map((process) =>
    timeChart("Network of " + shown(process.name), process.points.slice(1).map((point) =>
      ({ ...point, at: point.at_s - point.length_s + load.warm_up_s, length: point.length_s,
         counted: true })),
      [{ name: "received", kind: "first", of: each("received_bytes") },
       { name: "sent", kind: "second", of: each("sent_bytes") }], bytesPerSecond, true)));
}
