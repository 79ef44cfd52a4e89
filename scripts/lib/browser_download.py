"""Chromium downloads an archive by its link, is killed, and resumes: see scripts/check-browser."""

import json
import os
import pathlib
import re
import signal
import sys
import time
import urllib.request
import zipfile

from selenium import webdriver

API, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
PROFILE, DOWNLOADS = FOLDER / "profile", FOLDER / "downloads"
FILE_SIZE = 60_000_000
# Bytes a second while the first browser downloads, so that there is a middle to be killed in.
SLOW = 2_000_000


def call(method, path, token=None, body=None, headers=None):
    headers = dict(headers or {})
    if token:
        headers["Authorization"] = "Bearer " + token
    if isinstance(body, dict):
        body = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(API + path, data=body, method=method, headers=headers)
    with urllib.request.urlopen(request) as response:
        return response.read()


def ask(method, path, token=None, body=None):
    return json.loads(call(method, path, token, body))


def token(**claims):
    return ask("POST", "/dev/tokens", body=claims)["token"]


def filled_space():
    organisation = ask(
        "POST", "/v1/organisations", token(subject="operator"), {"name": "TE-palvelut", "admins": [{"subject": "aino"}]}
    )["id"]
    member = {"name": "Olli", "roles": ["counsellor"], "commitmentSignedOn": "2026-01-02"}
    ask("PUT", f"/v1/organisations/{organisation}/staff/olli", token(subject="aino"), member)
    opening = {"organisationId": organisation, "title": "Opinnot", "customers": [{"hetu": "010594Y9032"}]}
    space = ask("POST", "/v1/spaces", token(subject="olli"), opening)["id"]
    maija = token(subject="maija", hetu="010594Y9032")
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename*=UTF-8''video.mp4",
    }
    call("POST", f"/v1/spaces/{space}/files", maija, os.urandom(FILE_SIZE), headers)
    return space, maija


def browser():
    options = webdriver.ChromeOptions()
    options.add_argument("--headless=new")
    options.add_argument("--no-sandbox")
    options.add_argument(f"--user-data-dir={PROFILE}")
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(DOWNLOADS), "download.prompt_for_download": False}
    )
    # The driver's way out would take the profile's downloads with it.
    options.add_experimental_option("detach", True)
    return webdriver.Chrome(options=options)


def partial():
    return next(iter(DOWNLOADS.glob("*.crdownload")), None)


def browser_process():
    """The browser itself: of all processes on the profile the one whose parent is not."""
    pids = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str(PROFILE).encode() in (entry / "cmdline").read_bytes():
                    pids[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    chromium = [p for p in pids if b"chromedriver" not in pathlib.Path(f"/proc/{p}/cmdline").read_bytes().split(b"\0")[0]]
    return next(p for p in chromium if pids[p] not in chromium)


def wait(what, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            sys.exit(f"{what} never came; downloads: {[(p.name, p.stat().st_size) for p in DOWNLOADS.glob('*')]}")
        time.sleep(0.1)
    return found


RESUME = """
const manager = document.querySelector('downloads-manager');
const item = manager && manager.shadowRoot.querySelector('downloads-item');
const button = item && item.shadowRoot.querySelector('#pause-or-resume');
if (!button || button.hidden) return '';
const told = item.shadowRoot.querySelector('#tag').innerText + ': ' + button.innerText.trim();
button.click();
return told;
"""


def main():
    DOWNLOADS.mkdir()
    space, maija = filled_space()
    whole = call("GET", f"/v1/spaces/{space}/archive", maija)
    link = ask("POST", f"/v1/spaces/{space}/archive/links", maija, {})
    before = int(time.time())

    first = browser()
    print("browser:", first.capabilities["browserVersion"])
    first.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": SLOW, "uploadThroughput": -1},
    )
    first.get("about:blank")
    first.execute_script("location.href = arguments[0]", API + link["url"])
    part = wait("a partial download", partial)
    wait("some megabytes", lambda: part.stat().st_size > 5_000_000)
    # The browser writes down what it downloads every ten seconds or so.
    time.sleep(15)
    os.kill(browser_process(), signal.SIGKILL)
    size = part.stat().st_size if part.exists() else 0
    print(f"killed with {size} of {len(whole)} bytes")
    assert 0 < size < len(whole), "killed too late"
    time.sleep(1)
    for lock in PROFILE.glob("Singleton*"):
        lock.unlink()

    second = browser()
    second.get("chrome://downloads")
    print("chrome://downloads:", wait("the button", lambda: second.execute_script(RESUME)))
    done = wait("the whole file", lambda: next((p for p in DOWNLOADS.glob("*.zip")), None), 120)
    assert done.read_bytes() == whole, "another file than the archive"
    assert zipfile.ZipFile(done).testzip() is None
    second.quit()
    # It went on where it was, and did not begin again.
    log = (FOLDER / "log").read_text()
    statuses = re.findall(r"route=/v1/archive-links/\{token\}.* status=(\d+)", log)
    print("answers to the browsers:", statuses)
    assert statuses[-1] == "206" and link["url"].rsplit("/", 1)[1] not in log
    print(f"resumed: {done.name}, {done.stat().st_size} bytes, the archive byte for byte, in {int(time.time()) - before} s")


main()
