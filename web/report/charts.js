// Charts, drawn as SVG: curves over the time of a load, and how its latencies are distributed.

const kChart = { width: 640, height: 190, left: 62, right: 12, top: 10, bottom: 26 };
const kInner = { width: kChart.width - kChart.left - kChart.right,
                 height: kChart.height - kChart.top - kChart.bottom };

// Some round values from 0 to most, at most `room` of them.
function roundTicks(most, room) {
  if (!(most > 0)) return [0];
  const rough = most / room;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough * 0.999) || 10 * power;
  const ticks = [];
  for (let i = 0; i * step <= most * 1.0001 && i < 100; ++i) ticks.push(i * step);
  return ticks;
}

const kTimeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];
function timeTicks(seconds) {
  const step = kTimeSteps.find((s) => seconds / s <= 8) || Math.ceil(seconds / 8 / 86400) * 86400;
  const ticks = [];
  for (let i = 0; i * step <= seconds && i < 100; ++i) ticks.push(i * step);
  return ticks;
}
// 90: "1:30", 3600: "1:00:00"; below a minute in seconds.
function clockTime(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const two = (n) => String(Math.floor(n)).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = (seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
                   : `${Math.floor(minutes)}:${two(seconds % 60)}`;
}

// 1, 2 and 5 of each power of ten between two values; of many powers only these.
function powerTicks(least, most) {
  const from = Math.floor(Math.log10(least)), to = Math.ceil(Math.log10(most));
  const parts = to - from > 3 ? [1] : [1, 2, 5];
  const ticks = [];
  for (let power = from; power <= to; ++power) {
    for (const part of parts) ticks.push(part * 10 ** power);
  }
  return ticks.filter((tick) => tick >= least * 0.999 && tick <= most * 1.001);
}

const text = (x, y, anchor, ...children) =>
  svg("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor }, ...children);
const rule = (kind, x1, y1, x2, y2) => svg("line", { class: kind, x1: x1.toFixed(1),
  y1: y1.toFixed(1), x2: x2.toFixed(1), y2: y2.toFixed(1) });

// A scale of values from the bottom to the top. Logarithmic where the largest would hide the others.
function scaleOf(values, mayBeLogarithmic) {
  const some = values.filter((v) => v > 0);
  const most = some.reduce((a, b) => Math.max(a, b), 0);
  const least = some.reduce((a, b) => Math.min(a, b), most);
  const bottom = kChart.top + kInner.height;
  if (mayBeLogarithmic && most > 20 * least) {
    const low = Math.log10(least) - 0.05, high = Math.log10(most) + 0.05;
    return { logarithmic: true, ticks: powerTicks(least, most), at: (v) =>
      bottom - ((Math.log10(Math.max(v, least)) - low) / (high - low)) * kInner.height };
  }
  const top = most > 0 ? most * 1.05 : 1;
  return { logarithmic: false, ticks: roundTicks(top, 4), at: (v) =>
    bottom - (v / top) * kInner.height };
}

// Over the slices of a load. A series is { name, kind, of }, where `of` gives a slice's value or
// null; `format` says a value. Under the pointer the values of a slice are told in the legend.
function timeChart(title, slices, series, format, mayBeLogarithmic) {
  const end = slices.reduce((most, s) => Math.max(most, s.at + s.length), 0) || 1;
  const x = (seconds) => kChart.left + (seconds / end) * kInner.width;
  const middle = (slice) => x(slice.at + slice.length / 2);
  const values = series.flatMap((one) => slices.map(one.of)).filter((v) => v !== null);
  const scale = scaleOf(values, mayBeLogarithmic);
  const bottom = kChart.top + kInner.height;

  const line = (one) => {
    let path = "", drawn = false;
    for (const slice of slices) {
      const value = one.of(slice);
      if (value === null) { drawn = false; continue; }
      const point = `${middle(slice).toFixed(1)} ${scale.at(value).toFixed(1)}`;
      path += (drawn ? "L" : "M") + point;
      if (!drawn) path += "h0.1";  // one alone is seen too
      drawn = true;
    }
    return svg("path", { class: "curve " + one.kind, d: path });
  };
  const warm = slices.filter((s) => !s.counted).map((s) => svg("rect", { class: "uncounted",
    x: x(s.at).toFixed(1), y: kChart.top, width: (x(s.at + s.length) - x(s.at)).toFixed(1),
    height: kInner.height }));
  const pointer = rule("pointer", -9, kChart.top, -9, bottom);
  const most = series.map((one) => slices.map(one.of).reduce((a, b) => Math.max(a, b ?? 0), 0));
  const root = svg("svg", { class: "chart", viewBox: `0 0 ${kChart.width} ${kChart.height}`,
      role: "img", "aria-label": title + ": " +
        series.map((one, i) => `${one.name} up to ${format(most[i])}`).join(", ") },
    warm, scale.ticks.map((tick) => [
      rule("grid", kChart.left, scale.at(tick), kChart.width - kChart.right, scale.at(tick)),
      text(kChart.left - 6, scale.at(tick) + 4, "end", format(tick))]),
    timeTicks(end).map((tick) => text(x(tick), bottom + 17,
      x(tick) > kChart.width - 25 ? "end" : "middle", clockTime(tick))),
    series.map(line), pointer);

  const said = series.map(() => el("b", {}));
  const at = el("span", { class: "muted" });
  const tell = (slice) => {
    series.forEach((one, i) => {
      const value = slice ? one.of(slice) : most[i];
      said[i].textContent = (slice ? "" : "up to ") + (value === null ? "none" : format(value));
    });
    at.textContent = slice ? "at " + clockTime(slice.at) : "";
    const place = slice ? middle(slice) : -9;
    for (const end of ["x1", "x2"]) pointer.setAttribute(end, place.toFixed(1));
  };
  root.addEventListener("pointermove", (event) => {
    const box = root.getBoundingClientRect();
    const seconds = (((event.clientX - box.left) / box.width) * kChart.width - kChart.left) /
      kInner.width * end;
    tell(slices.find((s) => seconds < s.at + s.length) || slices[slices.length - 1]);
  });
  root.addEventListener("pointerleave", () => tell(null));
  tell(null);
  return el("figure", {}, el("figcaption", {}, el("h4", {}, title,
      scale.logarithmic && el("span", { class: "muted" }, " (logarithmic)")),
    el("div", { class: "legend" }, series.map((one, i) =>
      el("span", { class: one.kind }, sample(one.kind), one.name, " ", said[i])), at)), root);
}

const sample = (kind) => svg("svg", { class: "sample", viewBox: "0 0 22 8", "aria-hidden": "true" },
  svg("path", { class: "curve " + kind, d: "M1 4H21" }));

// The buckets of a histogram as src/base/histogram.h writes them ("LEAST MOST SUM;INDEX:COUNT,…"),
// each with its lowest value, what the next one begins with, and how often it was met.
function bucketsOf(histogram) {
  const kHalf = 256;
  const lowest = (index) => {
    if (index < 2 * kHalf) return index;
    const octave = Math.floor(index / kHalf) - 1;
    return (index - octave * kHalf) * 2 ** octave;
  };
  const list = histogram.slice(histogram.indexOf(";") + 1).split(",").filter(Boolean);
  return list.map((entry) => {
    const [index, count] = entry.split(":").map(Number);
    return { from: lowest(index) / 1e9, to: lowest(index + 1) / 1e9, count };
  }).filter((bucket) => bucket.count > 0);
}

const kColumnsMost = 90;   // of the distribution
const kNarrowest = 1.012;  // a column, as a factor: buckets are not much finer

// Times against how many took so long; `marks` are [name, seconds]. On a logarithmic axis.
function distribution(title, histogram, marks) {
  const buckets = bucketsOf(histogram);
  if (buckets.length === 0) return null;
  const width = innerWidth < kNarrow ? kChart.width : 1000;
  const height = 270, top = 62, right = 20, wide = width - kChart.left - right;
  const inner = height - top - kChart.bottom, bottom = top + inner;
  const low = Math.log(Math.max(buckets[0].from, 1e-7) / 1.05);
  const high = Math.log(Math.max(buckets[buckets.length - 1].to, 2e-7) * 1.05);
  const columns = Math.max(1, Math.min(kColumnsMost, Math.floor((high - low) / Math.log(kNarrowest))));
  const x = (s) => kChart.left +
    ((Math.log(Math.max(s, 1e-7)) - low) / (high - low)) * wide;
  const counts = new Array(columns).fill(0);
  for (const { from, to, count } of buckets) {
    const place = (x((from + to) / 2) - kChart.left) / wide;
    counts[Math.min(columns - 1, Math.max(0, Math.floor(place * columns)))] += count;
  }
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const each = wide / columns;
  const bars = counts.map((count, i) => {
    const tall = count > 0 ? Math.max((count / most) * inner, 1.5) : 0;  // rare ones are seen too
    return tall > 0 && svg("rect", { class: "column", x: (kChart.left + i * each).toFixed(2),
      y: (bottom - tall).toFixed(1), width: Math.max(each - 0.7, 0.7).toFixed(2),
      height: tall.toFixed(1) });
  });
  const ends = [];  // of the labels in each row, so that none lies upon another
  const marked = marks.filter(([, seconds]) => seconds > 0).map(([name, seconds]) => {
    const label = `${name} ${duration(seconds)}`;
    const room = label.length * 6.6 + 8;
    const at = x(seconds);
    const from = Math.min(Math.max(at - room / 2, 0), width - room);
    let row = ends.findIndex((end) => end <= from);
    if (row < 0) row = ends.length;
    ends[row] = from + room;
    const y = 13 + Math.min(row, 3) * 14;
    return svg("g", { class: "mark-at" }, rule("pointer", at, y + 3, at, bottom),
               text(from + room / 2, y, "middle", label));
  });
  return el("figure", { class: "whole" }, el("figcaption", {}, el("h4", {}, title,
      el("span", { class: "muted" }, " (logarithmic)"))),
    svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img",
        "aria-label": title + ": " + marks.map(([n, s]) => `${n} ${duration(s)}`).join(", ") },
      roundTicks(most, 3).map((tick) => [
        rule("grid", kChart.left, bottom - (tick / most) * inner, width - right,
             bottom - (tick / most) * inner),
        text(kChart.left - 6, bottom - (tick / most) * inner + 4, "end", compact(tick))]),
      bars, marked, powerTicks(Math.exp(low), Math.exp(high)).map((tick) =>
        text(x(tick), bottom + 17, "middle", shortTime(tick)))));
}

// 1200: "1.2k".
function compact(n) {
  const short = (m, unit) => String(Number(m.toPrecision(3))) + unit;
  if (n >= 1e9) return short(n / 1e9, "G");
  if (n >= 1e6) return short(n / 1e6, "M");
  if (n >= 1e3) return short(n / 1e3, "k");
  return String(Number(n.toPrecision(3)));
}
// As an axis says it: 0.005: "5 ms".
function shortTime(seconds) {
  const short = (n, unit) => `${Number(n.toPrecision(3))} ${unit}`;
  if (seconds === 0) return "0";
  if (seconds < 0.9995e-3) return short(seconds * 1e6, "µs");
  return seconds < 0.9995 ? short(seconds * 1e3, "ms") : short(seconds, "s");
}
