"""Processes of a benchmark: each is started here, dies with us, and is asked for what it used."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def start(command: list[str], *, user: str | None = None, on_death: str = "KILL", **options) -> subprocess.Popen:
    """Starts a process that gets a signal when this one dies, whatever it dies of.

    setpriv executes the program in its own place, so the process id is the program's.
    """
    wrapped = ["setpriv", f"--pdeathsig={on_death}"]
    if user:
        wrapped += [f"--reuid={user}", f"--regid={user}", "--init-groups"]
    return subprocess.Popen(wrapped + command, stdin=subprocess.DEVNULL, **options)


def stop(process: subprocess.Popen | None, with_signal: int = signal.SIGTERM, patience: float = 40) -> None:
    """Ends one process that `start` started, by its own id."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(with_signal)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _times(pid: int, *, reaped: bool) -> float:
    # The second field is the program's name in parentheses and may hold anything.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    last = 15 if reaped else 13
    return sum(int(ticks) for ticks in fields[11:last]) / TICKS


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """User and system time so far; with children: those that live, and those that have ended and were waited for."""
    total = _times(pid, reaped=with_children)
    if with_children:
        for child in _children(pid):
            try:
                total += _times(child, reaped=False)
            except (FileNotFoundError, ProcessLookupError):
                pass  # ended between the two readings
    return total


def memory(pid: int, field: str = "VmRSS") -> int:
    """Bytes; VmRSS is now, VmHWM the most since `forget_peak`."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


def forget_peak(pid: int) -> None:
    """Sets VmHWM to what is resident now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class Disturbance:
    """How much of the processors went to processes that are not ours, from the beginning until it is asked."""

    def __init__(self) -> None:
        self._began, self._busy, self._own = time.monotonic(), self._all(), self._ours()

    @staticmethod
    def _all() -> float:
        fields = [int(ticks) for ticks in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return (sum(fields) - fields[3] - fields[4]) / TICKS  # without idle and waiting for disks

    @staticmethod
    def _ours() -> float:
        """Ours and that of our children that have ended: so all of it, once they are stopped."""
        used = os.times()
        return used.user + used.system + used.children_user + used.children_system

    def share(self) -> float:
        others = self._all() - self._busy - (self._ours() - self._own)
        return max(0.0, others / ((time.monotonic() - self._began) * (os.cpu_count() or 1)))


def require_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SystemExit(f"bench: {folder} has {free >> 30} GiB free, {needed >> 30} GiB are needed (TMPDIR says where)")


def wait_until(condition, what: str, patience: float = 30, pause: float = 0.002) -> None:
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"bench: {what} took more than {patience:.0f} s")
        time.sleep(pause)
