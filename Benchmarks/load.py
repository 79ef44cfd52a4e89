"""Requests from keep-alive connections, by wrk."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import processes
from cluster import Cluster
from hummingbird import Hummingbird
from service import Service

CONNECTIONS = 32
SCRIPT = Path(__file__).parent / "load.lua"


@dataclass
class Load:
    """What one round of requests came to."""
    per_second: float
    #: Microseconds.
    p50: int
    p99: int
    service_cpu: float
    database_cpu: float


def run(
    service: Service | Hummingbird, cluster: Cluster, seconds: int, method: str, paths: Path, token: Path | None = None,
    body: Path | None = None,
) -> Load:
    arguments = [str(path) for path in (token, body) if path]
    before = processes.cpu_seconds(service.pid), cluster.cpu_seconds()
    done = subprocess.run(
        ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "10s", "-s", str(SCRIPT),
         service.url, "--", method, str(paths), *arguments],
        text=True, capture_output=True, check=False)
    after = processes.cpu_seconds(service.pid), cluster.cpu_seconds()
    result = next((line[7:] for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if done.returncode != 0 or result is None:
        raise SystemExit(f"bench: wrk failed: {done.stdout}{done.stderr}")
    found = json.loads(result)
    if found["refused"] or found["broken"] or not found["requests"]:
        raise SystemExit(f"bench: {method} of {found}: every answer must be a good one")
    each = 1e6 / found["requests"]
    return Load(
        found["requests"] / found["seconds"], found["p50"], found["p99"],
        (after[0] - before[0]) * each, (after[1] - before[1]) * each)
