"""Attacks a service on the loopback; see scripts/check-denial. Bounded in time and number, and it stops by itself."""

import concurrent.futures
import io
import resource
import select
import socket
import sys
import threading
import time
import zipfile

from service import Scene, Service

MB = 1 << 20
FAILURES: list[str] = []


class Ordinary(threading.Thread):
    """Somebody who just uses the service, all the while: every request has to be answered, and soon."""

    def __init__(self, service: Service, scene: Scene):
        super().__init__(daemon=True)
        self.service, self.path, self.token = service, f"/v1/spaces/{scene.space}", scene.counsellor
        self.times: list[float] = []
        self.errors: list[str] = []
        self.peak = 0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.is_set():
            start = time.monotonic()
            try:
                status = self.service.send("GET", self.path, token=self.token, timeout=30)[0]
                if status != 200:
                    self.errors.append(str(status))
            except OSError as error:
                self.errors.append(repr(error))
            self.times.append(time.monotonic() - start)
            self.peak = max(self.peak, self.service.rss())
            self.done.wait(0.05)


def attack(service: Service, scene: Scene, name: str, most: int, body) -> None:
    """Runs an attack; `most` is how many bytes the service may grow by."""
    before = service.rss()
    ordinary = Ordinary(service, scene)
    ordinary.start()
    start = time.monotonic()
    said = body() or ""
    ordinary.done.set()
    ordinary.join()
    times = sorted(ordinary.times)
    p50, worst, grown = times[len(times) // 2], times[-1], ordinary.peak - before
    print(
        f"{name}: {said} in {time.monotonic() - start:.1f} s; meanwhile {len(times)} ordinary requests, p50 "
        f"{p50 * 1000:.0f} ms, longest {worst * 1000:.0f} ms; memory {before / MB:.0f} → {ordinary.peak / MB:.0f} MB",
        flush=True,
    )
    if ordinary.errors:
        FAILURES.append(f"{name}: ordinary requests failed: {ordinary.errors[:3]}")
    # Alone on a machine it is a second at most; tests of other things may run beside this one.
    if worst > 20:
        FAILURES.append(f"{name}: an ordinary request took {worst:.1f} s")
    if grown > most:
        FAILURES.append(f"{name}: memory grew by {grown / MB:.0f} MB")
    if service.process.poll() is not None:
        raise SystemExit(f"{name}: the service ended\n{service.text()[-3000:]}")


def expect(condition: bool, what: str) -> None:
    if not condition:
        FAILURES.append(what)


def connect(service: Service) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=20)


def everything(connection: socket.socket, seconds: float = 30) -> bytes:
    """What comes until the service closes."""
    answer, deadline = b"", time.monotonic() + seconds
    connection.settimeout(seconds)
    try:
        while time.monotonic() < deadline and (piece := connection.recv(65536)):
            answer += piece
            if len(answer) > 8 * MB:
                break
    except OSError:
        pass
    return answer


def idle(service: Service) -> str:
    """Each has asked for something once, and so may stay for a minute."""
    # One descriptor at each end, and both ends are counted against the same hard limit of each process.
    most = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)

    def ask(_: int) -> socket.socket:
        connection = connect(service)
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: t\r\n\r\n")
        expect(connection.recv(4096).startswith(b"HTTP/1.1 200 "), "idle: a connection was not answered")
        return connection

    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        connections = list(pool.map(ask, range(most)))
    took, taken = time.monotonic() - start, service.metric("connections")
    time.sleep(3)
    expect(taken >= most, f"idle: {taken:.0f} of {most} connections were open")
    for connection in connections:
        connection.close()
    few = "" if most == 10_000 else " (no more files may be open here)"
    return f"{taken:.0f} idle connections{few}, opened in {took:.1f} s,"


def slow_headers(service: Service) -> str:
    connections = [connect(service) for _ in range(300)]
    for connection in connections:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: t\r\n")
    start, alive = time.monotonic(), list(connections)
    while alive and time.monotonic() - start < 40:
        for connection in list(alive):
            try:
                connection.sendall(b"X-A: b\r\n")
            except OSError:
                alive.remove(connection)
        time.sleep(1)
    took = time.monotonic() - start
    expect(not alive, f"slow headers: {len(alive)} of 300 connections were still open after {took:.0f} s")
    return f"300 headers of a field a second, cut off after {took:.0f} s"


