"""A large file up and down, and the archive that holds it: speed, memory and processor time."""

import base64
import hashlib
import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import processes
from report import Line, spread
from service import free_port
from sizes import Sizes
from world import World, identity_code

MEGA = 1_000_000
MAXIMUM_MEMORY = 150 * MEGA
#: What is sealed, and so opened, as one: the least that a download under way can hold.
CHUNK = 256 * 1024
#: Customers of these spaces: none of those that the request benchmarks opened.
FIRST_CUSTOMER = 20_000


class Transfer:
    """The rounds of one way to move the file: MB/s, peak memory and processor seconds of the service's side."""

    def __init__(self, world: World, size: int):
        self.world, self.size = world, size
        self.speeds: list[float] = []
        self.peaks: list[int] = []
        self.cpu: list[tuple[float, float]] = []

    def run(self, path: str, token: str, *arguments: str) -> None:
        """One round by one curl."""
        self.measure(lambda: self.world.service.curl(path, token, *arguments))

    def measure(self, transfer: Callable[[], float]) -> None:
        """One round of a transfer that returns its seconds."""
        service, cluster = self.world.service, self.world.cluster
        processes.forget_peak(service.pid)
        before = processes.cpu_seconds(service.pid), cluster.cpu_seconds()
        seconds = transfer()
        after = processes.cpu_seconds(service.pid), cluster.cpu_seconds()
        self.speeds.append(self.size / seconds / MEGA)
        self.peaks.append(processes.memory(service.pid, "VmHWM"))
        self.cpu.append((after[0] - before[0], after[1] - before[1]))

    @property
    def speed(self) -> float:
        return median(self.speeds)

    @property
    def seconds(self) -> float:
        return median(sum(both) for both in self.cpu)

    def __str__(self) -> str:
        service, database = (median(one[i] for one in self.cpu) for i in (0, 1))
        return (f"{spread(self.speeds)} MB/s; CPU: service {service:.1f} s, PostgreSQL {database:.1f} s; "
                f"peak {max(self.peaks) / MEGA:.0f} MB")


class StaticServer:
    """nginx, serving one folder's plain files: its floor is a copy from the page cache to a socket."""

    def __init__(self, program: str, folder: Path, work: Path):
        self.port = free_port()
        work.mkdir()
        (work / "nginx.conf").write_text(f"""
            daemon off; master_process off; pid {work}/pid; error_log stderr crit;
            {"user root;" if os.geteuid() == 0 else ""}
            events {{}}
            http {{
              access_log off; sendfile on;
              client_body_temp_path {work}/1; proxy_temp_path {work}/2; fastcgi_temp_path {work}/3;
              uwsgi_temp_path {work}/4; scgi_temp_path {work}/5;
              server {{ listen 127.0.0.1:{self.port}; root {folder}; }}
            }}""")
        self.process = processes.start(
            [program, "-p", str(work), "-c", str(work / "nginx.conf")], on_death="TERM", stderr=subprocess.DEVNULL)
        processes.wait_until(self._listens, "nginx's start")

    def _listens(self) -> bool:
        if self.process.poll() is not None:
            raise SystemExit("bench: nginx ended at once")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def get(self, name: str) -> tuple[float, float]:
        """Seconds, and processor seconds of the server."""
        before = processes.cpu_seconds(self.process.pid)
        begin = time.monotonic()
        subprocess.run(["curl", "-sSf", "-o", "/dev/null", f"http://127.0.0.1:{self.port}/{name}"], check=True)
        return time.monotonic() - begin, processes.cpu_seconds(self.process.pid) - before


