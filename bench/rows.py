"""Reads the raw rows that the scripts beside it keep: CSV, below comments that begin with `#`."""
import csv
import math
import statistics


def values_by(path, keys, value):
    """What `value` makes of each row, in lists, by the row's columns that `keys` names."""
    values = {}
    with open(path) as lines:
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            values.setdefault(tuple(row[key] for key in keys), []).append(value(row))
    return values


def medians_by(path, keys, value):
    """The median of each of these lists."""
    return {key: statistics.median(each) for key, each in values_by(path, keys, value).items()}


def at(ordered, share):
    """What this share of all does not exceed, as a histogram of base/histogram.h tells it."""
    return ordered[max(1, math.ceil(share * len(ordered))) - 1]
