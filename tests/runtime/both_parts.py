"""Run by test_sources as one user or another: database and broker, started twice on the same data.

Usage: both_parts.py FOLDER SOURCE. Prints what it found as JSON.
"""

import json
import os
import sys
from pathlib import Path

import psycopg
import redis

from pole.runtime.broker import Broker
from pole.runtime.homes import home_of, unprivileged
from pole.runtime.postgres import Cluster

folder, source = Path(sys.argv[1]), sys.argv[2]
found = {}
for turn in ("first", "second"):
    cluster, broker = Cluster(folder / "postgres", source=source), Broker(folder / "broker", source=source)
    try:
        cluster.start()
        broker.start()
        if turn == "first":
            cluster.create_database("pole")
        with (
            psycopg.connect(cluster.url("pole_owner", "pole")) as connection,
            redis.Redis.from_url(broker.url) as client,
        ):
            if turn == "first":
                connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
                client.set("kept", 42)
            found[turn] = [
                connection.execute("SELECT answer FROM kept").fetchone()[0],
                int(client.get("kept")),
            ]
            found["database runs as root"] = os.stat(f"/proc/{cluster.process.pid}").st_uid == 0
            found["programs"] = [cluster.programs.source, broker.source]
    finally:
        cluster.durable = turn == "first"
        broker.stop()
        home = home_of(cluster.data_dir, unprivileged())
        cluster.stop()
found["left behind"] = home.exists()
sys.stdout.write(json.dumps(found))
