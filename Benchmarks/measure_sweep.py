"""The sweep: spaces that are due among many that are not, against plain SQL and against one transaction a row."""

import os
import subprocess
import time
from pathlib import Path
from statistics import median

from cluster import DPO, SCHEDULER, SERVICE, SESSIONS, Cluster
from report import Line, spread
from service import migrate
from sizes import Sizes

SQL = Path(__file__).parent / "sql"
BATCH = 5000


class Sweeps:
    def __init__(self, binary: Path, cluster: Cluster, folder: Path, sizes: Sizes):
        self.binary, self.cluster, self.folder, self.sizes = binary, cluster, folder, sizes
        (folder / "var").mkdir(parents=True, exist_ok=True)

    # Databases

    def make(self, name: str, script: Path, **variables) -> None:
        """A database with spaces in it."""
        self.cluster.create(name)
        migrate(self.binary, self.cluster, name)
        self.cluster.sql(name, script.read_text(), **variables)

    def move_clock(self, name: str, round: int) -> None:
        """Makes the next round's spaces due."""
        self.cluster.sql(
            name, "UPDATE ohjaustila.dev_clock SET shift = interval '10 days' * :days + interval '1 hour'", days=round)
        self.cluster.settle()

    def due(self, name: str) -> int:
        return int(self.cluster.sql(
            name, "SELECT count(*) FROM ohjaustila.due, ohjaustila.dev_clock WHERE at <= statement_timestamp() + shift",
        ))

    # Ways to sweep, each in spaces a second

    def ours(self, name: str, expected: int, entered: str = "reactivatable", *options: str) -> float:
        """The whole command, from its start to its end."""
        environment = os.environ | {
            "OHJAUSTILA_SERVICE_URL": self.cluster.url(name, SERVICE),
            "OHJAUSTILA_SCHEDULER_URL": self.cluster.url(name, SCHEDULER),
            "OHJAUSTILA_DPO_URL": self.cluster.url(name, DPO)}
        # Each database has its own; a copy under the same name is another, whose spaces its ledger must not know.
        number = self.cluster.sql("postgres", "SELECT oid FROM pg_database WHERE datname = :'name'", name=name)
        ledger = self.folder / f"ledger-{number}"
        begin = time.monotonic()
        done = subprocess.run(
            [str(self.binary), "sweep", "--dev", "--data", str(self.folder / "var"), "--ledger", str(ledger),
             "--log-level", "warning", *options],
            env=environment, text=True, capture_output=True, check=False)
        seconds = time.monotonic() - begin
        if done.returncode != 0 or f"{entered}: {expected}\n" not in done.stdout:
            raise SystemExit(f"bench: sweeping {name} for {expected}: {done.stdout}{done.stderr}")
        return expected / seconds

    def plain(self, name: str, expected: int, script: str = "sweep.sql", at_once: int = BATCH) -> float:
        batch = (SQL / script).read_text()
        script = (
            "SELECT set_config('ohj.shift', shift::text, false) FROM ohjaustila.dev_clock \\gset\n"
            "SET default_transaction_read_only = off;\n" + batch * -(-expected // at_once))
        path = self.folder / "sweep.sql"
        path.write_text(script)
        begin = time.monotonic()
        subprocess.run(
            [str(self.cluster.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(path),
             "-d", self.cluster.url(name, SCHEDULER)],
            check=True, stdout=subprocess.DEVNULL, env=os.environ | {"PGOPTIONS": SESSIONS[SCHEDULER]}, cwd="/")
        return expected / (time.monotonic() - begin)

    def singly(self, name: str, expected: int) -> float:
        return self.cluster.bench_times(
            name, SQL / "row.pgbench", expected, role=SCHEDULER, entry="\\x" + "7b" * 230)

    def check(self, name: str, spaces: int) -> None:
        """Nothing is left due, and there is one journal entry and one notice for each, the entry's hash at its head."""
        found = self.cluster.sql(
            name,
            """
            SELECT (SELECT count(*) FROM ohjaustila.journal j JOIN ohjaustila.space s ON s.id = j.space_id
                AND s.journal_seq = j.seq AND s.journal_hash = j.hash),
              (SELECT count(*) FROM ohjaustila.journal), (SELECT count(*) FROM ohjaustila.outbox)
            """)
        if self.due(name) != 0 or found != f"{spaces}|{spaces}|{spaces}":
            raise SystemExit(f"bench: {name} after its sweeps: {found}, {self.due(name)} due; expected {spaces}")


def measure(binary: Path, cluster: Cluster, folder: Path, sizes: Sizes) -> list[Line]:
    sweeps = Sweeps(binary, cluster, folder, sizes)
    large, large_floor, row = _among_many(sweeps)
    small, small_floor = _all_due(sweeps)
    most, fewest = f"{sizes.sleeping:,}", f"{sizes.due:,}"
    by_floor, by_floor_small = median(large) / median(large_floor), median(small) / median(small_floor)
    by_row, growth = median(large) / row, median(large) / median(small)
    return [
        Line(f"sweep {fewest} due of {most}", by_floor, "plain SQL, same writes", "≥ 0.80", by_floor >= 0.8,
             f"{spread(large)} spaces/s", f"{spread(large_floor)}/s"),
        Line(f"sweep {fewest} due of {fewest}", by_floor_small, "plain SQL, same writes", "≥ 0.80",
             by_floor_small >= 0.8, f"{spread(small)} spaces/s", f"{spread(small_floor)}/s"),
        Line("cost follows what is due", growth, f"sweep of {fewest} alone", "", None,
             f"{median(large):,.0f} spaces/s", f"{median(small):,.0f}/s"),
        Line(f"sweep {fewest} due of {most}", by_row, f"one transaction a row, {sizes.single:,} rows", "≥ 50",
             by_row >= 50, f"{median(large):,.0f} spaces/s", f"{row:,.0f}/s"),
    ]


def _among_many(sweeps: Sweeps) -> tuple[list[float], list[float], float]:
    sizes, cluster = sweeps.sizes, sweeps.cluster
    sweeps.make(
        "sweep_large", SQL / "spaces.sql", spaces=sizes.sleeping, due=sizes.due, rounds=sizes.rounds,
        single=sizes.single)
    cluster.create("sweep_large_floor", "sweep_large")
    ours, floor = [], []
    for round in range(1, sizes.rounds + 1):
        sweeps.move_clock("sweep_large", round)
        ours.append(sweeps.ours("sweep_large", sizes.due))
        sweeps.move_clock("sweep_large_floor", round)
        floor.append(sweeps.plain("sweep_large_floor", sizes.due))
    for name in ("sweep_large", "sweep_large_floor"):
        sweeps.check(name, sizes.due * sizes.rounds)
    sweeps.move_clock("sweep_large_floor", sizes.rounds + 1)
    row = sweeps.singly("sweep_large_floor", sizes.single)
    sweeps.check("sweep_large_floor", sizes.due * sizes.rounds + sizes.single)
    for name in ("sweep_large", "sweep_large_floor"):
        cluster.drop(name)
    return ours, floor, row


def _all_due(sweeps: Sweeps) -> tuple[list[float], list[float]]:
    sizes, cluster = sweeps.sizes, sweeps.cluster
    sweeps.make("sweep_small", SQL / "spaces.sql", spaces=sizes.due, due=sizes.due, rounds=1, single=0)
    results: dict[str, list[float]] = {"ours": [], "floor": []}
    for _ in range(sizes.rounds):
        for name, way in (("ours", sweeps.ours), ("floor", sweeps.plain)):
            cluster.create("sweep_copy", "sweep_small")
            sweeps.move_clock("sweep_copy", 1)
            results[name].append(way("sweep_copy", sizes.due))
            sweeps.check("sweep_copy", sizes.due)
            cluster.drop("sweep_copy")
    cluster.drop("sweep_small")
    return results["ours"], results["floor"]
