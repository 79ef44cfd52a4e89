"""Reading one space: against a constant answer of Hummingbird's and of ours, and the very statements in pgbench."""

from pathlib import Path
from statistics import median

import load
from cluster import SERVICE
from hummingbird import Hummingbird
from report import Line, spread
from sizes import Sizes
from world import DATABASE, GROUP, World, inlined, pipeline

#: pgbench's connections: more did not give more.
CLIENTS = 8


def measure(world: World, sizes: Sizes, floor_binary: Path) -> list[Line]:
    hummingbird = Hummingbird(floor_binary)
    try:
        return _measure(world, sizes, hummingbird)
    finally:
        hummingbird.stop()


def _measure(world: World, sizes: Sizes, hummingbird: Hummingbird) -> list[Line]:
    paths, live, constant_path, token = (
        world.folder / name for name in ("space.paths", "live.paths", "constant.paths", "token"))
    paths.write_text("".join(f"/v1/spaces/{space}\n" for space in world.spaces))
    live.write_text("/health/live\n")
    constant_path.write_text("/constant\n")
    token.write_text(world.token)
    statements = _statements(world)
    script = world.pgbench_script("read", pipeline(statements))
    frameworks: list[load.Load] = []
    constants: list[load.Load] = []
    reads: list[load.Load] = []
    floors: list[float] = []
    floor_cpu: list[float] = []

    def framework() -> None:
        frameworks.append(load.run(hummingbird, world.cluster, sizes.seconds, "GET", constant_path))

    def constant() -> None:
        constants.append(load.run(world.service, world.cluster, sizes.seconds, "GET", live))

    def read() -> None:
        reads.append(load.run(world.service, world.cluster, sizes.seconds, "GET", paths, token))

    def floor() -> None:
        rate, cpu = world.cluster.bench(
            DATABASE, script, sizes.seconds, role=SERVICE, clients=CLIENTS)
        floors.append(rate * GROUP)
        floor_cpu.append(cpu / GROUP)

    steps = (framework, constant, read, floor)
    for step in steps:  # warming up
        step()
    for figures in (frameworks, constants, reads, floors, floor_cpu):
        figures.clear()
    for _ in range(sizes.rounds):
        for step in steps:
            step()
    ours = [one.per_second for one in reads]
    theirs = [one.per_second for one in constants]
    frame = [one.per_second for one in frameworks]
    about = (
        f"{spread(ours)}/s; p50 {median(r.p50 for r in reads) / 1000:.1f} ms, "
        f"p99 {median(r.p99 for r in reads) / 1000:.1f} ms; CPU: service {median(r.service_cpu for r in reads):.0f} µs, "
        f"PostgreSQL {median(r.database_cpu for r in reads):.0f} µs")
    constant_cpu = median(one.service_cpu for one in constants)
    frame_cpu = median(one.service_cpu for one in frameworks)
    by_framework, by_constant = median(ours) / median(frame), median(ours) / median(theirs)
    by_statements = median(ours) / median(floors)
    return [
        Line(f"read one of {len(world.spaces):,} spaces", by_framework, "Hummingbird's constant answer", "≥ 0.50",
             by_framework >= 0.5, about, f"{spread(frame)}/s; CPU {frame_cpu:.0f} µs"),
        Line("the same", by_constant, "our own constant answer", "", None, f"{spread(ours)}/s",
             f"{spread(theirs)}/s; CPU {constant_cpu:.0f} µs"),
        Line("the same", by_statements, f"its {len(statements)} statements in pgbench", "", None,
             f"{spread(ours)}/s", f"{spread(floors)}/s; CPU: PostgreSQL {median(floor_cpu):.0f} µs"),
    ]


def _statements(world: World) -> list[str]:
    """What the service sends for one GET, as the database's log has it."""
    space = world.spaces[0]

    def read() -> None:
        world.service.call("GET", f"/v1/spaces/{space}", world.token)

    read()  # who asks is looked up once in minutes, and not a part of it
    recorded = world.cluster.recorded(DATABASE, SERVICE, read)
    if not recorded:
        raise SystemExit("bench: reading a space sent no statement")
    return [inlined(text, parameters, {space: "{id}"}) for text, parameters in recorded]
