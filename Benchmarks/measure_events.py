"""Event streams: what idle ones hold, and how soon a message that was posted is told."""

import random
import resource
import select
import socket
import threading
import time
from statistics import median, quantiles

import processes
from report import Line, spread
from service import Service
from sizes import Sizes
from world import DATABASE, World, identity_code

#: The customers' numbers begin here: nobody else's do.
FIRST_CUSTOMER = 1_000_000
#: Customers of the space that everybody listens to, and streams of each: as many as the service grants.
CROWD, STREAMS_EACH = 20, 20
PATIENCE = 30.0


def measure(world: World, sizes: Sizes) -> list[Line]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    customers = [_customer(world, number) for number in range(sizes.listeners)]
    spaces = [world.open_space(FIRST_CUSTOMER + number) for number in range(sizes.listeners)]
    # A copy of its own on the same database, as behind a load balancer, with the same keys.
    copy = Service(world.service.binary, world.service.folder, world.cluster, DATABASE)
    try:
        connection, held, sessions = _memory(copy, world, customers, spaces)
        near = _latencies(world, world.service, customers, spaces, sizes.events)
        far = _latencies(world, copy, customers, spaces, sizes.events)
    finally:
        copy.stop()
    crowd, answers = _crowd(world, sizes.rounds)
    return [
        Line(f"memory of an idle event stream, of {sizes.listeners:,}", held / connection, "an idle connection", "",
             None, f"{held / 1000:.1f} kB; {sessions} PostgreSQL connections in both copies",
             f"{connection / 1000:.1f} kB"),
        _line(f"a message told to one of {sizes.listeners:,} listeners", near),
        _line("the same, in another copy of the service", far),
        Line(f"a message told to {CROWD * STREAMS_EACH} listeners of its space", median(crowd) / median(answers),
             "the POST's own answer", "", None, f"the last after {_milliseconds(crowd)}", _milliseconds(answers)),
    ]


def _line(what: str, found: list[tuple[float, float]]) -> Line:
    told, answered = [list(times) for times in zip(*found)]
    return Line(what, median(told) / median(answered), "the POST's own answer", "", None,
                f"p50 {_percentile(told, 50):.1f} ms, p99 {_percentile(told, 99):.1f} ms after the POST began",
                f"p50 {_percentile(answered, 50):.1f} ms, p99 {_percentile(answered, 99):.1f} ms")


def _percentile(seconds: list[float], percent: int) -> float:
    return quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000


def _milliseconds(seconds: list[float]) -> str:
    return spread([one * 1000 for one in seconds], "{:.0f} ms")


def _customer(world: World, number: int) -> str:
    return world.service.token(
        subject=f"listener-{number}", name="Maija Mallikas", hetu=identity_code(FIRST_CUSTOMER + number))


class Streams:
    """Open event streams, each read as soon as something comes, with the instant of its coming."""

    def __init__(self, service: Service, listeners: list[tuple[str, str]]):
        self._told = threading.Condition()
        self._arrivals: dict[int, float] = {}
        self._poll = select.epoll()
        self._sockets = {}
        for number, (space, token) in enumerate(listeners):
            stream = _ask(service, f"/v1/spaces/{space}/events", token)
            if not stream.begun.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"bench: no event stream: {stream.begun!r}")
            self._sockets[stream.socket.fileno()] = (number, stream.socket)
            self._poll.register(stream.socket.fileno(), select.EPOLLIN)
        self._open = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while self._open:
            for descriptor, _ in self._poll.poll(0.1):
                number, stream = self._sockets[descriptor]
                content = stream.recv(65536)
                now = time.monotonic()
                if not content:
                    raise SystemExit("bench: an event stream ended")
                if b"event: message" in content:
                    with self._told:
                        self._arrivals[number] = now
                        self._told.notify()

    def expect(self, count: int) -> dict[int, float]:
        """Waits until so many listeners have been told, and begins anew."""
        with self._told:
            if not self._told.wait_for(lambda: len(self._arrivals) >= count, PATIENCE):
                raise SystemExit(f"bench: {len(self._arrivals)} of {count} listeners were told")
            arrivals, self._arrivals = self._arrivals, {}
        return arrivals

    def close(self) -> None:
        self._open = False
        self._reader.join()
        for _, stream in self._sockets.values():
            stream.close()
        self._poll.close()


