# What races have found, by the table that this file has: of what is defective the latest order in
# which each must be found, and of what is correct that nothing is found, with all orders played.
# usage: judge.py KIND REPORT…
import json
import os
import sys

# Orders until something is found; 4 where it is not said. The figures of the design's prototype
# for the same defects, plus two.
LATEST = {
    "long_against_quick": 6,
    "many_operations": 17,
    "read_skew": 7,
    "two_preemptions": 28,
    "redis_lock_check_then_set": 11,
    "unlock_before_commit": 7,
    "stale_cache": 6,
    "orphan": 6,
    "worker_on_notify": 6,
    # Who is held while another takes his time gives up before his turn.
    "timeout_answered_500": 1,
    "cancelled_answered_500": 1,
}

# What no invariant speaks of is found all the same.
KINDS = {"mail_twice": "not serial", "renewal_twice": "not serial"}

kind, *reports = sys.argv[1:]
passed = failed = 0
for report in reports:
    for race in json.load(open(report))["races"]:
        name = os.path.basename(race["file"]).removesuffix(".yaml")
        findings = race["findings"]
        if kind == "correct":
            wrong = [f"{one['kind']}: {one['what']}" for one in findings]
            if not race["exhausted"]:
                wrong.append(f"not all orders were played: {race['stopped']}")
        elif not findings or findings[0]["kind"] == "at once":
            wrong = ["nothing was found in order after order"]
        else:
            one = findings[0]
            wrong = []
            if one["schedule"] > LATEST.get(name, 4):
                wrong.append(f"found in order {one['schedule']}")
            if one["kind"] != KINDS.get(name, one["kind"]):
                wrong.append(f"found as {one['kind']}")
            if one["confirmed"] != one["replayed"] or one["replayed"] != 3:
                wrong.append(f"{one['confirmed']} of {one['replayed']} replays")
        if wrong:
            failed += 1
            print(f"FAILED: {kind}/{name}: {'; '.join(wrong)}")
        else:
            passed += 1
print(passed, failed)
