#!/usr/bin/env python3
"""Reads results of `thermocline bench ... --json`, one a line, and fails when a count is above its threshold."""
import json
import sys

# Of decoding and of a window query: nothing an event. Of the whole job also what new accounts make tables grow by, and commits, for each score.
EVENT = 0.001
SCORE = 0.25

worst = 0
seen = 0
for line in sys.stdin:
    result = json.loads(line)
    seen += 1
    if result["bench"] == "windows":
        name = "windows " + result["threads"]
        found, limit = result["allocationsPerEvent"], EVENT
    elif result["bench"] == "decode":
        name = "decode " + result["input"].rsplit("/", 1)[-1]
        found, limit = result["allocationsPerEvent"], EVENT
    else:
        scores = result["scoresPerMessage"]
        name = "pipeline, %.4f scores a message" % scores
        found = result["allocationsPerMessage"]
        limit = EVENT + SCORE * scores
    print("%-60s %10.6f allocations an event, at most %.6f" % (name, found, limit))
    worst = max(worst, found / limit)
if seen != 6:
    sys.exit("a benchmark gave no result: its error stands above")
sys.exit(0 if 0 < worst <= 1 else 1)
