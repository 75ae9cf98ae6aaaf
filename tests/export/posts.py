# Reads what a sink was sent, or a report `otlp`, and checks it against the form that OTLP's JSON
# encoding has; then says whether an expression of Python holds. `m` has the metrics of the last
# message by name, `posts` all messages, `value(message, name, **labels)` a number of one.
# usage: posts.py EXPRESSION FILE
import json
import sys


def points(metric):
    (kind,) = metric.keys() & {"sum", "gauge", "histogram"}
    data = metric[kind]
    assert (kind == "gauge") == ("aggregationTemporality" not in data), metric["name"]
    if kind != "gauge":
        assert data["aggregationTemporality"] == 2, metric["name"]
    assert ("isMonotonic" in data) == (kind == "sum")
    return kind, data["dataPoints"]


def labels_of(point):
    pairs = [(a["key"], a["value"]["stringValue"]) for a in point["attributes"]]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def check(message):
    metrics = {}
    (resource,) = message["resourceMetrics"]
    about = labels_of(resource["resource"])
    assert about["service.name"] == "peregrine" and about["peregrine.system"] == "told", about
    (scope,) = resource["scopeMetrics"]
    assert scope["scope"]["name"] == "peregrine"
    for metric in scope["metrics"]:
        assert metric["name"] not in metrics and metric["description"], metric["name"]
        assert metric["unit"] in ("", "s", "By")
        metrics[metric["name"]] = metric
        kind, all_points = points(metric)
        seen = set()
        assert all_points, metric["name"]
        for point in all_points:
            check_point(metric["name"], kind, point)
            key = tuple(sorted(labels_of(point).items()))
            assert key not in seen, (metric["name"], key)
            seen.add(key)
    return metrics


def check_point(name, kind, point):
    at = int(point["timeUnixNano"])
    assert isinstance(point["timeUnixNano"], str) and 1e18 < at < 1e19, name
    if kind != "gauge":
        assert int(point["startTimeUnixNano"]) <= at, name
    if kind == "histogram":
        counts = [int(count) for count in point["bucketCounts"]]
        assert all(isinstance(count, str) for count in point["bucketCounts"])
        assert len(counts) == len(point["explicitBounds"]) + 1, name
        assert sum(counts) == int(point["count"]) and point["count"] != "0", name
        assert point["explicitBounds"] == sorted(point["explicitBounds"])
        assert point["min"] <= point["max"] and point["sum"] >= point["max"] * 0.999, name
    else:
        (number,) = point.keys() & {"asInt", "asDouble"}
        assert isinstance(point[number], str) == (number == "asInt"), name


def value(message, name, **labels):
    found = [p for p in points(message[name])[1] if labels.items() <= labels_of(p).items()]
    (point,) = found
    number = point.get("asInt", point.get("asDouble", point.get("count")))
    return float(number)


posts = []
for line in open(sys.argv[2], encoding="utf-8"):
    if not line.startswith("{"):
        path, kind, line = line.split(" ", 2)
        assert path == "/v1/metrics" and kind == "application/json", (path, kind)
    posts.append(check(json.loads(line)))
m = posts[-1]
if not eval(f"({sys.argv[1]})"):
    sys.exit(f"{sys.argv[1]} is not so: {json.dumps(m)[:3000]}")
