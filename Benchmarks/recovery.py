#!/usr/bin/env python3
"""How long a killed job takes to process again, with processes and a broker.

Benchmarks/recovery.py --accounts 200000
    Sends events of so many accounts through a broker to `thermocline run`, waits for a set of checkpoints of all of it,
    sends SIGKILL, starts the job again and sends an event to each partition. Prints seconds from the start of the process
    until /metrics counts the first new event, and until it has counted all.

The same is done with a few accounts first: what that takes is the group's and the process's own time, and what the many
take beyond it is the recovery. The broker is the one that scripts/test-broker builds, or --brokers names one."""

import argparse
import atexit
import json
import pathlib
import random
import re
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BEGIN = 1_772_409_600  # 2026-03-02, a Monday


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=20, help="of each account (20)")
    parser.add_argument("--days", type=int, default=14, help="of event time; the broker keeps a score a day and account (14)")
    parser.add_argument("--partitions", type=int, default=14)
    parser.add_argument("--brokers", help="host:port of a broker with transactions")
    parser.add_argument("--program", default=str(ROOT / ".build/release/thermocline"))
    parser.add_argument("--no-cache", action="store_true", help="read all of it from the topic")
    return parser.parse_args()


def write_events(path, accounts, events, days):
    total, span = accounts * events, days * 86_400
    kinds = ["login", "feature_click", "bot_call", "session", "api_call"]
    draws = random.Random(7)
    with open(path, "w") as out:
        for number in range(total):
            # Each account once, then by chance.
            account = number if number < accounts else int(draws.random() * accounts)
            user, kind = int(draws.random() * 5), kinds[int(draws.random() * 5)]
            stamp = BEGIN * 1_000 + number * span * 1_000 // total
            out.write(f'{{"account":"a{account}","user":"u{user}","type":"{kind}","ts":{stamp}}}\n')


class Job:
    """`thermocline run` as a process."""

    def __init__(self, program, config, log):
        self.log = open(log, "wb")
        self.began = time.time()
        self.process = subprocess.Popen([program, "run", "--config", config], stdout=self.log, stderr=self.log)
        self.address = None
        atexit.register(self.process.kill)

    def metrics(self):
        """Sums of each metric's samples; none while it does not answer."""
        if self.process.poll() is not None:
            raise SystemExit(f"the job ended: {pathlib.Path(self.log.name).read_text()[-2000:]}")
        if not self.address:
            found = re.search(r"127\.0\.0\.1:(\d+)", pathlib.Path(self.log.name).read_text())
            if not found:
                return {}
            self.address = f"http://{found.group(0)}/metrics"
        try:
            text = urllib.request.urlopen(self.address, timeout=5).read().decode()
        except OSError:
            return {}
        sums = {}
        for line in text.splitlines():
            if line and line[0] != "#":
                name, value = line.rsplit(" ", 1)
                name = name.split("{")[0]
                sums[name] = sums.get(name, 0) + float(value)
        return sums

    def wait(self, until, every):
        while True:
            metrics = self.metrics()
            if metrics and until(metrics):
                return metrics
            time.sleep(every)

    def kill(self):
        self.process.kill()
        self.process.wait()


def measure(options, brokers, folder, accounts):
    name = f"recovery-{accounts}-{time.time_ns()}"
    folder = pathlib.Path(folder) / name
    folder.mkdir()
    config = folder / "job.yaml"
    outputs = "\n".join(
        f"  {key}: {name}-{key}" for key in ["scores", "changes", "alerts", "rollups", "dead_letters", "usage"]
    )
    config.write_text(
        # The broker keeps all scores in memory.
        f"kafka: {{brokers: '{brokers}', group: {name}, instance: one, properties: {{compression.type: zstd}}}}\n"
        f"input: {{topics: [{name}]}}\noutput:\n{outputs}\n"
        f"checkpoints: {{topic: {name}-checkpoints, interval: 10s{'' if options.no_cache else ', cache: cache'}}}\n"
        "time: {idle_after: 0s}\nserver: {listen: '127.0.0.1:0'}\n"
    )
    run = lambda *words: subprocess.run([options.program, *words], check=True, stdout=subprocess.DEVNULL)
    run("topics", "create", "--config", str(config), "--partitions", str(options.partitions), "--replication", "1", "--input")
    events = folder / "events.ndjson"
    write_events(events, accounts, options.events, options.days)
    job = Job(options.program, config, folder / "first.log")
    run("produce", "--brokers", brokers, "--topic", name, "--input", str(events))
    total = accounts * options.events
    job.wait(lambda m: m.get("thermocline_events_read_total", 0) >= total, 1)
    behind = time.time()
    before = job.wait(lambda m: m.get("thermocline_checkpoint_time_seconds", 0) > behind, 1)
    job.kill()

    more = folder / "more.ndjson"
    stamp = (BEGIN + options.days * 86_400 - 1) * 1_000  # before midnight, whose scores are no part of it
    lines = [f'{{"account":"a{number}","user":"u1","type":"login","ts":{stamp}}}\n' for number in range(1_000)]
    more.write_text("".join(lines))
    run("produce", "--brokers", brokers, "--topic", name, "--input", str(more))
    again = Job(options.program, config, folder / "second.log")
    again.wait(lambda m: m.get("thermocline_events_read_total", 0) > 0, 0.05)
    first = time.time() - again.began
    after = again.wait(lambda m: m.get("thermocline_events_read_total", 0) >= len(lines), 0.05)
    everything = time.time() - again.began
    again.kill()
    return {
        "accounts": int(after["thermocline_accounts"]),
        "accountsBefore": int(before["thermocline_accounts"]),
        "checkpointBytes": int(before["thermocline_checkpoint_whole_bytes"]),
        "firstEventSeconds": round(first, 2),
        "allEventsSeconds": round(everything, 2),
        "cpuSeconds": round(after["process_cpu_seconds_total"], 2),
        "peakBytes": int(after["thermocline_resident_memory_peak_bytes"]),
    }


def main():
    options = arguments()
    broker, brokers = None, options.brokers
    if not brokers:
        broker = subprocess.Popen([ROOT / ".build/test-broker/kfake"], stdout=subprocess.PIPE, text=True)
        brokers = broker.stdout.readline().strip()
    try:
        with tempfile.TemporaryDirectory() as folder:
            few = measure(options, brokers, folder, 1_000)
            many = measure(options, brokers, folder, options.accounts)
    finally:
        if broker:
            broker.kill()
    beyond = {
        "recoverySeconds": round(many["firstEventSeconds"] - few["firstEventSeconds"], 2),
        "recoveryCpuPerAccountMicroseconds": round(
            (many["cpuSeconds"] - few["cpuSeconds"]) / options.accounts * 1e6, 2
        ),
    }
    print(json.dumps({"few": few, "many": many, "beyond": beyond}, indent=2))


main()
