"""Reading one space: against constant answers, the very statements in pgbench, and a bare SELECT by FastAPI."""

from contextlib import closing
from itertools import takewhile
from pathlib import Path
from statistics import median

import load
from cluster import SERVICE
from floors import Floor, fastapi, hummingbird
from report import Line, spread
from sizes import Sizes
from world import DATABASE, GROUP, World, inlined, pipeline

#: pgbench's connections: more did not give more.
CLIENTS = 8


def measure(world: World, sizes: Sizes, hummingbird_binary: Path, fastapi_python: Path) -> list[Line]:
    with (
        closing(hummingbird(hummingbird_binary)) as framework,
        closing(fastapi(fastapi_python, world.cluster.url(DATABASE))) as other,
    ):
        return _measure(world, sizes, framework, other)


def _measure(world: World, sizes: Sizes, framework: Floor, other: Floor) -> list[Line]:
    spaces, live, constant, token = (
        world.folder / name for name in ("space.paths", "live.paths", "constant.paths", "token"))
    spaces.write_text("".join(f"/v1/spaces/{space}\n" for space in world.spaces))
    live.write_text("/health/live\n")
    constant.write_text("/constant\n")
    token.write_text(world.token)
    statements = _statements(world)
    script = world.pgbench_script("read", pipeline(statements))
    loads: dict[str, list[load.Load]] = {"read": [], "hummingbird": [], "constant": [], "fastapi": []}
    floors: list[float] = []
    floor_cpu: list[float] = []

    def turn() -> None:
        for name, server, paths, bearer in (
            ("hummingbird", framework, constant, None), ("constant", world.service, live, None),
            ("read", world.service, spaces, token), ("fastapi", other, spaces, None),
        ):
            loads[name].append(load.run(server, world.cluster, sizes.seconds, "GET", paths, bearer))
        rate, cpu = world.cluster.bench(DATABASE, script, sizes.seconds, role=SERVICE, clients=CLIENTS)
        floors.append(rate * GROUP)
        floor_cpu.append(cpu / GROUP)

    turn()  # warming up
    for figures in (*loads.values(), floors, floor_cpu):
        figures.clear()
    for _ in range(sizes.rounds):
        turn()
    rates = {name: [one.per_second for one in figures] for name, figures in loads.items()}
    ratios = {name: median(rates["read"]) / median(rate) for name, rate in rates.items()}
    about = {name: f"{spread(rates[name])}/s; {load.processors(figures)}" for name, figures in loads.items()}
    return [
        Line(f"read one of {len(world.spaces):,} spaces", ratios["hummingbird"], "Hummingbird's constant answer", "≥ 0.50",
             ratios["hummingbird"] >= 0.5,
             f"{spread(rates['read'])}/s; {load.times(loads['read'])}; {load.processors(loads['read'])}",
             about["hummingbird"]),
        Line("the same", ratios["constant"], "our own constant answer", "", None, f"{spread(rates['read'])}/s",
             about["constant"]),
        Line("the same", median(rates["read"]) / median(floors), f"its {len(statements)} statements in pgbench", "", None,
             f"{spread(rates['read'])}/s", f"{spread(floors)}/s; CPU: PostgreSQL {median(floor_cpu):.0f} µs"),
        Line("the same", ratios["fastapi"], "FastAPI, asyncpg: a bare SELECT", "≥ 3", ratios["fastapi"] >= 3,
             f"{spread(rates['read'])}/s", about["fastapi"]),
    ]


def _statements(world: World) -> list[str]:
    """What the service sends for one GET, as the database's log has it."""
    space = world.spaces[0]

    def read() -> None:
        world.service.call("GET", f"/v1/spaces/{space}", world.token)

    read()  # who asks is looked up once in minutes, and not a part of it
    recorded = world.cluster.recorded(DATABASE, SERVICE, read)
    # A writing transaction that follows is the access log's, of many reads at once.
    recorded = list(takewhile(lambda statement: not statement[0].startswith("BEGIN"), recorded))
    if not recorded:
        raise SystemExit("bench: reading a space sent no statement")
    return [inlined(text, parameters, {space: "{id}"}) for text, parameters in recorded]
