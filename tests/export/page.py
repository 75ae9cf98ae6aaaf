# Reads Prometheus' text format as strictly as its description has it, then says whether an
# expression of Python holds. `s` has the number of each series by its name and labels, `t` the type
# of each family. With two pages `b` has those of the first.
# usage: page.py EXPRESSION PAGE [EARLIER PAGE]
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"')
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$")


def unescape(text):
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), text)


def read_series(line):
    name = re.match(NAME, line)[0]
    rest, labels = line[len(name):], []
    if rest.startswith("{"):
        rest = rest[1:]
        while not rest.startswith("}"):
            found = LABEL.match(rest)
            assert found, f"no label: {line}"
            labels.append((found[1], unescape(found[2])))
            rest = rest[found.end():]
            assert rest[0] in ",}", line
            rest = rest.removeprefix(",")
        rest = rest[1:]
    assert rest.startswith(" ") and NUMBER.match(rest[1:]), f"no number: {line}"
    assert len({key for key, _ in labels}) == len(labels), line
    return name, tuple(labels), float(rest[1:])


def read(path):
    text = open(path, "rb").read().decode("utf-8")
    assert text.endswith("\n") and "\n\n" not in text and "\r" not in text
    series, types, helped, family = {}, {}, None, None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            helped = line.split(" ")[2]
            assert re.fullmatch(NAME, helped) and helped not in types, line
        elif line.startswith("# TYPE "):
            _, _, family, kind = line.split(" ")
            assert family == helped and family not in types, line
            assert kind in ("counter", "gauge", "histogram"), line
            assert (kind == "counter") == family.endswith("_total"), line
            types[family] = kind
        else:
            name, labels, number = read_series(line)
            plain = name
            if types[family] == "histogram":
                plain = re.sub(r"_(bucket|sum|count)$", "", name)
                assert plain != name, line
            assert plain == family, f"in the wrong place: {line}"
            assert (name, labels) not in series, f"twice: {line}"
            assert number >= 0 or types[family] == "gauge", line
            series[name, labels] = number
    check_histograms(series, types)
    return series, types


def check_histograms(series, types):
    for family in (name for name, kind in types.items() if kind == "histogram"):
        groups = {}
        for (name, labels), number in series.items():
            if name == family + "_bucket":
                assert labels[-1][0] == "le"
                groups.setdefault(labels[:-1], []).append((float(labels[-1][1]), number))
        assert groups, family
        for labels, buckets in groups.items():
            assert buckets == sorted(buckets) and buckets[-1][0] == float("inf"), family
            counts = [number for _, number in buckets]
            assert counts == sorted(counts), (family, labels, counts)
            assert series[family + "_count", labels] == counts[-1], (family, labels)
            assert (family + "_sum", labels) in series


s, t = read(sys.argv[2])
b = read(sys.argv[3])[0] if len(sys.argv) > 3 else {}


# The only series of this name whose labels are among others these; 0 when there is none.
def one(name, of=s, **labels):
    found = [v for (n, l), v in of.items() if n == name and labels.items() <= dict(l).items()]
    assert len(found) <= 1, (name, labels, found)
    return found[0] if found else 0


def labels_of(name, label):
    return {dict(l)[label] for (n, l) in s if n == name}


if not eval(f"({sys.argv[1]})"):
    sys.exit(f"{sys.argv[1]} is not so:\n" + "\n".join(f"{k} {v}" for k, v in s.items())[:4000])
