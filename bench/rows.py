"""Reads the raw rows that the scripts beside it keep: CSV, below comments that begin with `#`."""
import csv
import math
import statistics


def read(path):
    with open(path) as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def grouped(rows, keys, value):
    """What `value` makes of each row, in lists, by the row's columns that `keys` names."""
    values = {}
    for row in rows:
        values.setdefault(tuple(row[key] for key in keys), []).append(value(row))
    return values


def values_by(path, keys, value):
    """The same of the rows of a file."""
    return grouped(read(path), keys, value)


def medians_by(path, keys, value):
    """The median of each of these lists."""
    return {key: statistics.median(each) for key, each in values_by(path, keys, value).items()}


def at(ordered, share):
    """What this share of all does not exceed, as a histogram of base/histogram.h tells it."""
    return ordered[max(1, math.ceil(share * len(ordered))) - 1]
