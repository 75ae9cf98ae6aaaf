# Sourced by runners that try the command line: the program of $build, a folder $work with a TMPDIR
# of its own, and checks that are counted.
peregrine=$build/peregrine
export BOOKING_SERVICE=$build/systems/booking/booking
defect=$build/systems/booking/booking_stores_invalid_calls
journey=systems/booking/journeys/a_forged_webhook_is_refused.yaml
work=$(tools/scratch)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
chmod 711 "$work" "$TMPDIR" # started by root, PostgreSQL runs as a user of its own
passed=0 failed=0

# expect WHAT CODE COMMAND…: the command exits with CODE; its output is in $work/out and $work/err.
expect() {
  local what=$1 wanted=$2 code=0
  shift 2
  "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
  check "$what: exit code $code, expected $wanted" [ "$code" -eq "$wanted" ]
}
check() {
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $what"
    tail -n 30 "$work/out" "$work/err" 2>/dev/null
  fi
}
# What Python says of `r`, the report, and of all its `failures`.
report_has() {
  python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
failures = [f for j in r["journeys"] for f in j["failures"]]
sys.exit(not eval(sys.argv[2]))' "$work/r.json" "$1"
}
says() { grep -qF -- "$2" "$work/$1"; }
nothing_left() { [ -z "$(ls -A "$TMPDIR")" ] && ! pgrep -f "$TMPDIR" >/dev/null; }
# Waits for a condition, at most 10 s.
soon() { for _ in $(seq 100); do "$@" && return; sleep 0.1; done; return 1; }
# The service, for a second and a half after it is ready.
printf '#!/bin/sh\n%s "$@" &\nsleep 1.5; kill -9 $!; exit 7\n' "$BOOKING_SERVICE" >"$work/ends"
chmod +x "$work/ends"
