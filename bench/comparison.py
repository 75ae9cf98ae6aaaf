"""CPU per request of several sides: measured in turns, kept as raw rows, shown as a table of ratios.

What a program takes to start, to connect and to end is no cost of a request. So each side is run
for a short time and for a longer one, and only what the second run takes more is counted, by the
requests that it made more.

A case is what is compared: a name, the sides in the order in which they are run, and how much more
Peregrine may take than another side. Rows of a pair follow each other, in turns forwards and
backwards.
"""
import argparse
import shutil
import statistics
import sys

import rows
from services import ROOT, Bench, Failed, described

COLUMNS = ("case,pair,side,run,seconds,requests,failures,user_s,system_s,"
           "own_cpu_us").split(",")


def measure(pairs, short, long, cases):
    """Yields rows. `cases` gives for each case its sides by name."""
    for pair in range(pairs):
        for case, sides in cases.items():
            order = list(sides.items())
            for name, side in order if pair % 2 == 0 else reversed(order):
                for run, seconds in (("short", short), ("long", long)):
                    one = side(seconds)
                    own = one.report.get("generator", {}).get("cpu_us_per_request")
                    yield [case, pair, name, run, f"{one.ran.seconds:.3f}", one.requests,
                           one.failures, f"{one.ran.user_s:.4f}", f"{one.ran.system_s:.4f}",
                           "" if own is None else f"{own:.3f}"]


def costs(path):
    """Microseconds of CPU a request: {(case, side): [of each pair]}, and the failures likewise."""
    def used(row):
        return {row["run"]: (int(row["requests"]), float(row["user_s"]) + float(row["system_s"]),
                             int(row["failures"]))}
    found, failures = {}, {}
    for (case, side, pair), runs in rows.values_by(path, ["case", "side", "pair"], used).items():
        both = {run: figures for each in runs for run, figures in each.items()}
        (few, few_s, few_failed), (many, many_s, many_failed) = both["short"], both["long"]
        if many <= few:
            raise Failed(f"{case}, {side}, pair {pair}: the longer run made no more requests than "
                         "the short one; the machine was too busy for figures")
        found.setdefault((case, side), []).append((many_s - few_s) * 1e6 / (many - few))
        failures[case, side] = failures.get((case, side), 0) + few_failed + many_failed
    return found, failures


def ratios(ours, theirs):
    return sorted(our / their for our, their in zip(ours, theirs, strict=True))


def print_table(path, aims):
    """A line for each (case, Peregrine's side, other side) of `aims`, by what it may take."""
    found, failures = costs(path)
    print("| what | against | pairs | Peregrine, µs | other, µs | ratio | least to largest | aim "
          "| failures |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (case, what, own, other), aim in aims.items():
        ours, theirs = found[case, own], found[case, other]
        each = ratios(ours, theirs)
        print(f"| {what} | {other} | {len(each)} | {statistics.median(ours):.2f} "
              f"| {statistics.median(theirs):.2f} | {shown(statistics.median(each))} "
              f"| {shown(each[0])} to {shown(each[-1])} | {judged(statistics.median(each), aim)} "
              f"| {failures[case, own] + failures[case, other]} |")


def shown(ratio):
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"


def judged(value, aim):
    """The aim, and whether it is reached by the value as it is shown."""
    if aim is None:
        return "none"
    held = float(shown(value)) <= aim
    return f"{aim:g}" if held else f"{aim:g}: **not reached**"


def main(name, usage, defaults, targets, measured, table):
    """What each script does: `NAME [NUMBER…]` measures and keeps the rows in bench/results/NAME.csv;
    `NAME table [FILE]` shows rows that are kept. `measured` is given a bench, for which these
    targets are built, and the numbers; it gives the versions of the others, the names of the
    columns, and rows as they are measured."""
    parser = argparse.ArgumentParser(description=usage,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arguments", nargs="*", help="numbers, or: table [FILE]")
    given = parser.parse_args().arguments
    kept = ROOT / f"bench/results/{name}.csv"
    try:
        if given[:1] == ["table"]:
            table(given[1] if len(given) > 1 else kept)
            return
        numbers = [*map(int, given), *defaults[len(given):]]
        if len(numbers) > len(defaults) or min(numbers) < 1:
            parser.error("too many numbers, or one that is not above 0")
        head = " ".join(["bench/" + name, *map(str, numbers)])
        with Bench(*targets) as bench:
            fresh = bench.folder / "rows.csv"
            keep(fresh, head, *measured(bench, *numbers))
            shutil.copyfile(fresh, kept)
        table(kept)
    except Failed as why:
        sys.exit(f"bench/{name}: {why}")
    except KeyError as missing:
        sys.exit(f"bench/{name}: the rows are not whole: there is no {missing}")
    except ValueError as why:
        parser.error(str(why))
    except KeyboardInterrupt:
        sys.exit(130)


def keep(path, head, versions, columns, measured):
    with open(path, "w") as file:
        print(described(head, *versions), end="", file=file)
        print(*columns, sep=",", file=file)
        for row in measured:
            print(*row, sep=",", file=file, flush=True)
            if sys.stderr.isatty():
                print("\r\033[K" + ",".join(map(str, row)), end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
