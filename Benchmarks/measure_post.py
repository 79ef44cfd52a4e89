"""Posting one message: against the very transaction in pgbench, and a bare INSERT by FastAPI."""

import json
import re
from contextlib import closing
from pathlib import Path
from statistics import median

import load
from cluster import SERVICE
from floors import Floor, fastapi
from report import Line, spread
from sizes import Sizes
from world import DATABASE, GROUP, World, inlined, pipeline

#: pgbench's connections: more did not give more.
CLIENTS = 8
TEXT = "Hei Maija! Kiitos viestistäsi. Katsoin todistuksesi läpi, ja ehdotan että jutellaan ensi viikolla " * 2

#: What the service writes in its second round trip, as of when the floor below was written. The floor has to do the
#: same; when the service comes to do something else, this stops the benchmark and both are to be brought up to date.
EXPECTED = [
    "INSERT INTO ohjaustila.message (space_id, number, id, participant_id, sent_at, body) "
    "VALUES ($1, $2, $3, $4, $5, $6)",
    "INSERT INTO ohjaustila.outbox (id, space_id, author_id, kind, effective_at, due_at, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    "INSERT INTO ohjaustila.journal (space_id, seq, kind, effective_at, recorded_at, entry, hash) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)",
    "WITH changed AS (UPDATE ohjaustila.space SET journal_seq = $1, journal_hash = $2, journal_at = $3, "
    "journaled_through = $4, message_count = $5, file_count = $6, content_at = $7 WHERE id = $8 AND version = $9 "
    "RETURNING 1) SELECT ohjaustila.require_one(count(*)) FROM changed",
    "COMMIT",
]

#: The floor's second round trip. pgbench cannot take values out of a pipeline, so what the service computes from the row
#: it has read (the next numbers, the next hash) is computed by the UPDATE, which therefore comes first and hands them on
#: in settings: no statement and no look-up more than the service's, and a journal whose chain holds. Body and entry are
#: as long as the service's and not sealed, which is what the service has to do beyond the floor.
WRITES = [
    """WITH changed AS (
  UPDATE ohjaustila.space SET journal_seq = journal_seq + 1, journal_hash = sha256(journal_hash || :entry::bytea),
    journal_at = ohjaustila.instant_now(), journaled_through = ohjaustila.instant_now(),
    message_count = message_count + 1, file_count = file_count, content_at = ohjaustila.instant_now()
  WHERE id = {id} AND version = :version
  RETURNING set_config('bench.seq', journal_seq::text, true), set_config('bench.number', message_count::text, true),
    set_config('bench.hash', journal_hash::text, true))
SELECT ohjaustila.require_one(count(*)) FROM changed""",
    """INSERT INTO ohjaustila.message (space_id, number, id, participant_id, sent_at, body)
VALUES ({id}, current_setting('bench.number')::bigint, gen_random_uuid(), {participant}, ohjaustila.instant_now(),
  :body::bytea)""",
    """INSERT INTO ohjaustila.outbox (id, space_id, author_id, kind, effective_at, due_at, created_at)
VALUES (gen_random_uuid(), {id}, {participant}, 'newMessage', ohjaustila.instant_now(),
  ohjaustila.instant_now() + interval '10 minutes', ohjaustila.instant_now()) ON CONFLICT DO NOTHING""",
    """INSERT INTO ohjaustila.journal (space_id, seq, kind, effective_at, recorded_at, entry, hash)
VALUES ({id}, current_setting('bench.seq')::bigint, 'messagePosted', ohjaustila.instant_now(), ohjaustila.instant_now(),
  :entry::bytea, current_setting('bench.hash')::bytea)""",
    "COMMIT",
]


def measure(world: World, sizes: Sizes, fastapi_python: Path) -> list[Line]:
    world.cluster.sql(
        DATABASE,
        "CREATE TABLE bench.message (id uuid PRIMARY KEY, space_id uuid NOT NULL, body text NOT NULL, "
        "sent_at timestamptz NOT NULL); CREATE INDEX ON bench.message (space_id)")
    with closing(fastapi(fastapi_python, world.cluster.url(DATABASE))) as other:
        return _measure(world, sizes, other)


