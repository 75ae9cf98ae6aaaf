"""Programs that make load: how each is told to ask for so many seconds over so many connections, and
the requests that it says it has made. What they cost the kernel tells (services.py).

A side is a function of a number of seconds that gives a `Counted`.
"""
import dataclasses
import json
import re

import programs
from services import Failed, clean_environment

PATH = "/items/42"
FEW_SECONDS = 120  # beyond the load's own, until a program has started and ended
ARTILLERY_RATE = 2000  # about what it manages, by which seconds become requests


@dataclasses.dataclass
class Counted:
    requests: int
    failures: int
    ran: object  # services.Ran
    report: dict = dataclasses.field(default_factory=dict)  # Peregrine's, of its only load


def count(name, ran, requests, failures, report=None):
    if requests <= 0 or failures * 2 > requests:
        raise Failed(f"{name}: {requests} requests, {failures} failures\n{ran.output[-3000:]}")
    return Counted(requests, failures, ran, report or {})


def number_after(pattern, text):
    found = re.search(pattern, text)
    return int(found.group(1)) if found else 0


def peregrine(bench, folder, journey, *flags, **environment):
    """Plays a journey of this folder, with flags that say how many users there are."""
    program, report = bench.program("peregrine"), bench.folder / "report.json"

    def side(seconds):
        report.unlink(missing_ok=True)
        ran = bench.run([program, "load", str(folder / f"{journey}.yaml"), "--for", f"{seconds}s",
                         "--seed", "1", "--quiet", "--no-color", "--report", f"json={report}",
                         *flags], seconds + FEW_SECONDS, clean_environment(**environment))
        if ran.code not in (0, 1) or not report.exists():
            raise Failed(f"peregrine exits with {ran.code}\n{ran.output[-3000:]}")
        (load,) = json.loads(report.read_text())["load"]
        return count("peregrine", ran, load["requests"], load["errors"] + load["plays"]["cut"], load)
    return side


def wrk(bench, url, connections):
    program = programs.debian("wrk")

    def side(seconds):
        ran = bench.run([program, "-t1", f"-c{connections}", f"-d{seconds}s", url + PATH],
                        seconds + FEW_SECONDS)
        errors = re.search(r"Socket errors: (.*)", ran.output)
        failures = number_after(r"Non-2xx or 3xx responses: (\d+)", ran.output)
        failures += sum(map(int, re.findall(r"\d+", errors.group(1)))) if errors else 0
        return count("wrk", ran, number_after(r"(\d+) requests in", ran.output), failures)
    return side


def h2load(bench, url, connections, *flags):
    program = programs.debian("h2load")

    def side(seconds):
        ran = bench.run([program, "-t1", f"-c{connections}", "-D", str(seconds), *flags, url + PATH],
                        seconds + FEW_SECONDS)
        codes = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", ran.output)
        good, *bad = map(int, codes.groups()) if codes else (0,)
        return count("h2load", ran, good, sum(bad))
    return side


def hey(bench, url, connections):
    program = programs.debian("hey")

    def side(seconds):
        ran = bench.run([program, "-cpus", "1", "-c", str(connections), "-z", f"{seconds}s",
                         url + PATH], seconds + FEW_SECONDS)
        codes = {code: int(n) for code, n in re.findall(r"\[(\d+)\]\t(\d+) responses", ran.output)}
        errors = sum(map(int, re.findall(r"^  \[(\d+)\]\t(?!\d+ responses)", ran.output, re.M)))
        return count("hey", ran, codes.get("200", 0),
                     sum(codes.values()) - codes.get("200", 0) + errors)
    return side


def autocannon(bench, url, connections):
    command = programs.npm("autocannon")

    def side(seconds):
        ran = bench.run([*command, "-c", str(connections), "-d", str(seconds), "--json",
                         "--no-progress", url + PATH], seconds + FEW_SECONDS)
        lines = [line for line in ran.output.splitlines() if line.startswith("{")]
        if not lines:
            raise Failed(f"autocannon tells nothing\n{ran.output[-3000:]}")
        told = json.loads(lines[-1])
        return count("autocannon", ran, told["2xx"], told["non2xx"] + told["errors"])
    return side


def artillery(bench, url, connections):
    """It has no users who stay for a time: each of them makes so many requests and goes."""
    command = programs.npm("artillery")
    script, report = bench.folder / "artillery.json", bench.folder / "artillery.report.json"

    def side(seconds):
        each = max(1, round(seconds * ARTILLERY_RATE / connections))
        report.unlink(missing_ok=True)
        script.write_text(json.dumps({
            "config": {"target": url, "phases": [{"duration": 1, "arrivalCount": connections}]},
            "scenarios": [{"flow": [{"loop": [{"get": {"url": PATH}}], "count": each}]}]}))
        ran = bench.run([*command, "run", "--quiet", "--output", str(report), str(script)],
                        10 * seconds + FEW_SECONDS,
                        clean_environment(ARTILLERY_DISABLE_TELEMETRY="true", WORKERS="1",
                                          HOME=str(bench.folder)))
        if not report.exists():
            raise Failed(f"artillery tells nothing\n{ran.output[-3000:]}")
        told = json.loads(report.read_text())["aggregate"]["counters"]
        good = told.get("http.codes.200", 0)
        return count("artillery", ran, good, told.get("http.requests", good) - good)
    return side
