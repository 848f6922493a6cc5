#!/usr/bin/env python3
"""Writes the reference events as newline-delimited JSON to a file.

    generate.py COUNT FILE [--seed 7]

Needs numpy, whose PCG64 stream the events are drawn from. The same count and seed give the same bytes; the events of
a smaller count are the first ones of a larger.

10,000 accounts are drawn with the weights rank^-1.1, each with 1 to 50 users. A tenth of the events are log-ins, six
tenths feature clicks, two tenths bot calls, a tenth sessions, which count 1 to 5. The clock moves a millisecond with
each event, and each event's time lies 0 to 5,000 ms behind it.
"""
import argparse
import numpy

CLOCK_START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
ACCOUNTS = 10_000
USERS_MAX = 50
SKEW = 1.1
LATENESS_MAX_MS = 5_000
BLOCK = 100_000  # events drawn at a time; a partial block is drawn whole
KINDS = (("login", 0.10), ("feature_click", 0.60), ("bot_call", 0.20), ("session", 0.10))
CLICK, SESSION = 1, 3
FEATURES = (
    "export import dashboard search share comment upload download report invite filter sort alert webhook api_key "
    "billing theme template calendar timeline mention archive restore merge").split()


class World:
    """Who there is: drawn once from the seed."""

    def __init__(self, seed):
        random = numpy.random.default_rng(seed)
        weights = 1.0 / numpy.arange(1, ACCOUNTS + 1) ** SKEW
        self.account_limits = numpy.cumsum(weights / weights.sum())
        self.account_at_rank = random.permutation(ACCOUNTS)
        self.users_of_account = random.integers(1, USERS_MAX + 1, ACCOUNTS)


def draw_block(random, world, first):
    """Columns of one block of events; `first` is the number of the first, from 0."""
    chances = random.random((4, BLOCK))  # account, user, kind; the fourth row keeps its place in the stream
    behind = random.integers(0, LATENESS_MAX_MS + 1, BLOCK)
    length = random.integers(1, 6, BLOCK)
    feature = random.integers(0, len(FEATURES), BLOCK)
    rank = numpy.minimum(numpy.searchsorted(world.account_limits, chances[0]), ACCOUNTS - 1)
    account = world.account_at_rank[rank]
    user = (chances[1] * world.users_of_account[account]).astype(numpy.int64)
    kind_limits = numpy.cumsum([share for _, share in KINDS])
    kind = numpy.minimum(numpy.searchsorted(kind_limits, chances[2], side="right"), len(KINDS) - 1)
    time = CLOCK_START_MS + numpy.arange(first, first + BLOCK) - behind
    count = numpy.where(kind == SESSION, length, 1)
    return [column.tolist() for column in (kind, account, user, time, feature, count)]


def line(number, kind, account, user, time, feature, count):
    extra = f'"feature":"{FEATURES[feature]}",' if kind == CLICK else ""
    return (f'{{"id":"evt-{number:012d}","type":"{KINDS[kind][0]}","account":"acct-{account:06d}",'
            f'"user":"u-{account:06d}-{user:02d}","ts":{time},{extra}"count":{count}}}\n')


def main():
    arguments = argparse.ArgumentParser(description="Writes the reference events.")
    arguments.add_argument("count", type=int)
    arguments.add_argument("file")
    arguments.add_argument("--seed", type=int, default=7)
    options = arguments.parse_args()
    world = World(options.seed)
    random = numpy.random.default_rng(options.seed + 1)
    with open(options.file, "w", encoding="ascii") as out:
        for first in range(0, options.count, BLOCK):
            columns = draw_block(random, world, first)
            wanted = min(BLOCK, options.count - first)
            rows = zip(range(first + 1, first + wanted + 1), *columns)
            out.write("".join(line(*row) for row in rows))


if __name__ == "__main__":
    main()
