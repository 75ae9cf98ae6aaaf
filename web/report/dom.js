// Elements are made here and nowhere else. Text goes into them as text: no markup is ever parsed, so
// that nothing that a service has said can become part of the page.

const kSvg = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [k, v] of Object.entries(value)) node.style.setProperty(k, v);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

const el = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS(kSvg, tag), attributes, children);

// What cannot be seen, or would turn the direction of what stands beside it, is written out.
const kUnseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const shown = (text) =>
  String(text ?? "").replace(kUnseen, (c) => {
    const hex = c.charCodeAt(0).toString(16);
    return hex.length < 3 ? "\\x" + hex.padStart(2, "0") : "\\u" + hex.padStart(4, "0");
  });

// On one line, at most so many characters of it.
function brief(text, room) {
  const head = String(text ?? "").slice(0, room * 4);
  const flat = shown(head.replace(/\s+/g, " ").trim());
  return flat.length > room ? flat.slice(0, Math.max(room - 1, 1)) + "…" : flat;
}

function duration(seconds) {
  const three = (n) => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));
  if (seconds < 0.001) return (seconds * 1e6).toFixed(0) + " µs";
  if (seconds < 1) return three(seconds * 1e3) + " ms";
  if (seconds < 120) return three(seconds) + " s";
  return Math.floor(seconds / 60) + " min " + Math.round(seconds % 60) + " s";
}

// Since the journey began, as precise as neighbours are told apart.
const instant = (s) => (s < 10 ? "+" + (s * 1e3).toFixed(1) + " ms" : "+" + s.toFixed(3) + " s");

const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const plural = (n, thing) => number(n) + " " + thing + (n === 1 ? "" : "s");

// A verdict has a shape and a word, so that it is told without its colour.
const kShapes = {
  passed: ["M8 1a7 7 0 1 1 0 14A7 7 0 1 1 8 1z", "M4.8 8.2l2.2 2.3 4.2-4.8"],
  failed: ["M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z", "M5.5 5.5l5 5M10.5 5.5l-5 5"],
  inconclusive: ["M8 1.2L15.4 14.4H.6z", "M8 6v4M8 11.6v1.2"],
  skipped: ["M2 2h12v12H2z", "M5 8h6"],
};

function mark(verdict) {
  const [shape, sign] = kShapes[verdict] || kShapes.inconclusive;
  return svg("svg", { class: "mark " + verdict, viewBox: "0 0 16 16", role: "img",
                      "aria-label": verdict },
             svg("path", { class: "shape", d: shape }), svg("path", { class: "sign", d: sign }));
}

const badge = (verdict) => el("span", { class: "badge " + verdict }, mark(verdict), verdict);

// A command that plays something again.
const again = (what, command) => el("div", { class: "again" }, el("span", {}, what),
  el("code", {}, shown(command)), copyButton(command, "Copy"));

// Works from a file too, where the clipboard of scripts may not be allowed.
function copyButton(text, label) {
  const button = el("button", { class: "quiet", type: "button", onclick: () => {
    const area = el("textarea", { class: "offscreen" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    button.textContent = done ? "Copied" : "Not copied";
    setTimeout(() => { button.textContent = label; }, 1500);
  } }, label);
  return button;
}
