"""What bench/generators.py reads in the words of others, and what bench/truth makes of a record."""
import importlib.machinery
import importlib.util
import pathlib
import sys

BENCH = pathlib.Path(__file__).resolve().parent.parent.parent / "bench"
sys.path.insert(0, str(BENCH))
import generators  # noqa: E402
import programs  # noqa: E402
import services  # noqa: E402


def script(name):
    loader = importlib.machinery.SourceFileLoader(name, str(BENCH / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


class Says:
    """A bench whose programs say this."""

    def __init__(self, text):
        self.text = text

    def run(self, command, within_s, environment=None):
        return services.Ran(0, self.text, 1.0, 0.5, 0.5, 1000)


def counted(make, text, *more):
    one = make(Says(text), "http://127.0.0.1:1", 64, *more)(1)
    return one.requests, one.failures


def read_others():
    programs.debian = lambda name: name
    programs.npm = lambda name: [name]
    wrk = "  30330 requests in 2.03s, 5.47MB read\n"
    assert counted(generators.wrk, wrk) == (30330, 0)
    wrk += "  Socket errors: connect 0, read 3, write 0, timeout 4\n  Non-2xx or 3xx responses: 5\n"
    assert counted(generators.wrk, wrk) == (30330, 12)
    h2load = "status codes: 23825 2xx, 0 3xx, 1 4xx, 2 5xx\n"
    assert counted(generators.h2load, h2load, "--h1") == (23825, 3)
    hey = "Status code distribution:\n  [200]\t8000 responses\n  [503]\t7 responses\n"
    assert counted(generators.hey, hey) == (8000, 7)
    hey += "\nError distribution:\n  [12]\tGet \"http://127.0.0.1:1\": EOF\n"
    assert counted(generators.hey, hey) == (8000, 19)
    autocannon = 'Running\n{"2xx": 900, "non2xx": 2, "errors": 1, "requests": {}}\n'
    assert counted(generators.autocannon, autocannon) == (900, 3)
    for nothing in ("", "  0 requests in 2s\n", "  10 requests in 2s\n  Non-2xx or 3xx responses: 10"):
        try:
            counted(generators.wrk, nothing)
        except services.Failed:
            continue
        raise AssertionError(f"{nothing!r} is taken for a measurement")


def compute_truth():
    truth = script("truth")
    ms = 1_000_000
    delays = [(place * 2 * ms, place * 2 * ms + (place % 100 + 1) * ms) for place in range(1000)]
    of_mix = truth.true_latencies_us(delays, None)
    assert [truth.at(of_mix, share) for share in (0.5, 0.99, 0.999, 1)] == [50e3, 99e3, 100e3, 100e3]

    # 1000 arrivals in 2 s, each 50 µs underway; all that come from 500 ms on are answered at 1500.
    stall = (500 * ms, 1500 * ms)
    def received(place):
        came = place * 2 * ms + 50_000
        return 1500 * ms + place if stall[0] <= came < stall[1] else came
    answers = [(received(place), received(place) + 1000) for place in range(1000)]
    of_stall = truth.true_latencies_us(answers, stall)
    assert sum(1 for us in of_stall if us > 0) == 500
    assert abs(of_stall[-1] - 1e6) < 100 and abs(truth.at(of_stall, 0.99) - 980e3) < 100


read_others()
compute_truth()