def slow_bodies(service: Service, token: str) -> str:
    head = (
        f"POST /v1/organisations HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"
    )
    connections = [connect(service) for _ in range(300)]
    for connection in connections:
        connection.sendall(head.encode())
    start, answers, alive = time.monotonic(), 0, list(connections)
    while alive and time.monotonic() - start < 60:
        for connection in list(alive):
            try:
                connection.sendall(b" ")
                if select.select([connection], [], [], 0)[0]:
                    answers += b" 408 " in connection.recv(4096)[:20]
                    alive.remove(connection)
            except OSError:
                alive.remove(connection)
        time.sleep(1)
    took = time.monotonic() - start
    expect(not alive and answers > 250, f"slow bodies: {len(alive)} open, {answers} answered 408 after {took:.0f} s")
    return f"300 bodies of a byte a second, {answers} answered 408 after {took:.0f} s"


def trickle(service: Service, token: str) -> str:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        both = [pool.submit(slow_headers, service), pool.submit(slow_bodies, service, token)]
        return "; ".join(said.result() for said in both)


def nesting(service: Service, token: str) -> str:
    """1 GB of `[`, chunked: nobody reads that far."""
    connection = connect(service)
    head = (
        f"POST /v1/organisations HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    connection.sendall(head.encode())
    piece, sent = b"10000\r\n" + b"[" * 65536 + b"\r\n", 0
    try:
        while sent < 1 << 30:
            connection.sendall(piece)
            sent += 65536
    except OSError:
        pass
    answer = everything(connection)
    expect(sent < 64 * MB, f"nesting: the service took {sent / MB:.0f} MB")
    # A reset may take the answer along; what counts is that it stopped reading.
    expect(answer == b"" or b" 413 " in answer[:20], f"nesting: {answer[:100]!r}")
    deep = service.send("POST", "/v1/organisations", b"[" * 60000, token)
    expect(deep[0] == 400 and deep[2]["type"].endswith("malformed-json"), f"nesting: {deep[2]}")
    return f"refused after {sent / MB:.1f} MB of 1,024"


def large_refused_bodies(service: Service) -> str:
    sent = 0
    for _ in range(20):
        connection = connect(service)
        connection.sendall(b"POST /v1/me HTTP/1.1\r\nHost: t\r\nContent-Length: 1073741824\r\n\r\n")
        try:
            for _ in range(1024):
                connection.sendall(b"x" * MB)
                sent += MB
        except OSError:
            pass
    expect(sent < 20 * 64 * MB, f"refused bodies: {sent / MB:.0f} MB were taken")
    return f"20 bodies of 1 GiB to a method that is not: {sent / 20 / MB:.1f} MB of each"


def unicode(service: Service, scene: Scene) -> str:
    texts = {
        "combining": "a" + "\u0301" * 199,
        "zwj": "\U0001f469\u200d" * 100,
        "wide": "\U0001f9ff" * 200,
        "expanding": "\ufdfa" * 200,
        "hangul": "\u1112\u1161\u11ab" * 66,
        "over": "\u0301" * 60_000,
    }
    longest = 0.0
    for name, text in texts.items():
        start = time.monotonic()
        body = {"organisationId": scene.organisation, "title": text, "customers": [{"email": "x@example.fi"}]}
        status, _, answer = service.send("POST", "/v1/spaces", body, scene.counsellor)
        longest = max(longest, time.monotonic() - start)
        expect(status in (201, 413, 422), f"unicode {name}: {status} {answer}")
        expect(name != "over" or status in (413, 422), f"unicode {name}: {status}")
        if status == 201:
            expect(answer["title"] == text, f"unicode {name}: the title came back as another")
    names = "".join(f"%{byte:02X}" for byte in ("\U0001f9ff" * 255).encode())
    status, _, answer = service.send(
        "POST", f"/v1/spaces/{scene.space}/files", b"x", scene.customer,
        Content_Type="text/plain", Content_Disposition=f"attachment; filename*=UTF-8''{names}",
    )
    expect(status in (201, 422, 400), f"unicode: a file name of 255 scalars of 4 bytes: {status} {answer}")
    return f"{len(texts)} titles and a file name, the slowest {longest * 1000:.0f} ms"


def zip_bomb(service: Service, scene: Scene) -> str:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as files:
        for index in range(8):
            with files.open(f"{index}.bin", "w") as member:
                for _ in range(64):
                    member.write(bytes(MB))
    status, _, answer = service.send(
        "POST", f"/v1/spaces/{scene.space}/files", bomb.getvalue(), scene.customer,
        Content_Type="application/zip", Content_Disposition="attachment; filename*=UTF-8''pommi.zip",
    )
    expect(status == 201 and answer["size"] == len(bomb.getvalue()), f"zip bomb: {status} {answer}")
    path = f"/v1/spaces/{scene.space}/files/{answer['id']}"
    expect(service.send("GET", path, token=scene.customer)[2] == bomb.getvalue(), "zip bomb: it came back as another")
    return f"{len(bomb.getvalue()) / MB:.1f} MB that would be {8 * 64} MB, kept as bytes"


def header_bombs(service: Service) -> str:
    def bomb(extra: bytes) -> bytes:
        connection = connect(service)
        try:
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: t\r\n" + extra + b"\r\n")
        except OSError:
            pass
        return everything(connection, 10)

    one_long, many, cookies = b"X-Pad: " + b"x" * 10_000_000 + b"\r\n", b"X-A: b\r\n" * 100_000, b"Cookie: a=b; " * 5000
    with concurrent.futures.ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(bomb, [one_long, many, cookies + b"\r\n"] * 20))
    for answer in answers:
        # A reset may take the answer along.
        expect(answer == b"" or answer.startswith(b"HTTP/1.1 431 "), f"header bomb: {answer[:80]!r}")
    return f"60 headers of up to 10 MB, {sum(map(bool, answers))} answered 431"