class _ask:
    """A request whose answer has begun: its head, and the first piece of its body."""

    def __init__(self, service: Service, path: str, token: str = ""):
        self.socket = socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE)
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\n{authorization}\r\n".encode())
        self.begun = b""
        while b"}" not in self.begun:
            piece = self.socket.recv(65536)
            if not piece:
                raise SystemExit(f"bench: {path}: {self.begun!r}")
            self.begun += piece


def _memory(service: Service, world: World, customers: list[str], spaces: list[str]) -> tuple[float, float, int]:
    """Bytes of one connection that has asked once and of one stream, each of many in a process of their own; connections
    to PostgreSQL of all copies. The process with the streams goes on."""
    connection = _growth(service, customers, spaces, lambda: [_ask(service, "/health/live") for _ in spaces])
    service.stop()
    streams: list[Streams] = []
    held = _growth(service, customers, spaces, lambda: streams.append(Streams(service, list(zip(spaces, customers)))))
    sessions = int(world.cluster.sql(
        DATABASE, "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'ohjaustila%'"))
    streams[0].close()
    return connection, held, sessions


def _growth(service: Service, customers: list[str], spaces: list[str], hold) -> float:
    service.start()
    # What all of them share is made before: code, connections to the database, verified tokens.
    for space, token in zip(spaces, customers):
        service.call("GET", f"/v1/spaces/{space}", token)
    before = processes.memory(service.pid)
    kept = hold()
    time.sleep(2)
    growth = (processes.memory(service.pid) - before) / len(spaces)
    for one in kept or []:
        one.socket.close()
    return max(growth, 1)


def _latencies(
    world: World, service: Service, customers: list[str], spaces: list[str], count: int
) -> list[tuple[float, float]]:
    """From the POST's beginning to its event, and to its answer; one after the other, each to another space."""
    streams = Streams(service, list(zip(spaces, customers)))
    connection = world.service.connection()
    found = []
    try:
        for turn in range(count + 20):
            number = random.randrange(len(spaces))
            begin = time.monotonic()
            world.service.call(
                "POST", f"/v1/spaces/{spaces[number]}/messages", world.token, {"text": "Hei!"}, connection)
            answered = time.monotonic()
            arrivals = streams.expect(1)
            if set(arrivals) != {number}:
                raise SystemExit("bench: a message was told to somebody else")
            if turn >= 20:  # warming up
                found.append((arrivals[number] - begin, answered - begin))
    finally:
        connection.close()
        streams.close()
    return found


def _crowd(world: World, rounds: int) -> tuple[list[float], list[float]]:
    """From the POST's beginning until the last of many listeners of one space has its event."""
    numbers = range(CROWD)
    draft = {
        "organisationId": world.organisation, "title": "Ryhmä", "topics": ["opiskelu"],
        "customers": [{"hetu": identity_code(FIRST_CUSTOMER + number), "name": "Maija"} for number in numbers],
    }
    space = world.service.call("POST", "/v1/spaces", world.token, draft)["id"]
    tokens = [_customer(world, number) for number in numbers] * STREAMS_EACH
    streams = Streams(world.service, [(space, token) for token in tokens])
    crowd, answers = [], []
    try:
        for turn in range(5 * rounds + 2):
            begin = time.monotonic()
            world.service.call("POST", f"/v1/spaces/{space}/messages", world.token, {"text": "Hei!"})
            answered = time.monotonic()
            arrivals = streams.expect(len(tokens))
            if turn >= 2:
                crowd.append(max(arrivals.values()) - begin)
                answers.append(answered - begin)
    finally:
        streams.close()
    return crowd, answers
