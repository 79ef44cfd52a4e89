"""Hummingbird's own router with a constant answer: the floor of a read (hummingbird/HummingbirdFloor.swift)."""

import signal
import subprocess
import urllib.request
from pathlib import Path

import processes
from service import free_port


class Hummingbird:
    def __init__(self, binary: Path):
        self.port = free_port()
        self.process = processes.start(
            [str(binary), str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        processes.wait_until(self._answers, "Hummingbird's start")

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise SystemExit("bench: Hummingbird's floor ended at once")
        try:
            with urllib.request.urlopen(f"{self.url}/constant", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        processes.stop(self.process, signal.SIGTERM)