def pipelining(service: Service) -> str:
    """Requests without end, and nobody takes the answers."""
    request, connections, sent = b"GET /openapi.yaml HTTP/1.1\r\nHost: t\r\n\r\n" * 500, [], 0
    for _ in range(50):
        connection = connect(service)
        connection.settimeout(0.2)
        connections.append(connection)
    for _ in range(20):
        for connection in connections:
            try:
                sent += connection.send(request)
            except OSError:
                pass
    time.sleep(2)
    for connection in connections:
        connection.close()
    return f"{sent / len(request) * 500:.0f} requests on 50 connections, no answer taken"


def streams(service: Service, scene: Scene) -> str:
    token, opened, refused = scene.counsellor, [], 0
    path = f"/v1/spaces/{scene.space}/events"
    request = f"GET {path} HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    for _ in range(100):
        connection = connect(service)
        connection.sendall(request)
        head = connection.recv(4096)
        if head.startswith(b"HTTP/1.1 200"):
            opened.append(connection)
        else:
            refused += head.startswith(b"HTTP/1.1 429")
            connection.close()
    for connection in opened:
        connection.close()
    expect(len(opened) == 20 and refused == 80, f"streams: {len(opened)} opened, {refused} refused with 429")
    return f"{len(opened)} of 100 event streams of one caller opened, {refused} refused"


def main() -> int:
    with Service(sys.argv[1], "--operations-port", "0") as service:
        scene = Scene(service)
        names = sys.argv[2:]

        def run(name: str, most: int, body) -> None:
            if not names or name in names:
                attack(service, scene, name, most * MB, body)

        run("idle connections", 500, lambda: idle(service))
        run("slow headers and bodies", 100, lambda: trickle(service, scene.operator))
        run("nested JSON", 60, lambda: nesting(service, scene.operator))
        run("large refused bodies", 60, lambda: large_refused_bodies(service))
        run("Unicode", 60, lambda: unicode(service, scene))
        run("a ZIP bomb", 100, lambda: zip_bomb(service, scene))
        run("header bombs", 60, lambda: header_bombs(service))
        run("pipelining", 300, lambda: pipelining(service))
        run("event streams", 60, lambda: streams(service, scene))
    for failure in FAILURES:
        print("FAILED:", failure)
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
