"""Requests from keep-alive connections, by wrk."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from cluster import Cluster
from floors import Floor
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


def times(loads: list[Load]) -> str:
    return f"p50 {median(one.p50 for one in loads) / 1000:.1f} ms, p99 {median(one.p99 for one in loads) / 1000:.1f} ms"


def processors(loads: list[Load]) -> str:
    """Processor time of a request; PostgreSQL's where there is some."""
    database = median(one.database_cpu for one in loads)
    own = f"CPU: service {median(one.service_cpu for one in loads):.0f} µs"
    return own if database < 3 else f"{own}, PostgreSQL {database:.0f} µs"


def run(
    service: Service | Floor, cluster: Cluster, seconds: int, method: str, paths: Path, token: Path | None = None,
    body: Path | None = None,
) -> Load:
    arguments = [str(path or "") for path in (token, body)]
    before = service.cpu_seconds(), cluster.cpu_seconds()
    done = subprocess.run(
        ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "10s", "-s", str(SCRIPT),
         service.url, "--", method, str(paths), *arguments],
        text=True, capture_output=True, check=False)
    after = service.cpu_seconds(), cluster.cpu_seconds()
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
