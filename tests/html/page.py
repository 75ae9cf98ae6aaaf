#!/usr/bin/env python3
"""page.py WHAT FILE…: looks at a report's page, for tests/html/run."""
import base64
import hashlib
import html.parser
import json
import re
import sys

kMarker = "ran"
kElements = set("""
html head meta title style body noscript div script main header h1 h2 h3 h4 p b dl dt dd code
pre button section ul ol li a span i input table thead tbody tr th td svg path rect line text g
defs circle marker details summary article aside nav mark footer kbd figure figcaption
""".split())


class Page(html.parser.HTMLParser):
    """The elements and the text of a document, without that of scripts, styles and noscript."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.text, self.hidden = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag in ("script", "style", "noscript"):
            self.hidden.append(tag)

    def handle_endtag(self, tag):
        if self.hidden and tag == self.hidden[-1]:
            self.hidden.pop()

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)

    def all_text(self):
        return "".join(self.text)


def load(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()


def shown(text):
    """As web/report/dom.js writes out what cannot be seen."""
    unseen = "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"

    def written(match):
        code = ord(match.group())
        return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"

    return re.sub(unseen, written, text)


def flat(text):
    return re.sub(r"\s+", " ", text)


def policy(path):
    text = load(path)
    said = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)
    assert said.startswith("default-src 'none'; "), said
    for tag in ("script", "style"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.S).group(1)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}';" in said, (tag, digest, said)


def data(path):
    element = r'<script type="application/json" id="[\w-]+">(.*?)</script>'
    found = re.findall(element, load(path), re.S)
    assert len(found) > 10
    for text in found:
        assert not re.search("[<>&\u2028\u2029\x00]", text)
        json.loads(text)


def nothing_ran(path):
    page = Page(load(path))
    tag, attributes = next(e for e in page.elements if e[0] == "html")
    assert attributes.get("id") != kMarker, "something ran"
    assert "Peregrine" in page.all_text(), "the page has not been made"
    for tag, attributes in page.elements:
        assert tag in kElements, f"there is a <{tag}>"
        for name, value in attributes.items():
            assert not name.startswith("on"), f"<{tag} {name}>"
            assert name not in ("src", "srcdoc", "action", "formaction"), f"<{tag} {name}>"
            if name == "href":
                assert value.startswith("#"), f"<{tag} href={value}>"


def marked_not_run(path):
    page = Page(load(path))
    assert any(tag == "img" and "onerror" in attributes for tag, attributes in page.elements)
    assert next(e for e in page.elements if e[0] == "html")[1].get("id") != kMarker, "something ran"


def names(path, texts):
    text = flat(Page(load(path)).all_text())
    for name in json.loads(load(texts)):
        assert flat(shown(name)).strip() in text, f"not there: {name!r}"


def texts_are_there(path, texts):
    text = Page(load(path)).all_text()
    for hostile in json.loads(load(texts)):
        assert text.count(shown(hostile)) >= 4 or not hostile, f"not there: {hostile!r}"
    assert "0123456789<i>&amp;" * 50000 in text and "end of the long line" in text


def says(path, *wanted):
    text = flat(Page(load(path)).all_text())
    for each in wanted:
        assert each in text, f"not there: {each}"


def charts(path, curves):
    """So many curves and the columns of a distribution are drawn, each place a number."""
    drawn = [(tag, a) for tag, a in Page(load(path)).elements if "class" in a]
    paths = [a["d"] for tag, a in drawn if a["class"].startswith("curve ") and len(a["d"]) > 50]
    assert len(paths) == int(curves), len(paths)
    assert sum(a["class"] == "column" for _, a in drawn) > 20
    values = [value for _, a in Page(load(path)).elements for value in a.values() if value]
    assert not any("NaN" in value or "Infinity" in value for value in values)
    assert not any(tag == "script" and a.get("src") for tag, a in drawn)


def order(path, preemptions, waits, points):
    """So many are marked in the diagrams, each place a number."""
    drawn = [a for _, a in Page(load(path)).elements if "class" in a]
    assert sum(a["class"] == "preempted" for a in drawn) == int(preemptions)
    assert sum(a["class"] == "waits" for a in drawn) == int(waits)
    assert sum(a["class"] == "no-return" for a in drawn) == int(points)
    assert not any("NaN" in value for a in drawn for value in a.values() if value)


def index(path, name):
    run = json.loads(re.search(r'id="run">(.*?)</script>', load(path), re.S).group(1))
    print([journey["name"] for journey in run["journeys"]].index(name))


def many(path, count):
    """Prints the page with its plays so many times in the overview."""
    def multiplied(match):
        run = json.loads(match.group(2))
        run["journeys"] *= int(count)
        return match.group(1) + json.dumps(run).replace("<", "\\u003c") + match.group(3)

    print(re.sub(r'(id="run">)(.*?)(</script>)', multiplied, load(path), count=1, flags=re.S))


def lines(path):
    events = [json.loads(line) for line in load(path).splitlines()]
    told = [event["event"] for event in events]
    assert told[:3] == ["run_started", "system_ready", "journey_started"], told
    assert told[-2:] == ["journey_finished", "run_finished"], told
    assert told.count("journey_started") == told.count("journey_finished") == 31
    assert events[-1]["verdict"] == "failed"
    assert [event["at_s"] for event in events] == sorted(event["at_s"] for event in events)
    journey = next(event for event in events if event["event"] == "journey_finished")
    steps = {step["number"] for step in journey["journey"]["steps"]}
    assert all(e["step"] in steps for e in journey["events"] if e["kind"] == "statement")


if __name__ == "__main__":
    checks = {"policy": policy, "data": data, "nothing_ran": nothing_ran, "names": names,
              "texts": texts_are_there, "marked_not_run": marked_not_run, "says": says,
              "charts": charts, "order": order,
              "index": index, "lines": lines, "many": many}
    checks[sys.argv[1]](*sys.argv[2:])
