"""Archives of all sizes: what the first byte, the memory, a range and many slow readers cost."""

import re
import selectors
import socket
import subprocess
import threading
import time
from pathlib import Path
from statistics import median, quantiles

import processes
from measure_files import MAXIMUM_MEMORY, MEGA, _random_file
from report import Line, spread
from sizes import Sizes
from world import World, identity_code

#: Customers of these spaces: none of those that other benchmarks opened.
FIRST_CUSTOMER = 25_000
#: What a range asks for.
RANGE = 16 << 20
#: A slow reader's line.
SLOW_BYTES_A_SECOND = 64 << 10


class Archive:
    """The archive of a space with so many equal files."""

    def __init__(self, world: World, number: int, source: Path, files: int):
        self.world, self.size = world, source.stat().st_size * files
        self.space = world.open_space(FIRST_CUSTOMER + number)
        self.token = world.service.token(
            subject=f"customer{FIRST_CUSTOMER + number}", name="Maija Mallikas",
            hetu=identity_code(FIRST_CUSTOMER + number))
        world.service.call("GET", f"/v1/spaces/{self.space}", self.token)
        for index in range(files):
            world.service.curl(
                f"/v1/spaces/{self.space}/files", self.token, "-X", "POST", "-T", str(source),
                "-H", "Content-Type: video/mp4",
                "-H", f"Content-Disposition: attachment; filename*=UTF-8''video{index}.mp4")

    @property
    def path(self) -> str:
        return f"/v1/spaces/{self.space}/archive"

    def whole(self) -> tuple[float, int]:
        """MB/s of a whole download, and the service's peak of memory meanwhile."""
        processes.forget_peak(self.world.service.pid)
        seconds = self.world.service.curl(self.path, self.token)
        return self.size / seconds / MEGA, processes.memory(self.world.service.pid, "VmHWM")

    def first_byte(self) -> float:
        """Seconds from the request to the first byte of the ZIP."""
        with self.request() as client:
            begin = time.monotonic()
            client.send()
            client.body()
            return time.monotonic() - begin

    def range(self, start: int) -> float:
        """Seconds of a request for 16 MiB from there on."""
        end = start + RANGE - 1
        return self.world.service.curl(self.path, self.token, "-H", f"Range: bytes={start}-{end}")

    def check_range(self, start: int) -> None:
        """Not a measurement: the answer is that part, and no more."""
        connection = self.world.service.connection()
        connection.request(
            "GET", self.path, headers={
                "Authorization": f"Bearer {self.token}", "Range": f"bytes={start}-{start + RANGE - 1}"})
        answer = connection.getresponse()
        if answer.status != 206 or len(answer.read()) != RANGE:
            raise SystemExit(f"bench: a range: {answer.status} {answer.headers}")
        connection.close()

    def request(self) -> "Client":
        return Client(self.world, self.path, self.token)


