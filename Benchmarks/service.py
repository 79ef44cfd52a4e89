"""The service under test, reached over HTTP on the loopback interface only."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import processes
from cluster import DPO, SCHEDULER, SERVICE, Cluster


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def migrate(binary: Path, cluster: Cluster, database: str) -> None:
    done = subprocess.run(
        [str(binary), "migrate", "--admin-url", cluster.url(database)], text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"bench: migrate: {done.stdout}{done.stderr}")


class Service:
    """`ohjaustila serve --dev`; without a cluster it makes a private one in its data folder."""

    def __init__(self, binary: Path, folder: Path, cluster: Cluster | None, database: str = "bench"):
        self.binary, self.folder, self.port = binary, folder, free_port()
        self.environment = dict(os.environ)
        for name in ("DATABASE_URL", "OHJAUSTILA_SERVICE_URL", "OHJAUSTILA_SCHEDULER_URL", "OHJAUSTILA_DPO_URL"):
            self.environment.pop(name, None)
        if cluster:
            self.environment["OHJAUSTILA_SERVICE_URL"] = cluster.url(database, SERVICE)
            self.environment["OHJAUSTILA_SCHEDULER_URL"] = cluster.url(database, SCHEDULER)
            self.environment["OHJAUSTILA_DPO_URL"] = cluster.url(database, DPO)
        self.process: subprocess.Popen | None = None

    def start(self) -> float:
        """Returns the seconds from the process's start to its first good answer to /health/ready."""
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        with (self.folder / "service.log").open("ab") as log:
            begin = time.monotonic()
            self.process = processes.start(
                [str(self.binary), "serve", "--dev", "--port", str(self.port), "--data", str(self.folder / "var"),
                 "--log-level", "notice", "--grace", "5"],
                on_death="TERM", stdout=log, stderr=log, env=self.environment)
        processes.wait_until(self._is_ready, "the service's start")
        return time.monotonic() - begin

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise SystemExit("bench: the service ended:\n" + (self.folder / "service.log").read_text()[-3000:])
        try:
            return self.request("GET", "/health/ready")[0] == 200
        except OSError:
            return False

    def stop(self) -> None:
        processes.stop(self.process, signal.SIGTERM)
        self.process = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def request(self, method: str, path: str, token: str = "", body=None, connection=None) -> tuple[int, dict]:
        own = connection or self.connection()
        try:
            headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
            own.request(method, path, None if body is None else json.dumps(body), headers)
            answer = own.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content else {}
        finally:
            if connection is None:
                own.close()

    def call(self, method: str, path: str, token: str = "", body=None, connection=None) -> dict:
        """A request that must succeed."""
        status, answer = self.request(method, path, token, body, connection)
        if not 200 <= status < 300:
            raise SystemExit(f"bench: {method} {path}: {status} {answer}")
        return answer

    def token(self, **claims) -> str:
        return self.call("POST", "/dev/tokens", body=claims)["token"]

    def curl(self, path: str, token: str, *arguments: str, into: str = "/dev/null") -> float:
        """A transfer by curl, which must succeed; returns its seconds."""
        done = subprocess.run(
            ["curl", "-sS", "-o", into, "-w", "%{http_code} %{time_total}",
             *(["-H", f"Authorization: Bearer {token}"] if token else []), *arguments, self.url + path],
            text=True, capture_output=True, check=False)
        status, _, seconds = done.stdout.partition(" ")
        if done.returncode != 0 or not status.startswith("2"):
            raise SystemExit(f"bench: curl {path}: {done.stdout} {done.stderr}")
        return float(seconds)
