#!/usr/bin/env python3
"""Opens a ticket when an alert fires, follows it, and closes it when the alert is resolved (here it prints).

    python3 alerts.py --brokers localhost:9092
"""
import argparse
import json

from confluent_kafka import Consumer, KafkaError, KafkaException

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--brokers", required=True, help="host:port of one or more brokers")
arguments.add_argument("--topic", default="health-alerts")
arguments.add_argument("--group", default="alert-tickets")
arguments.add_argument("--until-end", action="store_true", help="stop where the topic ends now")
options = arguments.parse_args()

consumer = Consumer({
    "bootstrap.servers": options.brokers,
    "group.id": options.group,
    "isolation.level": "read_committed",  # the job writes in transactions
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,  # committed below, after the work
    "enable.partition.eof": True,
})
consumer.subscribe([options.topic])

tickets = {}  # by fingerprint; a real consumer keeps them in its ticket system, where they outlive it
newest = {}  # by fingerprint, the time of its last change
ended = set()
while not (options.until_end and ended and len(ended) == len(consumer.assignment())):
    message = consumer.poll(1.0)
    if message is None:
        continue
    if message.error():
        if message.error().code() != KafkaError._PARTITION_EOF:
            raise KafkaException(message.error())
        ended.add(message.partition())
        continue
    alert = json.loads(message.value())  # the topic is not compacted: no tombstones here
    fingerprint, at = alert["fingerprint"], alert["at"]
    if at > newest.get(fingerprint, ""):  # times sort as text; what comes twice is passed over
        newest[fingerprint] = at
        whose = alert["account"] or "everybody"  # a tracking outage is about no account
        if alert["state"] == "resolved":
            if tickets.pop(fingerprint, None):
                print(f"closed {fingerprint} {whose} {alert['rule']}", flush=True)
        elif alert["state"] != "pending":
            verb = "changed" if fingerprint in tickets else "opened"
            tickets[fingerprint] = alert
            print(f"{verb} {fingerprint} {alert['severity']} {whose} {alert['rule']}: {alert['summary']}", flush=True)
    consumer.commit(message)
consumer.close()
print(f"{len(tickets)} tickets open")
