"""CPU per request of several sides: measured in turns, kept as raw rows, shown as a table of ratios.

What a program takes to start, to connect and to end is no cost of a request. So each side is run
for a short time and for a longer one, and only what the second run takes more is counted, by the
requests that it made more.

A case is what is compared: a name, the sides in the order in which they are run, and how much more
Peregrine may take than another side. Rows of a pair follow each other, in turns forwards and
backwards.

A machine that is a guest may have its two processors moved, so that they share a cache or do not,
from one second to the next. A request over loopback then costs a third more, of whatever program.
So it is measured before and after each run how far apart they are (processors.cc), and a pair counts
only if that was the same, but for noise, each time.
"""
import argparse
import shutil
import statistics
import sys

import rows
from services import ROOT, Bench, Failed, described

COLUMNS = ("case,pair,side,run,seconds,requests,failures,user_s,system_s,"
           "own_cpu_us,apart_before_ns,apart_after_ns").split(",")
# Processors that are more than so many times further apart than before were moved.
MOVED = 2


def measure(bench, pairs, short, long, cases):
    """Yields rows. `cases` gives for each case its sides by name."""
    before = bench.apart_ns()
    for pair in range(pairs):
        for case, sides in cases.items():
            order = list(sides.items())
            for name, side in order if pair % 2 == 0 else reversed(order):
                for run, seconds in (("short", short), ("long", long)):
                    one = side(seconds)
                    after = bench.apart_ns()
                    own = one.report.get("generator", {}).get("cpu_us_per_request")
                    yield [case, pair, name, run, f"{one.ran.seconds:.3f}", one.requests,
                           one.failures, f"{one.ran.user_s:.4f}", f"{one.ran.system_s:.4f}",
                           "" if own is None else f"{own:.3f}", before, after]
                    before = after


def moved(table, by):
    """Of what these columns name, all in which the processors were moved. Rows of before that was
    measured have no word of it."""
    def looks(row):
        told = [row[name] for name in COLUMNS[-2:] if name in row]
        if not all(told):
            raise Failed("the rows are not whole: one ends early")
        return [float(ns) for ns in told]
    each = {key: [ns for few in found for ns in few]
            for key, found in rows.grouped(table, by, looks).items()}
    return {key for key, ns in each.items() if ns and max(ns) > MOVED * min(ns)}


def costs(path, by=("case", "pair")):
    """Microseconds of CPU a request, {(case, side): [of each pair that counts]}; the failures of all
    pairs likewise; and how many pairs there are. What is compared has the same in the columns
    `by`."""
    table = rows.read(path)
    left_out = moved(table, by)

    def used(row):
        return {row["run"]: (int(row["requests"]), float(row["user_s"]) + float(row["system_s"]),
                             int(row["failures"]))}
    found, failures = {}, {}
    for (case, side, pair), runs in rows.grouped(table, ["case", "side", "pair"], used).items():
        found.setdefault((case, side), [])
        both = {run: figures for each in runs for run, figures in each.items()}
        (few, few_s, few_failed), (many, many_s, many_failed) = both["short"], both["long"]
        failures[case, side] = failures.get((case, side), 0) + few_failed + many_failed
        columns = {"case": case, "pair": pair}
        if tuple(columns[name] for name in by) in left_out:
            continue
        if many <= few:
            raise Failed(f"{case}, {side}, pair {pair}: the longer run made no more requests than "
                         "the short one; the machine was too busy for figures")
        found[case, side].append((many_s - few_s) * 1e6 / (many - few))
    for (case, side), each in found.items():
        if not each:
            raise Failed(f"{case}, {side}: the processors were moved in each pair (see "
                         "bench/comparison.py); measure again, or more pairs")
    return found, failures, len({row["pair"] for row in table})


def told_pairs(counted, of_all):
    return f"{counted}" if counted == of_all else f"{counted} of {of_all}"


def ratios(ours, theirs):
    return sorted(our / their for our, their in zip(ours, theirs, strict=True))


def print_table(path, aims):
    """A line for each (case, Peregrine's side, other side) of `aims`, by what it may take."""
    found, failures, pairs = costs(path)
    print("| what | against | pairs | Peregrine, µs | other, µs | ratio | least to largest | aim "
          "| failures |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (case, what, own, other), aim in aims.items():
        ours, theirs = found[case, own], found[case, other]
        each = ratios(ours, theirs)
        print(f"| {what} | {other} | {told_pairs(len(each), pairs)} | {statistics.median(ours):.2f} "
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
        with Bench(*targets, "bench_processors") as bench:
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
