"""The erasure of spaces with content: against the same deletions in plain SQL."""

from pathlib import Path
from statistics import median

from cluster import Cluster
from measure_sweep import SQL, Sweeps
from report import Line, spread
from sizes import Sizes

BATCH = 500
TABLES = ("space", "space_secret", "my_space", "due", "participant", "message", "file", "file_chunk", "person",
          "person_check")


def measure(binary: Path, cluster: Cluster, folder: Path, sizes: Sizes) -> list[Line]:
    sweeps = Sweeps(binary, cluster, folder, sizes)
    sweeps.make("erasable", (SQL / "erasable.sql"), spaces=sizes.erased)
    rates: dict[str, list[float]] = {"ours": [], "floor": []}
    ways = {
        # So many at once are held until somebody says yes.
        "ours": lambda name: sweeps.ours(name, sizes.erased, "erased", "--confirm-erasures", str(sizes.erased)),
        "floor": lambda name: sweeps.plain(name, sizes.erased, "erase.sql", BATCH),
    }
    for _ in range(sizes.rounds):
        for way, erase in ways.items():
            cluster.create("erasing", "erasable")
            cluster.settle()
            rates[way].append(erase("erasing"))
            _check(cluster, sizes.erased)
            cluster.drop("erasing")
    cluster.drop("erasable")
    ratio = median(rates["ours"]) / median(rates["floor"])
    return [
        Line(f"erase {sizes.erased:,} spaces, each with 10 messages and a file of 64 KiB", ratio,
             "plain SQL, same deletions", "", None, f"{spread(rates['ours'])} spaces/s", f"{spread(rates['floor'])}/s")]


def _check(cluster: Cluster, spaces: int) -> None:
    """Nothing is left but tombstones."""
    counts = ", ".join(f"(SELECT count(*) FROM ohjaustila.{table})" for table in TABLES)
    found = cluster.sql(
        "erasing", f"SELECT {counts}, (SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NOT NULL)")
    if found != "0|" * len(TABLES) + str(spaces):
        raise SystemExit(f"bench: after erasing {spaces}: {found}")
