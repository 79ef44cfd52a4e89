"""The rotation of the master: every space's key wrapped anew, against plain SQL that writes the same columns."""

import os
import subprocess
import time
from pathlib import Path
from statistics import median

from cluster import DPO, SCHEDULER, SERVICE, SESSIONS, Cluster
from report import Line, spread
from service import Service, migrate
from sizes import Sizes

SQL = Path(__file__).parent / "sql"
BATCH = 5000
#: As long as the masters' own names, so that the floor's keys are as long as ours.
FLOOR_MASTER = "0123456789abcdef"
#: Pages go by space, from here on: who looks from the start of the index each time walks over what is done already.
BEGINNING = "00000000-0000-0000-0000-000000000000"


class Rotations:
    def __init__(self, binary: Path, cluster: Cluster, folder: Path, python: Path, sizes: Sizes):
        self.binary, self.cluster, self.folder, self.python, self.sizes = binary, cluster, folder, python, sizes

    def make(self) -> None:
        """A database with the wrapped keys of many spaces; the spaces themselves have no part in it."""
        self.cluster.create("rotatable")
        migrate(self.binary, self.cluster, "rotatable")
        service = Service(self.binary, self.folder, self.cluster, "rotatable")
        service.start()  # makes the keys
        service.stop()
        keys = subprocess.run(
            [str(self.python), str(Path(__file__).parent / "wrapped_keys.py"), str(self.folder / "var" / "keys"),
             str(self.sizes.wrapped)], check=True, text=True, stdout=subprocess.PIPE).stdout
        self.cluster.sql(
            "rotatable",
            "SET session_replication_role = replica;\n"
            "CREATE TEMPORARY TABLE made (space_id uuid, master_id text, wrapped_key bytea);\n"
            "COPY made FROM STDIN;\n" + keys + "\\.\n"
            "INSERT INTO ohjaustila.space_secret (space_id, master_id, wrapped_key, title)\n"
            "SELECT space_id, master_id, wrapped_key, sha256(wrapped_key) FROM made;\n"
            "RESET session_replication_role;\nVACUUM ANALYZE;\n")
        self.old = self.cluster.sql("rotatable", "SELECT id FROM ohjaustila.master_key WHERE stage = 'current'")

    def ours(self) -> float:
        """The whole command, from its start to its end. No copy of the service runs that it would wait for."""
        environment = os.environ | {
            "OHJAUSTILA_SERVICE_URL": self.cluster.url("rotating", SERVICE),
            "OHJAUSTILA_SCHEDULER_URL": self.cluster.url("rotating", SCHEDULER),
            "OHJAUSTILA_DPO_URL": self.cluster.url("rotating", DPO)}
        begin = time.monotonic()
        done = subprocess.run(
            [str(self.binary), "keys", "rotate", "--dev", "--data", str(self.folder / "var"),
             "--log-level", "warning"], env=environment, text=True, capture_output=True, check=False)
        seconds = time.monotonic() - begin
        if done.returncode != 0 or f"keys wrapped anew: {self.sizes.wrapped}\n" not in done.stdout:
            raise SystemExit(f"bench: keys rotate: {done.stdout}{done.stderr}")
        return self.sizes.wrapped / seconds

    def plain(self) -> float:
        self.cluster.sql(
            "rotating", f"INSERT INTO ohjaustila.master_key VALUES ('{FLOOR_MASTER}', 'retired', now())")
        path = self.folder / "rewrap.sql"
        path.write_text("SET default_transaction_read_only = off;\n"
                        + (SQL / "rewrap.sql").read_text() * -(-self.sizes.wrapped // BATCH))
        begin = time.monotonic()
        subprocess.run(
            [str(self.cluster.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", f"old={self.old}",
             "-v", f"new={FLOOR_MASTER}", "-v", f"after={BEGINNING}", "-f", str(path),
             "-d", self.cluster.url("rotating", SCHEDULER)],
            check=True, stdout=subprocess.DEVNULL, env=os.environ | {"PGOPTIONS": SESSIONS[SCHEDULER]}, cwd="/")
        return self.sizes.wrapped / (time.monotonic() - begin)

    def check(self) -> None:
        """Everything is under another master, and says under which it was."""
        found = self.cluster.sql(
            "rotating",
            "SELECT count(*) FROM ohjaustila.space_secret WHERE master_id <> :'old' AND former_master_ids = ARRAY[:'old']",
            old=self.old)
        if int(found) != self.sizes.wrapped:
            raise SystemExit(f"bench: after rewrapping {self.sizes.wrapped} keys: {found}")


def measure(binary: Path, cluster: Cluster, folder: Path, python: Path, sizes: Sizes) -> list[Line]:
    rotations = Rotations(binary, cluster, folder, python, sizes)
    rotations.make()
    rates: dict[str, list[float]] = {"ours": [], "floor": []}
    for _ in range(sizes.rounds):
        for way, rewrap in (("ours", rotations.ours), ("floor", rotations.plain)):
            cluster.create("rotating", "rotatable")
            cluster.settle()
            rates[way].append(rewrap())
            rotations.check()
            cluster.drop("rotating")
    cluster.drop("rotatable")
    ratio = median(rates["ours"]) / median(rates["floor"])
    return [
        Line(f"rotate the master of {sizes.wrapped:,} spaces", ratio, "plain SQL, same columns", "", None,
             f"{spread(rates['ours'])} keys/s", f"{spread(rates['floor'])}/s")]
