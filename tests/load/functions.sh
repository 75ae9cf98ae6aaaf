# Sourced by runners that play loads: the journeys, and what a report of one counts.
export JOURNEY_SERVICE=$build/tests/journeys/journey_service
journeys=tests/load/journeys

# load NAME CODE [FLAG…]: plays one journey's load; its report is in $work/r.json.
load() {
  local name=$1 code=$2
  shift 2
  expect "load of $name" "$code" timeout 100 "$peregrine" load "$journeys/$name.yaml" --seed 1 \
    --report "json=$work/r.json" "$@"
}
# What Python says of `l`, the only load of the report; `r` is all of it.
counts() {
  check "$1" python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
(l,) = r["load"] if len(r["load"]) == 1 else r["load"][-1:]
p, failures = l["plays"], {f["kind"]: f["count"] for f in l["failures"]}
steps = {s["step"]: s for s in l["steps"]}
held = [t["held"] for t in l["thresholds"]]
if not eval(sys.argv[2]):
    sys.exit(json.dumps({k: v for k, v in l.items() if k != "slices"})[:3000])' \
    "$work/r.json" "$1"
}