class Client:
    """A download by hand, for what curl does not tell."""

    def __init__(self, world: World, path: str, token: str, window: int | None = None):
        self.head = (f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n").encode()
        self.socket = socket.socket()
        if window:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.settimeout(60)
        self.socket.connect(("127.0.0.1", world.service.port))

    def send(self) -> None:
        self.socket.sendall(self.head)

    def body(self) -> None:
        """Reads until the body has begun."""
        read = b""
        while b"\r\n\r\n" not in read or read.endswith(b"\r\n\r\n"):
            piece = self.socket.recv(65536)
            if not piece:
                raise SystemExit(f"bench: an archive ended at once: {read!r}")
            read += piece
        if not read.startswith((b"HTTP/1.1 200", b"HTTP/1.1 206")):
            raise SystemExit(f"bench: an archive: {read[:300]!r}")

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()


class SlowReaders:
    """Many that read a little ten times a second, each as a slow line would."""

    def __init__(self, archive: Archive, count: int):
        self.clients = [Client(archive.world, archive.path, archive.token, 65_536) for _ in range(count)]
        self.read, self.broken, self._open = 0, 0, True
        for client in self.clients:
            client.send()
        for client in self.clients:
            client.body()
            client.socket.setblocking(False)
        self._thread = threading.Thread(target=self._keep_reading)
        self._thread.start()

    def _keep_reading(self) -> None:
        while self._open:
            begin = time.monotonic()
            for client in self.clients:
                try:
                    piece = client.socket.recv(SLOW_BYTES_A_SECOND // 10)
                    self.read += len(piece)
                    self.broken += not piece
                except BlockingIOError:
                    pass
            time.sleep(max(0.0, 0.1 - (time.monotonic() - begin)))

    def close(self) -> None:
        self._open = False
        self._thread.join()
        for client in self.clients:
            client.socket.close()


def cipher_speed() -> float:
    """MB/s of AES-256-GCM alone, in pieces as large as ours, on one core: openssl's own measurement."""
    output = subprocess.run(
        ["openssl", "speed", "-evp", "aes-256-gcm", "-decrypt", "-bytes", "262144", "-seconds", "1"],
        check=True, text=True, capture_output=True).stdout
    return float(re.search(r"(?im)^aes-256-gcm\s+([0-9.]+)k", output).group(1)) * 1000 / MEGA


def measure(world: World, folder: Path, sizes: Sizes) -> list[Line]:
    files = folder / "archived"
    files.mkdir(mode=0o755)
    small, large = files / "small", files / "large"
    _random_file(small, 10 << 20)
    _random_file(large, sizes.file_bytes)
    archives = [Archive(world, 0, small, 1), Archive(world, 1, large, 1), Archive(world, 2, large, sizes.archived_files)]
    world.cluster.settle()
    lines = _sizes(archives, sizes) + _ranges(archives[-1], sizes) + _slow(world, archives[-1], sizes)
    for path in (small, large):
        path.unlink()
    return lines


def _sizes(archives: list[Archive], sizes: Sizes) -> list[Line]:
    """First byte and memory by size, and the speed of the largest against the cipher alone."""
    idle = processes.memory(archives[0].world.service.pid)
    firsts, speeds, peaks, ciphers = [], [], [], []
    for archive in archives:
        archive.first_byte()  # warming up
        firsts.append([archive.first_byte() for _ in range(5 * sizes.rounds)])
    for archive in archives:
        found = []
        for _ in range(sizes.rounds if archive is not archives[-1] else 1):
            ciphers.append(cipher_speed())
            found.append(archive.whole())
        speeds.append([speed for speed, _ in found])
        peaks.append(max(peak for _, peak in found))
    lines = []
    for archive, first in zip(archives[1:], firsts[1:]):
        lines.append(Line(
            f"first byte of an archive of {_amount(archive)}", median(first) / median(firsts[0]),
            f"one of {_amount(archives[0])}", "", None, f"{_milliseconds(first)}", f"{_milliseconds(firsts[0])}"))
    for archive, speed in zip(archives[1:], speeds[1:]):
        lines.append(Line(
            f"download of an archive of {_amount(archive)}", median(speed) / median(ciphers),
            "AES-256-GCM alone, one core", "", None, f"{spread(speed)} MB/s", f"{spread(ciphers)} MB/s"))
    for archive, peak in zip(archives, peaks):
        lines.append(Line(
            f"peak memory meanwhile, {_amount(archive)}", peak / idle, "the service before them", "< 150 MB",
            peak < MAXIMUM_MEMORY, f"{peak / MEGA:.0f} MB", f"{idle / MEGA:.0f} MB"))
    return lines


def _ranges(archive: Archive, sizes: Sizes) -> list[Line]:
    middle, start = [], []
    for start_of_range in (0, archive.size // 2):
        archive.check_range(start_of_range)
    for _ in range(3 * sizes.rounds):
        middle.append(archive.range(archive.size // 2))
        start.append(archive.range(0))
    return [Line(
        f"16 MiB from the middle of {_amount(archive)}", median(middle) / median(start), "16 MiB from its start", "",
        None, _milliseconds(middle), _milliseconds(start))]


def _slow(world: World, archive: Archive, sizes: Sizes) -> list[Line]:
    """Memory a slow reader, and what they do to everybody else's reads."""
    path = f"/v1/spaces/{archive.space}"
    _latencies(world, path, sizes)  # warming up
    idle = _latencies(world, path, sizes)
    time.sleep(1)
    before = processes.memory(world.service.pid)
    readers = SlowReaders(archive, sizes.slow)
    try:
        time.sleep(3)
        begin, read = time.monotonic(), readers.read
        busy = _latencies(world, path, sizes)
        speed = (readers.read - read) / (time.monotonic() - begin)
        memory = (processes.memory(world.service.pid) - before) / sizes.slow
        if readers.broken:
            raise SystemExit(f"bench: {readers.broken} of {sizes.slow} slow downloads were cut off")
    finally:
        readers.close()
    what = f"{sizes.slow} slow downloads"
    return [
        Line(f"memory of each of {what}", memory / (256 << 10), "one chunk of a file", "< 1 MB", memory < MEGA,
             f"{memory / 1000:,.0f} kB, at {speed / sizes.slow / 1000:.0f} kB/s each", "262 kB"),
        Line(f"a read beside {what}, p50", median(busy) / median(idle), "the same without them", "", None,
             _milliseconds(busy), _milliseconds(idle)),
        Line("the same, p99", _p99(busy) / _p99(idle), "the same without them", "", None,
             f"{_p99(busy) * 1000:.1f} ms", f"{_p99(idle) * 1000:.1f} ms"),
    ]


def _latencies(world: World, path: str, sizes: Sizes) -> list[float]:
    """Seconds of one read after the other, by one client."""
    connection = world.service.connection()
    found = []
    try:
        for _ in range(100 * sizes.rounds):
            begin = time.monotonic()
            world.service.call("GET", path, world.token, connection=connection)
            found.append(time.monotonic() - begin)
    finally:
        connection.close()
    return found


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


def _milliseconds(seconds: list[float]) -> str:
    return f"p50 {median(seconds) * 1000:.1f} ms (at most {max(seconds) * 1000:.0f})"


def _amount(archive: Archive) -> str:
    return f"{archive.size >> 20:,} MiB"