def measure(world: World, folder: Path, nginx: str, sizes: Sizes) -> list[Line]:
    files = folder / "files"
    files.mkdir(mode=0o755)
    source = files / "video.mp4"
    digest = _random_file(source, sizes.file_bytes)
    halves = _halves(source)
    size = sizes.file_bytes
    idle = processes.memory(world.service.pid)
    upload, resumable, broken, download, archive = (Transfer(world, size) for _ in range(5))
    copies: list[float] = []
    statics: list[tuple[float, float]] = []
    server = StaticServer(nginx, files, folder / "nginx")
    try:
        for round in range(sizes.rounds):
            space, token = _space(world, round)
            world.cluster.settle()
            upload.run(
                f"/v1/spaces/{space}/files", token, "-X", "POST", "-T", str(source),
                "-H", "Content-Type: video/mp4", "-H", "Content-Disposition: attachment; filename*=UTF-8''video.mp4")
            copies.append(_copy(source, files / "copy", digest))
            # In a space of their own: the archive below holds one file.
            other, owner = _space(world, sizes.rounds + round)
            for transfer, parts in ((resumable, [source]), (broken, halves)):
                world.cluster.settle()
                address = _begin_upload(world, other, owner, size)
                transfer.measure(lambda: _send_parts(world, address, owner, parts))
            _check_digests(world, other, owner, digest)
            world.cluster.settle()
            file = world.service.call("GET", f"/v1/spaces/{space}/files", token)["items"][0]["id"]
            download.run(f"/v1/spaces/{space}/files/{file}", token)
            statics.append(server.get(source.name))
            archive.run(f"/v1/spaces/{space}/archive", token)
        _check(world, space, file, token, digest)
        stalled = _stalled(world, f"/v1/spaces/{space}/archive", token, sizes.stalled)
    finally:
        processes.stop(server.process)
    copied = [size / seconds / MEGA for seconds in copies]
    served = [size / seconds / MEGA for seconds, _ in statics]
    served_cpu = median(cpu for _, cpu in statics)
    peak = max(upload.peaks + resumable.peaks + broken.peaks + download.peaks + archive.peaks)
    amount = f"{size >> 20:,} MiB"
    scale = size / (1 << 30)
    return [
        Line(f"upload {amount}", upload.speed / median(copied), "dd to disk and sha256sum", "", None, str(upload),
             f"{spread(copied)} MB/s"),
        Line(f"resumable upload {amount}", resumable.speed / upload.speed, "the upload above", "", None, str(resumable),
             f"{spread(upload.speeds)} MB/s"),
        Line("the same, broken off half-way", broken.speed / upload.speed, "the upload above", "", None, str(broken),
             f"{spread(upload.speeds)} MB/s"),
        Line(f"download {amount}", download.speed / median(served), "nginx, plain file", "≥ 450 MB/s, CPU ≤ 3 s/GiB",
             download.speed >= 450 and download.seconds <= 3 * scale, str(download),
             f"{spread(served)} MB/s; CPU {served_cpu:.2f} s"),
        Line("the same as an archive", archive.speed / median(served), "nginx, plain file",
             "≥ 450 MB/s, CPU ≤ 3 s/GiB", archive.speed >= 450 and archive.seconds <= 3 * scale, str(archive),
             f"{spread(served)} MB/s; CPU {served_cpu:.2f} s"),
        Line("peak memory of these", peak / idle, "the service before them", "< 150 MB", peak < MAXIMUM_MEMORY,
             f"{peak / MEGA:.0f} MB", f"{idle / MEGA:.0f} MB"),
        Line(f"memory of a stalled download, of {sizes.stalled}", stalled / CHUNK, "one chunk of a file", "< 1 MB",
             stalled < MEGA, f"{stalled / 1000:,.0f} kB", f"{CHUNK / 1000:,.0f} kB"),
    ]


