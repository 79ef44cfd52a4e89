"""Sweeps of the size of a whole country: a million due at once, and a few among ten million that sleep."""

from pathlib import Path

from cluster import Cluster
from measure_sweep import SQL, Sweeps
from report import Line
from sizes import Sizes


def measure(binary: Path, cluster: Cluster, folder: Path, sizes: Sizes) -> list[Line]:
    """One round each: making the spaces takes longer than sweeping them."""
    sweeps = Sweeps(binary, cluster, folder, sizes)
    all_due = _compare(sweeps, spaces=sizes.large_due, due=sizes.large_due)
    few_due = _compare(sweeps, spaces=sizes.large_sleeping + sizes.due, due=sizes.due)
    return [
        _line(f"sweep {sizes.large_due:,} due of {sizes.large_due:,}", *all_due),
        _line(f"sweep {sizes.due:,} due of {sizes.large_sleeping + sizes.due:,}", *few_due),
    ]


def _compare(sweeps: Sweeps, *, spaces: int, due: int) -> tuple[float, float]:
    cluster = sweeps.cluster
    sweeps.make("large", SQL / "spaces.sql", spaces=spaces, due=due, rounds=1, single=0)
    cluster.create("large_floor", "large")
    rates = []
    for name, way in (("large", sweeps.ours), ("large_floor", sweeps.plain)):
        sweeps.move_clock(name, 1)
        rates.append(way(name, due))
        sweeps.check(name, due)
        cluster.drop(name)
    return rates[0], rates[1]


def _line(what: str, ours: float, floor: float) -> Line:
    return Line(
        what, ours / floor, "plain SQL, same writes", "≥ 0.80", ours / floor >= 0.8, f"{ours:,.0f} spaces/s",
        f"{floor:,.0f}/s")
