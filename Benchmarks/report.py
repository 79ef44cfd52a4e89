"""The table: one line a measurement, each a ratio against a floor of the same run."""

import os
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass
class Line:
    what: str
    #: Ours against the floor: of the medians.
    ratio: float | None
    floor: str
    #: What findings.md asks for; `good` says whether it is met, None where nothing is asked for.
    target: str
    good: bool | None
    ours: str
    #: The floor's own figure.
    against: str


def spread(values: list[float], form: str = "{:,.0f}") -> str:
    """The median, and the range where there is one."""
    text = form.format(median(values))
    low, high = form.format(min(values)), form.format(max(values))
    return text if low == high else f"{text} ({low}–{high})"


def machine() -> str:
    memory = next(
        int(line.split()[1]) for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return f"{os.cpu_count()} cores, {round(memory / 1024 / 1024)} GiB of memory"


def table(lines: list[Line]) -> str:
    rows = ["| | ratio | of the floor | target | ours | floor |", "| --- | ---: | --- | --- | --- | --- |"]
    for line in lines:
        ratio = "–" if line.ratio is None else f"{line.ratio:.2f}" if line.ratio < 100 else f"{line.ratio:.0f}"
        mark = "" if line.good is None else " ✓" if line.good else " ✗"
        rows.append(f"| {line.what} | {ratio} | {line.floor} | {line.target}{mark} | {line.ours} | {line.against} |")
    return "\n".join(rows)
