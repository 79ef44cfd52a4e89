"""From the process's start to its first good answer, and the memory of a service that nobody asks anything."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import processes
from cluster import SUPERUSER, Cluster
from report import Line, spread
from service import Service, free_port
from sizes import Sizes
from world import DATABASE

MEGA = 1_000_000
#: How long the service is left alone before its memory is read.
REST = 3.0


def measure(binary: Path, cluster: Cluster, folder: Path, sizes: Sizes) -> list[Line]:
    with_database, without, again, clients, clusters, restarts, idle = ([] for _ in range(7))
    for round in range(sizes.starts):
        # The keys are those of the benchmark's own service: a database is served with one set of keys only.
        service = Service(binary, folder / "service", cluster, DATABASE)
        with_database.append(_start(service, idle if round == 0 else None))
        clients.append(_client(cluster))
        place = Path(tempfile.mkdtemp(prefix="embedded-", dir=folder))
        place.chmod(0o755)
        embedded = Service(binary, place, None)
        without.append(_start(embedded))
        again.append(_start(embedded))
        shutil.rmtree(place)
        fresh = Cluster(Path(tempfile.mkdtemp(prefix="fresh-", dir=folder)) / "cluster")
        fresh.data.parent.parent.chmod(0o755)
        clusters.append(_cluster(fresh))
        restarts.append(_cluster(fresh))
    python = _python()
    memory, quick, first, next_time = median(idle), median(with_database), median(without), median(again)
    milli = "{:.0f} ms"
    return [
        Line("start, PostgreSQL up", quick / median(clients), "psql: connect and ask", "≤ 0.3 s", quick <= 0.3,
             spread([s * 1000 for s in with_database], milli), spread([s * 1000 for s in clients], milli)),
        Line("start, private PostgreSQL from nothing", first / median(clusters), "initdb, start, psql", "≤ 3 s",
             first <= 3, spread([s * 1000 for s in without], milli), spread([s * 1000 for s in clusters], milli)),
        Line("start, private PostgreSQL again", next_time / median(restarts), "postgres, psql", "", None,
             spread([s * 1000 for s in again], milli), spread([s * 1000 for s in restarts], milli)),
        Line("memory at rest", memory / python, "python3 -m http.server", "≤ 60 MB", memory <= 60 * MEGA,
             f"{memory / MEGA:.0f} MB", f"{python / MEGA:.0f} MB"),
    ]


def _start(service: Service, idle: list[int] | None = None) -> float:
    try:
        seconds = service.start()
        if idle is not None:
            time.sleep(REST)
            idle.append(processes.memory(service.pid))
        return seconds
    finally:
        service.stop()


def _client(cluster: Cluster) -> float:
    begin = time.monotonic()
    cluster.sql(DATABASE, "SELECT 1")
    return time.monotonic() - begin


def _cluster(cluster: Cluster) -> float:
    begin = time.monotonic()
    try:
        cluster.start()
        cluster.sql(SUPERUSER, "SELECT 1")
        return time.monotonic() - begin
    finally:
        cluster.stop()


def _python() -> int:
    port = free_port()
    server = processes.start(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)], on_death="TERM",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/usr/share/zoneinfo")
    try:
        def listens() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        processes.wait_until(listens, "python3 -m http.server")
        return processes.memory(server.pid)
    finally:
        processes.stop(server)
