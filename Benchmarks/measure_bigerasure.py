"""The erasure of much content under a service that goes on answering: what readers notice, and whether the space that it
frees is used again."""

import threading
import time
from pathlib import Path
from statistics import quantiles

from cluster import Cluster
from report import Line
from service import Service, migrate
from sizes import Sizes
from world import World

DATABASE = "big"
#: So many spaces share the content, over all partitions of the chunks' table.
SPACES = 64
CHUNK = 256 * 1024
MEGA = 1_000_000
#: Autovacuum looks once a minute, and goes through 10 GiB at the pace that PostgreSQL allows it.
PATIENCE = 1800.0
#: Spaces that are only read, and how long before anything is erased.
READ, QUIET_SECONDS = 100, 10.0


def measure(binary: Path, cluster: Cluster, folder: Path, sizes: Sizes) -> list[Line]:
    cluster.create(DATABASE)
    migrate(binary, cluster, DATABASE)
    service = Service(binary, folder, cluster, DATABASE)
    try:
        service.start()
        house = _House(service, cluster, folder)
        first = house.load(sizes.big_bytes)
        size_before = house.size()
        readers = _Readers(service, house.world.token, house.read)
        time.sleep(QUIET_SECONDS)
        quiet = readers.take()
        begin = time.monotonic()
        house.erase(first)
        seconds = time.monotonic() - begin
        busy = readers.take()
        readers.stop()
        house.wait_for_vacuum()
        house.load(sizes.big_bytes)
        size_after = house.size()
    finally:
        service.stop()
    cluster.drop(DATABASE)
    return _lines(sizes, quiet, busy, seconds, size_before, size_after)


def _lines(sizes: Sizes, quiet: list[float], busy: list[float], seconds: float, before: int, after: int) -> list[Line]:
    what = f"{sizes.big_bytes / (1 << 30):.2g} GiB"
    (quiet50, quiet99), (busy50, busy99) = _percentiles(quiet), _percentiles(busy)
    return [
        Line(f"read a space while {what} are erased", busy50 / quiet50, "the same before", "", None,
             f"p50 {busy50:.1f} ms, p99 {busy99:.1f} ms, the slowest {max(busy) * 1000:.0f} ms of {len(busy):,}",
             f"p50 {quiet50:.1f} ms, p99 {quiet99:.1f} ms, the slowest {max(quiet) * 1000:.0f} ms of {len(quiet):,}"),
        Line(f"erase {what} in {SPACES} spaces", None, "", "", None,
             f"{seconds:.1f} s, {sizes.big_bytes / seconds / MEGA:,.0f} MB/s", ""),
        Line("the table after as much again", after / before, "after the first load", "≤ 1.10",
             after / before <= 1.1, f"{after / MEGA:,.0f} MB", f"{before / MEGA:,.0f} MB"),
    ]


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    points = quantiles(seconds, n=100, method="inclusive")
    return points[49] * 1000, points[98] * 1000


class _House:
    """An organisation with spaces that are read, and others that are filled and erased."""

    def __init__(self, service: Service, cluster: Cluster, folder: Path):
        self.service, self.cluster = service, cluster
        self.world = World(cluster, service, folder)
        self.world.found()
        service.call(
            "PUT", f"/v1/organisations/{self.world.organisation}/staff/tiina", service.token(subject="aino"),
            {"name": "Tiina", "roles": ["dataProtectionOfficer"]})
        self.opened = self.chunks = 0
        self.read = [self._open() for _ in range(READ)]

    def _open(self) -> str:
        self.opened += 1
        return self.world.open_space(self.opened)

    def load(self, size: int) -> list[str]:
        """Fills new spaces. The bytes are as large as sealed ones, and as little to be compressed: EXTERNAL keeps them."""
        spaces = [self._open() for _ in range(SPACES)]
        chunks = size // SPACES // CHUNK
        for space in spaces:
            self.cluster.sql(
                DATABASE,
                """
                INSERT INTO ohjaustila.file_chunk (space_id, upload_id, index, data)
                SELECT :'space', gen_random_uuid(), i, decode(repeat(md5(:'space' || i), 16384), 'hex')
                FROM generate_series(0, :chunks - 1) i
                """,
                space=space, chunks=chunks)
        self.chunks = chunks * SPACES
        self.cluster.settle()
        return spaces

    def erase(self, spaces: list[str]) -> None:
        """Decides on all, and waits until the service has destroyed them."""
        officer = self.service.token(subject="tiina")
        for space in spaces:
            self.service.call("POST", f"/v1/spaces/{space}/erasure", officer, {})
        deadline = time.monotonic() + PATIENCE
        while self._count("SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NOT NULL") < len(spaces):
            if time.monotonic() > deadline:
                raise SystemExit("bench: the content was not destroyed in time")
            time.sleep(0.1)
        if left := self._count("SELECT count(*) FROM ohjaustila.file_chunk"):
            raise SystemExit(f"bench: {left} chunks are left of destroyed spaces")

    def size(self) -> int:
        return self._count(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits "
            "WHERE inhparent = 'ohjaustila.file_chunk'::regclass")

    def wait_for_vacuum(self) -> None:
        """Until autovacuum, as the tables' own settings call it, has been everywhere that rows were deleted.

        Who deleted them tells the statistics some seconds later: before all are counted, nothing looks dead."""
        deadline = time.monotonic() + PATIENCE
        while self._count(
            f"""
            SELECT count(*) FILTER (WHERE t.n_dead_tup > 1500)
              + (sum(t.n_tup_del) FILTER (WHERE t.relid = c.oid) < {self.chunks})::int
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            JOIN pg_stat_all_tables t ON t.relid IN (c.oid, c.reltoastrelid)
            WHERE i.inhparent = 'ohjaustila.file_chunk'::regclass
            """
        ):
            if time.monotonic() > deadline:
                raise SystemExit("bench: autovacuum did not come in time")
            time.sleep(1)

    def _count(self, query: str) -> int:
        return int(self.cluster.sql(DATABASE, query))


class _Readers:
    """Two clients that read spaces one after the other, at an ordinary pace, and remember how long each answer took."""

    def __init__(self, service: Service, token: str, spaces: list[str]):
        self.service, self.token, self.spaces = service, token, spaces
        self.times: list[float] = []
        self.lock, self.over = threading.Lock(), threading.Event()
        self.failures: list[BaseException] = []
        self.threads = [threading.Thread(target=self._read, args=(n,)) for n in range(2)]
        for thread in self.threads:
            thread.start()

    def _read(self, number: int) -> None:
        connection = self.service.connection()
        try:
            while not self.over.is_set():
                number += 1
                begin = time.monotonic()
                self.service.call(
                    "GET", f"/v1/spaces/{self.spaces[number % len(self.spaces)]}", self.token, connection=connection)
                with self.lock:
                    self.times.append(time.monotonic() - begin)
                time.sleep(0.01)
        except BaseException as failure:  # a thread's SystemExit would be lost
            self.failures.append(failure)
        finally:
            connection.close()

    def take(self) -> list[float]:
        """The times since the last taking."""
        if self.failures:
            raise SystemExit(str(self.failures[0]))
        with self.lock:
            taken, self.times = self.times, []
        return taken

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()
