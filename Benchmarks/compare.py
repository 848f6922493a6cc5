#!/usr/bin/env python3
"""Runs commands in turn and compares the processor time of whole processes, start-up included.

    compare.py [--rounds 5] [--out FILE] NAME=COMMAND NAME=COMMAND …

The first command is the yardstick: every other's processor seconds are divided by those of the yardstick's run in
the same round, so that a machine that slows down slows both. Prints medians; FILE gets every run as JSON, with the
last line the command printed.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import time


def run(command):
    start = time.monotonic()
    process = subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: ended with {process.returncode}")
    lines = output.strip().splitlines()
    return {
        "wall": time.monotonic() - start, "user": usage.ru_utime, "system": usage.ru_stime,
        "cpu": usage.ru_utime + usage.ru_stime, "peak_kib": usage.ru_maxrss, "load": os.getloadavg()[0],
        "output": lines[-1] if lines else "",
    }


def main():
    arguments = argparse.ArgumentParser(description="Compares processor time.")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--out")
    arguments.add_argument("commands", nargs="+")
    options = arguments.parse_args()
    commands = dict(command.split("=", 1) for command in options.commands)
    runs = {name: [] for name in commands}
    for command in commands.values():
        run(command)  # warms the file cache; not counted
    for _ in range(options.rounds):
        for name, command in commands.items():
            runs[name].append(run(command))
    yardstick = next(iter(commands))
    print(f"{'':14}{'cpu s':>8}{'wall s':>8}{'peak MB':>9}   cpu / {yardstick} (least, median, most)")
    for name, results in runs.items():
        ratios = [mine["cpu"] / base["cpu"] for mine, base in zip(results, runs[yardstick])]
        median = {key: statistics.median(r[key] for r in results) for key in ("cpu", "wall", "peak_kib")}
        print(f"{name:14}{median['cpu']:8.2f}{median['wall']:8.2f}{median['peak_kib'] * 1024 / 1e6:9.0f}   "
              f"{min(ratios):.2f}  {statistics.median(ratios):.2f}  {max(ratios):.2f}")
    if options.out:
        with open(options.out, "w", encoding="utf-8") as out:
            json.dump({"commands": commands, "runs": runs}, out, indent=1)


if __name__ == "__main__":
    main()
