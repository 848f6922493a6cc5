#!/usr/bin/env python3
"""Holds what a backtest printed to its figures; `make backtest` calls it.

    Benchmarks/backtest.py oulad.json crm6.json

OULAD: real students. The cases and the plain numbers are those of the protocol, counted by others; the default policy
must foretell leaving better than each of them, and with 0.63 at least. crm6: accounts that keep their rates until they
leave. What looks at falls must be at chance there, and the score may know no more than the level of use, which active
days tell: more would be a leak of the future.
"""
import json
import sys


def horizon(report, days):
    figures = next(h for h in report["horizons"] if h["days"] == days)
    return figures, {s["name"]: s["auc"] for s in figures["scorers"]}


def main():
    oulad, crm6 = (json.load(open(path)) for path in sys.argv[1:3])
    failed = []

    def check(holds, text):
        print(("  ok      " if holds else "  FAILED  ") + text)
        if not holds:
            failed.append(text)

    figures, areas = horizon(oulad, 14)
    policy = oulad["scorers"][0]
    own = areas[policy]["value"]
    check((figures["cases"], figures["churners"]) == (9521, 82), "OULAD: 9,521 cases, 82 leave within 14 days")
    known = {"days_since_last_event": 0.584, "active_days_28d": 0.610, "ratio_7d_28d": 0.518}
    for name, area in known.items():
        check(round(areas[name]["value"], 3) == area, f"OULAD: {name} has {area:.3f}")
        check(own > areas[name]["value"], f"OULAD: {policy} has {own:.4f}, more than {name}")
    check(own >= 0.63, f"OULAD: {policy} has {own:.4f}, 0.63 at least")
    for days in (14, 60):
        figures, areas = horizon(crm6, days)
        own = areas[crm6["scorers"][0]]["value"]
        ratio, level = areas["ratio_7d_28d"], areas["active_days_28d"]["value"]
        check(
            ratio["low"] <= 0.5 <= ratio["high"],
            f"crm6, {days} days: the ratio to the past is at chance, {ratio['low']:.2f} to {ratio['high']:.2f}")
        check(own <= level, f"crm6, {days} days: the score has {own:.2f}, no more than the level of use, {level:.2f}")
    sys.exit(f"{len(failed)} figures do not hold" if failed else 0)


main()
