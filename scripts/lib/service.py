"""A service of one's own for checks: `ohjaustila serve --dev` on a free port, in a folder that goes with it."""

import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


class Service:
    def __init__(self, program: str, *options: str, config: str | None = None, scheme: str = "http", dev: bool = True):
        self.program, self.options, self.config, self.scheme, self.dev = program, options, config, scheme, dev
        self.context: ssl.SSLContext | None = None
        self.operations: int | None = None

    def __enter__(self) -> "Service":
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ohjaustila-check-"))
        self.folder.chmod(0o755)
        arguments = [self.program, "serve", "--port", "0", "--data", str(self.folder / "data"), *self.options]
        if self.dev:
            arguments.append("--dev")
        if self.config is not None:
            (self.folder / "config.yaml").write_text(self.config, encoding="utf-8")
            arguments += ["--config", str(self.folder / "config.yaml")]
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(arguments, stderr=self.log, stdout=self.log, env=os.environ)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            text = self.text()
            found = re.search(rf"address={self.scheme}://127\.0\.0\.1:(\d+)", text)
            wants = "--operations-port" in self.options
            operations = re.search(r"metrics=http://127\.0\.0\.1:(\d+)", text) if wants else None
            if found and (operations or not wants):
                self.port = int(found[1])
                self.operations = int(operations[1]) if operations else None
                return self
            time.sleep(0.05)
        log = self.text()
        self.__exit__()
        raise SystemExit(f"the service did not start:\n{log}")

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(45)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def text(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def metric(self, name: str) -> float:
        """A metric of one sample, from the operations address."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.operations}/metrics", timeout=20) as answer:
            return float(re.search(rf"^ohjaustila_{name} (\S+)$", answer.read().decode(), re.MULTILINE)[1])

    def send(
        self, method: str, path: str, body: object = None, token: str | None = None, timeout: float = 20, **headers: str
    ):
        """Status, headers and body of an answer; JSON is read."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if data is not None and "Content-Type" not in fields:
            fields["Content-Type"] = "application/json"
        if token:
            fields["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=fields)
        try:
            answer = urllib.request.urlopen(request, timeout=timeout, context=self.context)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            raw = answer.read()
            isJSON = "json" in answer.headers.get("Content-Type", "")
            return answer.status, answer.headers, json.loads(raw) if isJSON else raw

    def token(self, subject: str, **claims: object) -> str:
        return self.send("POST", "/dev/tokens", {"subject": subject, **claims})[2]["token"]

    def rss(self) -> int:
        """Resident memory of the service in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


class Scene:
    """People, an organisation and a space with something in it."""

    HETU = "010594Y9032"

    def __init__(self, service: Service):
        self.service = service
        send = service.send
        self.organisation = send(
            "POST", "/v1/organisations", {"name": "TE-palvelut", "admins": [{"subject": "aino"}]}, self.operator
        )[2]["id"]
        admin = self.admin
        for subject, role in (("olli", "counsellor"), ("dora", "dataProtectionOfficer")):
            status, _, answer = send(
                "PUT",
                f"/v1/organisations/{self.organisation}/staff/{subject}",
                {"name": subject.title(), "roles": [role], "commitmentSignedOn": "2026-01-02"},
                admin,
            )
            assert status == 201, answer
        status, _, space = send(
            "POST",
            "/v1/spaces",
            {"organisationId": self.organisation, "title": "Opinnot", "customers": [{"hetu": self.HETU}]},
            self.counsellor,
        )
        assert status == 201, space
        self.space = space["id"]
        assert send("POST", f"/v1/spaces/{self.space}/entry", {}, self.customer)[0] == 200
        assert send("POST", f"/v1/spaces/{self.space}/messages", {"text": "Hei"}, self.counsellor)[0] == 201

    @property
    def operator(self) -> str:
        return self.service.token("operator")

    @property
    def admin(self) -> str:
        return self.service.token("aino")

    @property
    def counsellor(self) -> str:
        return self.service.token("olli")

    @property
    def officer(self) -> str:
        return self.service.token("dora")

    @property
    def customer(self) -> str:
        return self.service.token("maija", name="Maija", hetu=self.HETU)
