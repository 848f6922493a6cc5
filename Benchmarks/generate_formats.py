#!/usr/bin/env python3
"""Writes events of other systems, one a line, for `bench decode --format` and peers/decode_formats.cpp.

    generate_formats.py segment|cloudevents COUNT FILE [SEED]

`segment` are track calls as Segment's libraries write them (600 bytes: context with library, page and device, a few
properties), `cloudevents` structured CloudEvents 1.0 (300 bytes). Ids, times, accounts, users and values vary; the
shape does not.
"""
import json
import random
import sys
from datetime import datetime, timedelta, timezone

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
EVENTS = ["Report Exported", "Dashboard Opened", "Invite Sent", "Checkout Started", "File Uploaded"]
FEATURES = ["exports", "dashboards", "teams", "billing", "files"]


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def identifier(chance):
    text = f"{chance.getrandbits(128):032x}"
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def segment(chance, time):
    kind = chance.randrange(len(EVENTS))
    user = f"user-{chance.randrange(50_000)}"
    return {
        "type": "track", "messageId": identifier(chance), "userId": user, "event": EVENTS[kind],
        "timestamp": stamp(time),
        "context": {
            "library": {"name": "analytics.js", "version": "4.1.0"},
            "page": {"path": "/reports/weekly", "referrer": "https://app.example.com/home",
                     "title": "Weekly report", "url": "https://app.example.com/reports/weekly"},
            "groupId": f"acct-{chance.randrange(10_000)}", "ip": "203.0.113.24", "locale": "en-US",
            "timezone": "Europe/Berlin",
        },
        "properties": {"feature": FEATURES[kind], "value": chance.randrange(1, 100), "plan": "business",
                       "rows": chance.randrange(10_000), "shared": True},
        "integrations": {"All": True}, "sentAt": stamp(time + timedelta(milliseconds=40)),
    }


def cloudevent(chance, time):
    kind = chance.randrange(len(EVENTS))
    return {
        "specversion": "1.0", "id": identifier(chance), "source": "/apps/web/eu-1",
        "type": "com.example." + FEATURES[kind] + ".used", "subject": f"acct-{chance.randrange(10_000)}",
        "time": stamp(time), "datacontenttype": "application/json",
        "data": {"user": f"user-{chance.randrange(50_000)}", "feature": FEATURES[kind],
                 "value": chance.randrange(1, 100), "rows": chance.randrange(10_000), "shared": False},
    }


def main():
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in ("segment", "cloudevents"):
        sys.exit(__doc__)
    make = segment if sys.argv[1] == "segment" else cloudevent
    chance = random.Random(int(sys.argv[4]) if len(sys.argv) == 5 else 7)
    time = START
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        for _ in range(int(sys.argv[2])):
            time += timedelta(milliseconds=chance.randrange(20))
            out.write(json.dumps(make(chance, time), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
