"""The README's tour by a client that openapi-python-client generates from openapi.yaml: nothing here knows a path."""

import importlib
import io
import pathlib
import subprocess
import sys
import zipfile

from service import Service

# What the generator reads of media types, and no formatting of what nobody reads.
CONFIGURATION = """
post_hooks: []
content_type_overrides:
  "*/*": application/octet-stream
  application/offset+octet-stream: application/octet-stream
  application/zip: application/octet-stream
  application/yaml: text/plain
  text/event-stream: text/plain
  text/css: text/plain
  text/javascript: text/plain
"""


class Client:
    """Finds a generated operation by its name, and calls it as somebody."""

    def __init__(self, service: Service):
        folder = service.folder
        (folder / "generator.yaml").write_text(CONFIGURATION, encoding="utf-8")
        made = subprocess.run(
            [
                pathlib.Path(sys.executable).parent / "openapi-python-client", "generate", "--path", "openapi.yaml",
                "--output-path", folder / "guidance_client", "--meta", "none", "--config", folder / "generator.yaml",
                "--fail-on-warning",
            ],
            capture_output=True, text=True, timeout=300,
        )
        if made.returncode != 0:
            raise SystemExit(f"no client can be generated:\n{made.stdout[-5000:]}{made.stderr[-2000:]}")
        sys.path.insert(0, str(folder))
        self.url, self.folder = service.url, folder / "guidance_client"
        self.package = importlib.import_module("guidance_client")
        self.models = importlib.import_module("guidance_client.models")

    def call(self, operation: str, *path, token: str | None = None, expect: int = 200, **arguments):
        (file,) = self.folder.glob(f"api/*/{operation}.py")
        module = importlib.import_module(f"guidance_client.api.{file.parent.name}.{operation}")
        client = (
            self.package.AuthenticatedClient(base_url=self.url, token=token)
            if token
            else self.package.Client(base_url=self.url)
        )
        with client:
            answer = module.sync_detailed(*path, client=client, **arguments)
        assert answer.status_code == expect, f"{operation}: {answer.status_code} {answer.content[:500]!r}"
        return answer

    def token(self, **claims) -> str:
        body = self.models.MakeTokenBody.from_dict(claims)
        return self.call("make_token", body=body).parsed.token


def walk(service: Service) -> None:
    client = Client(service)
    models, call = client.models, client.call
    print(f"a client was generated: {len(list(client.folder.glob('api/*/[a-z]*.py')))} operations")

    new = models.NewOrganisation.from_dict({"name": "Mallilan TE-palvelut", "admins": [{"subject": "aino"}]})
    organisation = call("create_organisation", token=client.token(subject="operator"), body=new, expect=201).parsed
    member = {"name": "Olli Ohjaaja", "roles": ["counsellor"], "commitmentSignedOn": "2026-01-02"}
    call(
        "put_staff_member", organisation.id, "olli", token=client.token(subject="aino"),
        body=models.PutStaffMemberBody.from_dict(member), expect=201,
    )

    olli = lambda: client.token(subject="olli")
    maija = lambda: client.token(subject="maija", name="Maija Mallikas", hetu="010594Y9032")
    opening = {
        "organisationId": str(organisation.id), "title": "Opiskelemaan aikuisena", "topics": ["opiskelu"],
        "customers": [{"hetu": "010594Y9032", "name": "Maija"}],
    }
    space = call("open_space", token=olli(), body=models.NewSpace.from_dict(opening), expect=201).parsed
    call("enter_space", space.id, token=maija(), body=models.EnterSpaceBody())
    for who, text in ((olli, "Hei Maija, tervetuloa!"), (maija, "Kiitos! Liitän todistukseni.")):
        call("post_message", space.id, token=who(), body=models.PostMessageBody.from_dict({"text": text}), expect=201)
    content = b"%PDF-1.4\n%%EOF\n" * 10_000
    types = importlib.import_module("guidance_client.types")
    file = call(
        "upload_file", space.id, token=maija(), body=types.File(payload=io.BytesIO(content)),
        content_disposition="attachment; filename*=UTF-8''todistus%20%C3%A4.pdf", expect=201,
    ).parsed
    assert file.size == len(content) and file.name == "todistus ä.pdf", file
    assert len(call("list_messages", space.id, token=olli()).parsed.items) == 2
    assert call("download_file", space.id, file.id, token=olli()).content == content

    def move(instant) -> None:
        call("move_clock", body=models.MoveClockBody.from_dict({"to": instant.isoformat().replace("+00:00", "Z")}))

    def state(who) -> str:
        return str(call("get_space", space.id, token=who()).parsed.state)

    move(space.timeline.closes_at)
    assert state(olli) == "reactivatable"
    call("reactivate_space", space.id, token=olli(), body=models.ReactivateSpaceBody())
    assert state(olli) == "active"
    reason = models.CloseSpaceBody.from_dict({"reason": "guidanceEnded"})
    call("close_space", space.id, token=olli(), body=reason)
    assert state(olli) == "reactivatable"

    space = call("get_space", space.id, token=olli()).parsed
    move(space.timeline.archives_at)
    call("get_space", space.id, token=olli(), expect=404)
    assert call("list_spaces", token=olli()).parsed.items == []
    assert state(maija) == "archived"
    archive = zipfile.ZipFile(io.BytesIO(call("download_archive", space.id, token=maija()).content))
    assert archive.testzip() is None and any(content == archive.read(name) for name in archive.namelist())

    move(space.timeline.erases_at)
    gone = call("get_space", space.id, token=maija(), expect=404)
    assert gone.parsed.type_ == "/problems/not-found" and gone.parsed.request_id, gone.parsed
    print("and walked the tour: opened, written in, closed, reactivated, archived, downloaded, erased")
