"""Other people's servers, each with the least it can do: floors of requests."""

import signal
import subprocess
import urllib.request
from pathlib import Path

import processes
from service import free_port

FASTAPI = Path(__file__).parent / "fastapi"
#: As many as the machine of findings.md has cores; more gave no more.
WORKERS = 2


class Floor:
    """A server on a port of the loopback interface, which must answer its first path before it is measured."""

    def __init__(self, name: str, command: list[str], port: int, first: str, **options):
        self.name, self.port, self.first = name, port, first
        self.process = processes.start(
            command, on_death="TERM", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        processes.wait_until(self._answers, f"{name}'s start")

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise SystemExit(f"bench: {self.name} ended at once")
        try:
            with urllib.request.urlopen(self.url + self.first, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        return processes.cpu_seconds(self.process.pid, with_children=True)

    def close(self) -> None:
        processes.stop(self.process, signal.SIGTERM)


def hummingbird(binary: Path) -> Floor:
    """Hummingbird's own router with a constant answer (hummingbird/HummingbirdFloor.swift)."""
    port = free_port()
    return Floor("Hummingbird", [str(binary), str(port)], port, "/constant")


def fastapi(python: Path, database: str) -> Floor:
    """FastAPI with asyncpg: one bare SELECT, one bare INSERT, no token, no rules (fastapi/app.py)."""
    port = free_port()
    return Floor(
        "FastAPI",
        [str(python), "-m", "uvicorn", "app:app", "--app-dir", str(FASTAPI), "--host", "127.0.0.1", "--port", str(port),
         "--workers", str(WORKERS), "--no-access-log", "--log-level", "warning"],
        port, "/live", env={"BENCH_DATABASE": database, "PYTHONDONTWRITEBYTECODE": "1"})
