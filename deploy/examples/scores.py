#!/usr/bin/env python3
"""Keeps the newest health score of every account and says whose band changed.

    python3 scores.py --brokers localhost:9092
"""
import argparse
import json
from collections import Counter

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--brokers", required=True, help="host:port of one or more brokers")
arguments.add_argument("--topic", default="health-scores")
arguments.add_argument("--until-end", action="store_true", help="stop where the topic ends now")
options = arguments.parse_args()

consumer = Consumer({
    "bootstrap.servers": options.brokers,
    "group.id": "score-table",  # asked for by the client; nothing is committed
    "isolation.level": "read_committed",  # the job writes in transactions
    "enable.auto.commit": False,
    "enable.partition.eof": True,
})
# The topic is compacted: it holds the newest score of each account, so every start reads it from its beginning.
partitions = consumer.list_topics(options.topic, timeout=10).topics[options.topic].partitions
consumer.assign([TopicPartition(options.topic, number, OFFSET_BEGINNING) for number in partitions])

scores = {}
ended = set()
while not (options.until_end and len(ended) == len(partitions)):
    message = consumer.poll(1.0)
    if message is None:
        continue
    if message.error():
        if message.error().code() != KafkaError._PARTITION_EOF:
            raise KafkaException(message.error())
        ended.add(message.partition())
        continue
    account = message.key().decode()
    if message.value() is None:  # a tombstone: the job has forgotten the account
        scores.pop(account, None)
        print(f"{account} is forgotten", flush=True)
        continue
    score = json.loads(message.value())
    before = scores.get(account)
    scores[account] = score  # an upsert: what comes twice changes nothing
    # Early scores ("final": false) come and go; a band counts when its score is final. None: too little data.
    if score["final"] and before and before["band"] != score["band"]:
        print(f"{account} is {score['band']} at {score['score']}, was {before['band']}: {score['summary']}", flush=True)
consumer.close()

bands = Counter(score["band"] or "none" for score in scores.values())
print(f"{len(scores)} accounts: " + ", ".join(f"{band} {bands[band]}" for band in sorted(bands)))
