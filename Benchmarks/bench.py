"""Runs the benchmarks and prints their table. scripts/bench calls it; README.md beside it says how to read it."""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import measure_archives
import measure_bigerasure
import measure_erasure
import measure_events
import measure_files
import measure_large
import measure_post
import measure_read
import measure_rotation
import measure_start
import measure_sweep
import processes
import report
from cluster import Cluster
from service import Service, migrate
from sizes import FULL, QUICK, Sizes
from world import DATABASE, World

#: Above this share of the processors for others (the kernel's own threads take some hundredths), ratios are off too.
QUIET = 0.1
NAMES = ("read", "post", "events", "sweep", "erasure", "files", "archives", "rotation", "start")
#: Half an hour and 40 GB of temporary disk each: only when asked for.
EXTRA = ("large", "bigerasure")


def main() -> int:
    options = _options()
    sizes = QUICK if options.quick else FULL
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _end)
    disturbance = processes.Disturbance()
    folder = Path(tempfile.mkdtemp(prefix="ohjaustila-bench-"))
    folder.chmod(0o755)  # PostgreSQL's own user has to come through
    try:
        processes.require_space(folder, _room(options.only or NAMES, sizes))
        lines = _run(options, sizes, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    others = disturbance.share()
    print(report.table(lines))
    print(f"\n{report.machine()}; medians of {sizes.rounds} alternated rounds, range in parentheses; "
          f"load, service and PostgreSQL share the cores, other processes took {others:.0%} of them.")
    if others > QUIET:
        print("bench: the machine was not quiet; what switches between threads most suffers most", file=sys.stderr)
    return 1 if any(line.good is False for line in lines) and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measures the service against floors of the same run and prints one table.")
    parser.add_argument("--quick", action="store_true", help="small sizes, about a minute: to try it out, not to quote")
    parser.add_argument("--only", action="append", choices=NAMES + EXTRA, help="one measurement; may be repeated")
    parser.add_argument("--strict", action="store_true", help="fail when a target is missed")
    parser.add_argument("--binary", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--nginx", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--python", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--hummingbird", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def _end(number: int, _) -> None:
    signal.signal(number, signal.SIG_IGN)  # once is enough: the cleaning up is not to be interrupted
    raise SystemExit(128 + number)


def _room(chosen: Iterable[str], sizes: Sizes) -> int:
    """Bytes of temporary disk that the chosen measures take: one database for all, which only grows."""
    rooms = {
        "sweep": 3000 * sizes.sleeping,
        "large": 3000 * (sizes.large_sleeping + sizes.large_due),
        "files": 4 * sizes.file_bytes * (sizes.rounds + 1),
        "archives": 4 * sizes.file_bytes * sizes.archived_files,
        "bigerasure": 3 * sizes.big_bytes,
    }
    return (1 << 30) + sum(rooms.get(name, 0) for name in chosen)


def _run(options: argparse.Namespace, sizes: Sizes, folder: Path) -> list[report.Line]:
    chosen = options.only or list(NAMES)
    binary = options.binary.resolve()
    cluster = Cluster(folder / "cluster")
    lines: list[report.Line] = []
    try:
        cluster.start()
        cluster.create(DATABASE)
        migrate(binary, cluster, DATABASE)
        if "start" in chosen:
            lines += _timed("start", lambda: measure_start.measure(binary, cluster, folder, sizes))
        if {"read", "post", "events", "files", "archives"} & set(chosen):
            lines = _requests(chosen, sizes, folder, binary, cluster, options) + lines
        if "sweep" in chosen:
            lines += _timed("sweep", lambda: measure_sweep.measure(binary, cluster, folder / "sweeper", sizes))
        if "erasure" in chosen:
            lines += _timed("erasure", lambda: measure_erasure.measure(binary, cluster, folder / "eraser", sizes))
        if "bigerasure" in chosen:
            lines += _timed(
                "bigerasure", lambda: measure_bigerasure.measure(binary, cluster, folder / "big", sizes))
        if "rotation" in chosen:
            lines += _timed("rotation", lambda: measure_rotation.measure(
                binary, cluster, folder / "rotator", options.python, sizes))
        if "large" in chosen:
            lines += _timed("large", lambda: measure_large.measure(binary, cluster, folder / "large", sizes))
    finally:
        cluster.stop()
    return lines


def _requests(
    chosen: list[str], sizes: Sizes, folder: Path, binary: Path, cluster: Cluster,
    options: argparse.Namespace,
) -> list[report.Line]:
    service = Service(binary, folder / "service", cluster, DATABASE)
    lines: list[report.Line] = []
    try:
        service.start()
        world = World(cluster, service, folder)
        world.found()
        if {"read", "post"} & set(chosen):
            _timed(f"open {sizes.spaces:,} spaces", lambda: world.open_spaces(sizes.spaces))
        if "read" in chosen:
            lines += _timed("read", lambda: measure_read.measure(world, sizes, options.hummingbird, options.python))
        if "post" in chosen:
            lines += _timed("post", lambda: measure_post.measure(world, sizes, options.python))
        if "events" in chosen:
            lines += _timed("events", lambda: measure_events.measure(world, sizes))
        if "files" in chosen:
            lines += _timed("files", lambda: measure_files.measure(world, folder, options.nginx, sizes))
        if "archives" in chosen:
            lines += _timed("archives", lambda: measure_archives.measure(world, folder, sizes))
    finally:
        service.stop()
    return lines


def _timed(what: str, action):
    begin = time.monotonic()
    print(f"{what} …", end="", file=sys.stderr, flush=True)
    result = action()
    print(f" {time.monotonic() - begin:.0f} s", file=sys.stderr)
    return result


if __name__ == "__main__":
    sys.exit(main())
