"""TLS, operations and processes of a real service; see scripts/check-network."""

import hashlib
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

from service import Scene, Service

FAILURES: list[str] = []


def expect(condition: object, what: str) -> None:
    print(("ok" if condition else "FAILED") + f": {what}")
    if not condition:
        FAILURES.append(what)


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, input=stdin, capture_output=True, text=True, timeout=60, errors="replace")


class Authority:
    """A certificate authority of this check's own, and the certificate it gives the service."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        made = run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=Check authority", "-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem"),
        )
        assert made.returncode == 0, made.stderr
        self.issue("first")

    def issue(self, name: str, algorithm: str = "ec") -> None:
        """Puts a new certificate and key in place, each file at once."""
        key, request, certificate = (self.folder / f"new.{end}" for end in ("key", "csr", "pem"))
        kind = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if algorithm == "ec" else ["rsa:2048"]
        made = run(
            "openssl", "req", "-newkey", *kind, "-nodes", "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request)
        )
        assert made.returncode == 0, made.stderr
        (self.folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n", encoding="ascii")
        made = run(
            "openssl", "x509", "-req", "-in", str(request), "-CA", str(self.folder / "ca.pem"), "-CAkey",
            str(self.folder / "ca.key"), "-CAcreateserial", "-days", "1", "-extfile", str(self.folder / "names"),
            "-out", str(certificate),
        )
        assert made.returncode == 0, made.stderr
        key.chmod(0o600)
        key.rename(self.folder / "server.key")
        certificate.rename(self.folder / "server.pem")


def served(port: int) -> str:
    """The name in the certificate that a new connection gets."""
    said = run("openssl", "s_client", "-connect", f"127.0.0.1:{port}", stdin="").stdout
    return run("openssl", "x509", "-noout", "-subject", stdin=said).stdout.strip().split("CN = ")[-1]


def protocols(port: int) -> None:
    for option, good in (("-tls1_3", True), ("-tls1_2", True), ("-tls1_1", False), ("-tls1", False)):
        address = f"127.0.0.1:{port}"
        said = run("openssl", "s_client", option, "-cipher", "ALL:@SECLEVEL=0", "-connect", address, stdin="")
        done = "Verification" in said.stdout and "Cipher is (NONE)" not in said.stdout and said.returncode == 0
        expect(done == good, f"{option[1:]} is {'spoken' if good else 'refused'}")
    said = run("openssl", "s_client", "-tls1_2", "-cipher", "AES128-SHA", "-connect", f"127.0.0.1:{port}", stdin="")
    expect("Cipher is (NONE)" in said.stdout or said.returncode != 0, "a cipher without forward secrecy is refused")


def until(condition, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


def tls(program: str) -> None:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ohjaustila-tls-"))
    try:
        authority = Authority(folder)
        config = f"tls: {{ certificate: {folder}/server.pem, key: {folder}/server.key }}\n"
        with Service(program, config=config, scheme="https") as service:
            service.context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
            status, headers, _ = service.send("GET", "/health/live")
            isAsked = headers["Strict-Transport-Security"]
            expect(status == 200 and isAsked, "https is answered, and asked for henceforth")
            address = f"https://localhost:{service.port}/health/live"
            curl = run("curl", "-sS", "--cacert", str(folder / "ca.pem"), address)
            expect(curl.stdout == '{"status":"live"}', f"curl trusts it: {curl.stdout}{curl.stderr}")
            clear = run("curl", "-sS", "-m", "5", f"http://127.0.0.1:{service.port}/health/live")
            expect(clear.returncode != 0 or not clear.stdout.startswith("{"), "in clear nothing is answered")
            probe = [program, "health", "--url", f"https://127.0.0.1:{service.port}"]
            expect(run(*probe, "--unverified").returncode == 0, "a probe on the same machine takes any certificate")
            expect(run(*probe).returncode == 1, "without being told to it does not")
            protocols(service.port)
            reload(service, authority, folder)
    finally:
        shutil.rmtree(folder)


def reload(service: Service, authority: Authority, folder: pathlib.Path) -> None:
    scene = Scene(service)
    content = os.urandom(1 << 20) * 40
    status, _, file = service.send(
        "POST", f"/v1/spaces/{scene.space}/files", content, scene.customer, timeout=120,
        Content_Type="application/octet-stream", Content_Disposition="attachment; filename*=UTF-8''a.bin",
    )
    assert status == 201, file
    request = urllib.request.Request(
        f"{service.url}/v1/spaces/{scene.space}/files/{file['id']}",
        headers={"Authorization": f"Bearer {scene.customer}"},
    )
    digest = hashlib.sha256()
    with urllib.request.urlopen(request, timeout=60, context=service.context) as download:
        digest.update(download.read(1 << 20))
        expect(served(service.port) == "first", "the first certificate is served")
        authority.issue("second", "rsa")
        os.kill(service.process.pid, signal.SIGHUP)
        isRenewed = until(lambda: served(service.port) == "second")
        expect(isRenewed, "after SIGHUP new connections get the second certificate")
        while piece := download.read(1 << 20):
            digest.update(piece)
    expect(digest.digest() == hashlib.sha256(content).digest(), "a download that ran meanwhile arrived whole")

    (folder / "server.pem").write_text("-----BEGIN CERTIFICATE-----\nnonsense\n", encoding="ascii")
    os.kill(service.process.pid, signal.SIGHUP)
    expect(until(lambda: "the old one stays" in service.text()), "a broken certificate is logged")
    expect(served(service.port) == "second", "and the old one stays")
    authority.issue("third")
    shutil.copy(folder / "ca.key", folder / "server.key")
    mark = service.text().count("the old one stays")
    os.kill(service.process.pid, signal.SIGHUP)
    expect(until(lambda: service.text().count("the old one stays") > mark), "a key of another certificate is logged")
    expect(served(service.port) == "second", "and the old one stays, too")
    authority.issue("fourth")
    isFound = until(lambda: served(service.port) == "fourth", 30)
    expect(isFound, "without a signal a renewed certificate is found by itself")


def operations(program: str) -> None:
    config = "limits: { requestsPerMinute: 40 }\n"
    with Service(program, "--operations-port", "0", config=config) as service:
        scene = Scene(service)
        token = scene.counsellor
        answers = [service.send("GET", f"/v1/spaces/{scene.space}", token=token)[0] for _ in range(60)]
        expect(answers.count(429) > 10 and answers[0] == 200, f"{answers.count(429)} of 60 requests were too many")
        limited = service.send("GET", f"/v1/spaces/{scene.space}", token=token)
        expect(limited[0] == 429 and int(limited[1]["Retry-After"]) >= 1, "and are told when to come again")
        expect(service.send("GET", "/metrics")[0] == 404, "/metrics is not on the service's own address")
        with urllib.request.urlopen(f"http://127.0.0.1:{service.operations}/metrics", timeout=10) as answer:
            text = answer.read().decode()
            kind = answer.headers["Content-Type"]
            expect(kind.startswith("text/plain; version=0.0.4"), "metrics are Prometheus' text")
        for name in (
            'request_duration_seconds_bucket{operation="getSpace",status="2xx",le="+Inf"}', "requests_in_flight",
            'database_jobs_total{role="service"}', "database_jobs_waiting", 'sweeps_total{outcome="completed"}',
            "spaces_due", "erasures_held", 'notices{state="waiting"}', "event_streams", 'rate_limit_refusals_total{by="caller"}',
            "connections ", "database_up 1",
        ):
            expect(f"ohjaustila_{name}" in text, f"metrics tell {name}")
        hidden = (scene.space, scene.organisation, "olli", "maija", Scene.HETU, "aino", "127.0.0.1")
        expect(not [word for word in hidden if word in text], "and name nobody and nothing")
        for line in text.splitlines():
            if not line.startswith("#"):
                float(line.rsplit(" ", 1)[1])


def processes(program: str) -> None:
    secret = "c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWUtaW4tcHM9PT0="
    os.environ["OHJAUSTILA_SMTP_PASSWORD"] = secret
    with Service(program) as service:
        del os.environ["OHJAUSTILA_SMTP_PASSWORD"]
        keys = [file.read_text(errors="replace") for file in (service.folder / "data/keys").iterdir() if file.is_file()]
        words = [word for text in keys for word in text.replace(":", " ").split() if len(word) > 30] + [secret]
        expect(len(words) > 2, f"{len(words)} secrets to look for")
        children = run("pgrep", "-P", str(service.process.pid)).stdout.split()
        below = [pid for child in children for pid in [child, *run("pgrep", "-P", child).stdout.split()]]
        expect(below, f"{len(below)} processes below the service")
        for pid in [str(service.process.pid), *below]:
            arguments = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
            found = [word for word in words if word in arguments]
            expect(not found, f"no secret in the arguments of {arguments[:40]!r}")
            if pid in below:
                variables = pathlib.Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
                found = "OHJAUSTILA" in variables or [word for word in words if word in variables]
                expect(not found, "nor in its environment")
        modes = [oct(file.stat().st_mode & 0o777) for file in (service.folder / "data/keys").iterdir()]
        expect(set(modes) == {"0o600"}, f"keys are their owner's alone: {set(modes)}")
    if os.geteuid() == 0:
        folder = tempfile.mkdtemp(prefix="ohjaustila-root-")
        refused = run(program, "serve", "--port", "0", "--data", folder)
        shutil.rmtree(folder)
        isRefused = refused.returncode != 0 and "does not run as root" in refused.stderr
        expect(isRefused, "as root it does not serve by default")


def page(program: str) -> None:
    with Service(program) as service:
        status, headers, text = service.send("GET", "/docs")
        policy = headers["Content-Security-Policy"]
        expect(status == 200 and b"swagger-ui-bundle.js" in text, "the contract's page is there")
        isOwn = "script-src 'self'" in policy and "http" not in policy and "unsafe" not in policy
        expect(isOwn, f"its policy: {policy}")
        for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
            expect(service.send("GET", f"/docs/{name}")[0] == 200, f"/docs/{name} is there")
        for name in ("LICENSE", "installed", "..%2Fopenapi.yaml", "%2e%2e"):
            expect(service.send("GET", f"/docs/{name}")[0] == 404, f"/docs/{name} is not")
    os.environ["OHJAUSTILA_DOCS"] = "/nonexistent"
    with Service(program) as service:
        del os.environ["OHJAUSTILA_DOCS"]
        expect(b'href="/openapi.yaml"' in service.send("GET", "/docs")[2], "without a viewer the page is a link")


def main() -> int:
    for part in (tls, operations, processes, page):
        part(sys.argv[1])
    print(f"{len(FAILURES)} failures")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