def _measure(world: World, sizes: Sizes, other: Floor) -> list[Line]:
    paths, token, body = (world.folder / name for name in ("messages.paths", "token", "message.json"))
    paths.write_text("".join(f"/v1/spaces/{space}/messages\n" for space in world.spaces))
    token.write_text(world.token)
    body.write_text(json.dumps({"text": TEXT}))
    first = _first_round_trip(world)
    script = world.pgbench_script("post", pipeline(first) + pipeline(WRITES), participants=True)
    values = world.cluster.sql(
        DATABASE,
        """
        SELECT '\\x' || repeat('5a', (SELECT max(length(body)) FROM ohjaustila.message)::int),
          '\\x' || repeat('7b', (SELECT max(length(entry)) FROM ohjaustila.journal WHERE kind = 'messagePosted')::int),
          (SELECT max(version) FROM ohjaustila.space)
        """).split("|")
    variables = dict(zip(("body", "entry", "version"), values))
    posts: list[load.Load] = []
    others: list[load.Load] = []
    floors: list[float] = []
    floor_cpu: list[float] = []

    def post() -> None:
        posts.append(load.run(world.service, world.cluster, sizes.seconds, "POST", paths, token, body))

    def bare() -> None:
        others.append(load.run(other, world.cluster, sizes.seconds, "POST", paths, None, body))

    def floor() -> None:
        rate, cpu = world.cluster.bench(
            DATABASE, script, sizes.seconds, role=SERVICE, clients=CLIENTS, **variables)
        floors.append(rate * GROUP)
        floor_cpu.append(cpu / GROUP)

    steps = (post, floor, bare)
    for step in steps:  # warming up
        step()
    for figures in (posts, others, floors, floor_cpu):
        figures.clear()
    for _ in range(sizes.rounds):
        for step in steps:
            world.cluster.settle()
            step()
    _check_journal(world)
    ours, theirs = ([one.per_second for one in figures] for figures in (posts, others))
    by_statements, by_other = median(ours) / median(floors), median(ours) / median(theirs)
    return [
        Line(f"post a message to one of {len(world.spaces):,} spaces", by_statements, "the same transaction in pgbench",
             "≥ 0.70", by_statements >= 0.7, f"{spread(ours)}/s; {load.times(posts)}; {load.processors(posts)}",
             f"{spread(floors)}/s; CPU: PostgreSQL {median(floor_cpu):.0f} µs"),
        Line("the same", by_other, "FastAPI, asyncpg: a bare INSERT", "≥ 2", by_other >= 2, f"{spread(ours)}/s",
             f"{spread(theirs)}/s; {load.processors(others)}"),
    ]


def _first_round_trip(world: World) -> list[str]:
    """What the service sends before it decides, as the database's log has it; the rest must be what is expected."""
    space = world.spaces[0]

    def post() -> None:
        world.service.call("POST", f"/v1/spaces/{space}/messages", world.token, {"text": TEXT})

    post()
    recorded = world.cluster.recorded(DATABASE, SERVICE, post)
    shapes = [re.sub(r"\( ", "(", " ".join(text.split())) for text, _ in recorded]
    if "COMMIT" in shapes:  # what follows is the access log's
        del shapes[shapes.index("COMMIT") + 1:]
    ahead = len(shapes) - len(EXPECTED)
    if ahead < 1 or shapes[ahead:] != EXPECTED:
        raise SystemExit(
            "bench: posting writes something else now; bring measure_post.py up to date:\n" + "\n".join(shapes))
    return [inlined(text, parameters, {space: "{id}"}) for text, parameters in recorded[:ahead]]


def _check_journal(world: World) -> None:
    """Every chain holds, whoever wrote it, and ends where the space says."""
    wrong = world.cluster.sql(
        DATABASE,
        """
        SELECT count(*) FROM (
          SELECT seq, hash, row_number() OVER chain AS position, s.journal_seq,
            sha256(coalesce(lag(hash) OVER chain, decode(repeat('00', 32), 'hex')) || entry) AS expected,
            count(*) OVER (PARTITION BY space_id) AS length
          FROM ohjaustila.journal j JOIN ohjaustila.space s ON s.id = j.space_id
          WINDOW chain AS (PARTITION BY space_id ORDER BY seq)) links
        WHERE hash <> expected OR seq <> position OR journal_seq <> length
        """)
    if wrong != "0":
        raise SystemExit(f"bench: {wrong} journal entries do not follow from those before them")
