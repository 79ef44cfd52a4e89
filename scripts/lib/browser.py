"""What people's browsers make of an archive: see scripts/check-browser."""

import pathlib
import signal
import sys
import urllib.parse

import browser_downloads
import browser_pages
from chromium import Chromium
from service import Scene, Service

# Seconds for all of it on a very busy machine; it takes about a minute.
PATIENCE = 400

TEXTS = (
    "Hei!\n\nKiitos eilisestä. Mietin vielä kahta asiaa:\n\n1. riittääkö vanha todistus\n2. milloin haku alkaa",
    "Hei Maija,\n\n" + "hakuaika alkaa tammikuussa, ja vanha todistus riittää hyvin. " * 30,
    "👩‍👩‍👧 😀 🇫🇮", "Nurin päin: \u202Eolleh\u202C ja מה שלומך, مرحبا", "sanahirviö" * 60,
    "https://www.esimerkki.fi/" + "polku/" * 60, "</div></li><script>alert(1)</script>", "  sisennys\n\tsarkain",
)
NAMES = (
    "Työtodistus 2025.pdf", "CON", "../x", "kuva\u202Egpj.exe", "😀👩‍👩‍👧.png", "a.txt", "A.TXT", "x" * 255,
    "مرحبا.pdf", "<b>&amp;#?.html",
)


def fill(service: Service, scene: Scene) -> None:
    """A life: texts and names that are hard to show, a closing, feedback."""
    space = f"/v1/spaces/{scene.space}"
    for number, text in enumerate(TEXTS):
        token = scene.counsellor if number % 2 else scene.customer
        assert service.send("POST", f"{space}/messages", {"text": text}, token)[0] == 201
    for number, name in enumerate(NAMES):
        upload(service, scene, name, b"%d" % number)
    assert service.send("POST", f"{space}/close", {"reason": "guidanceEnded"}, scene.counsellor)[0] == 200
    feedback = {"rating": 5, "text": "Kiitos avusta! " * 20}
    assert service.send("PUT", f"{space}/feedback", feedback, scene.customer)[0] == 200


def upload(service: Service, scene: Scene, name: str, content: bytes) -> None:
    quoted = urllib.parse.quote(name, safe="")
    answer = service.send(
        "POST", f"/v1/spaces/{scene.space}/files", content, scene.customer, timeout=60,
        Content_Type="application/octet-stream", Content_Disposition=f"attachment; filename*=UTF-8''{quoted}",
    )
    assert answer[0] == 201, answer


def pages(service: Service, scene: Scene, folder: pathlib.Path) -> None:
    """The page in each language."""
    space, wrong = f"/v1/spaces/{scene.space}", []
    with Chromium(folder / "reader", folder) as browser:
        for language in ("fi", "sv", "en"):
            changed = service.send("PATCH", space, {"language": language}, scene.counsellor)
            assert changed[0] == 200, changed
            archive = service.send("GET", f"{space}/archive", token=scene.customer)[2]
            page = browser_pages.unpack(archive, folder / language)
            wrong += browser_pages.check(browser, page, language, len(NAMES))
    assert not wrong, "\n".join(wrong)
    print("index.html in fi, sv and en: widths, schemes, links, keyboard, axe-core and print are good")


def out_of_time(*_: object) -> None:
    raise AssertionError(f"not done in {PATIENCE} s")


def main() -> None:
    signal.signal(signal.SIGALRM, out_of_time)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    signal.alarm(PATIENCE)
    with Service(sys.argv[1]) as service:
        try:
            scene = Scene(service)
            fill(service, scene)
            pages(service, scene, service.folder)
            upload(service, scene, "video.mp4", bytes(range(256)) * (browser_downloads.FILE_SIZE // 256))
            downloads = browser_downloads.Downloads(service, scene, service.folder)
            downloads.killed_and_resumed()
            downloads.ended_with_its_right()
        except BaseException:
            tell(service)
            raise


def tell(service: Service) -> None:
    """What there was to see when it failed."""
    print("downloads:", [(p.name, p.stat().st_size) for p in (service.folder / "downloads").glob("*")], file=sys.stderr)
    for log in [service.folder / "log", *service.folder.glob("*.log")]:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        # A container has no message bus, and Chromium says so a hundred times.
        lines = [line for line in lines if ":dbus/" not in line][-15:]
        print(f"-- {log.name}", *lines, sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main()