def _random_file(path: Path, size: int) -> str:
    """Makes the file and returns its SHA-256. Random bytes: nothing on the way can compress them."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(size >> 20):
            block = os.urandom(1 << 20)
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _halves(source: Path) -> list[Path]:
    """The file in two files, cut where no chunk ends."""
    middle = source.stat().st_size // 2 + 1
    halves = [source.with_name(name) for name in ("first", "second")]
    with source.open("rb") as whole:
        for half, size in zip(halves, (middle, source.stat().st_size - middle)):
            with half.open("wb") as part:
                while size > 0:
                    size -= part.write(whole.read(min(size, 1 << 20)))
    return halves


def _begin_upload(world: World, space: str, token: str, size: int) -> str:
    """Creates an upload (tus 1.0.0) and returns its path."""
    connection = world.service.connection()
    name = base64.b64encode(b"video.mp4").decode()
    try:
        connection.request("POST", f"/v1/spaces/{space}/uploads", headers={
            "Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0", "Upload-Length": str(size),
            "Upload-Metadata": f"filename {name}"})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 201:
            raise SystemExit(f"bench: creating an upload: {answer.status} {content}")
        return answer.getheader("Location")
    finally:
        connection.close()


def _send_parts(world: World, path: str, token: str, parts: list[Path]) -> float:
    """Sends an upload's bytes, a request for each part; returns the seconds of all."""
    seconds, offset = 0.0, 0
    for part in parts:
        seconds += world.service.curl(
            path, token, "-X", "PATCH", "-T", str(part), "-H", "Tus-Resumable: 1.0.0",
            "-H", "Content-Type: application/offset+octet-stream", "-H", f"Upload-Offset: {offset}")
        offset += part.stat().st_size
    return seconds


def _check_digests(world: World, space: str, token: str, digest: str) -> None:
    """Not a measurement: both uploads became files, and are what was sent."""
    files = world.service.call("GET", f"/v1/spaces/{space}/files", token)["items"]
    if [file["sha256"] for file in files] != [digest] * 2:
        raise SystemExit("bench: a resumable upload is not what was sent")


def _copy(source: Path, target: Path, digest: str) -> float:
    """What any upload has to do at least: read the bytes, hash them, and have them on disk. Returns its seconds."""
    begin = time.monotonic()
    with subprocess.Popen(["sha256sum", str(source)], text=True, stdout=subprocess.PIPE) as hashing:
        subprocess.run(
            ["dd", f"if={source}", f"of={target}", "bs=256K", "conv=fsync", "status=none"], check=True)
        found = hashing.communicate()[0].split()[0]
    seconds = time.monotonic() - begin
    target.unlink()
    if found != digest:
        raise SystemExit("bench: the file changed")
    return seconds


def _space(world: World, round: int) -> tuple[str, str]:
    """A new space and its customer's token, who has entered it."""
    number = FIRST_CUSTOMER + round
    space = world.open_space(number)
    token = world.service.token(subject=f"customer{number}", name="Maija Mallikas", hetu=identity_code(number))
    world.service.call("GET", f"/v1/spaces/{space}", token)
    return space, token


def _check(world: World, space: str, file: str, token: str, digest: str) -> None:
    """Not a measurement: what comes down is what went up."""
    fetched = world.folder / "fetched"
    world.service.curl(f"/v1/spaces/{space}/files/{file}", token, into=str(fetched))
    with fetched.open("rb") as bytes:
        if hashlib.file_digest(bytes, "sha256").hexdigest() != digest:
            raise SystemExit("bench: the download is not what was uploaded")
    fetched.unlink()


def _stalled(world: World, path: str, token: str, count: int) -> float:
    """Bytes of memory for each client that asks for everything and reads nothing."""
    host = urlsplit(world.service.url).netloc
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
    time.sleep(1)
    before = processes.memory(world.service.pid)
    clients: list[socket.socket] = []
    try:
        for _ in range(count):
            client = socket.socket()
            # A small window, so that what is not read stays with the service and not in the kernel.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            client.connect(("127.0.0.1", world.service.port))
            client.sendall(request.encode())
            clients.append(client)
        time.sleep(3)
        return (processes.memory(world.service.pid) - before) / count
    finally:
        for client in clients:
            client.close()
