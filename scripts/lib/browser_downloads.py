"""An archive by its link in Chromium's download manager: see scripts/check-browser."""

import pathlib
import re
import zipfile

from chromium import Chromium, wait
from held_line import HeldLine
from service import Scene, Service

FILE_SIZE = 12_000_000
MIDDLE = 3_000_000

# chrome://downloads, the newest first: what it says of each, and its button to go on.
LIST = """
const manager = document.querySelector('downloads-manager');
const items = manager ? [...manager.shadowRoot.querySelectorAll('downloads-item')] : [];
return items.map(item => {
  const find = selector => item.shadowRoot.querySelector(selector);
  const text = selector => (find(selector)?.innerText ?? '').trim();
  const button = find('#pause-or-resume');
  return {
    name: text('#name') || text('#file-link'), said: (text('#tag') + ' ' + text('#description')).trim(),
    state: item.data?.state, goOn: button && !button.hidden ? button.innerText.trim() : '',
  };
});
"""
GO_ON = """
document.querySelector('downloads-manager').shadowRoot.querySelector('downloads-item').shadowRoot
  .querySelector('#pause-or-resume').click();
"""
# downloads.mojom.State
COMPLETE, INTERRUPTED = 2, 5


class Downloads:
    def __init__(self, service: Service, scene: Scene, folder: pathlib.Path):
        self.service, self.scene = service, scene
        self.profile, self.folder = folder / "profile", folder / "downloads"
        self.folder.mkdir()
        self.line = HeldLine(service.port)
        self.archive = f"/v1/spaces/{scene.space}/archive"

    def link(self) -> dict:
        status, _, link = self.service.send("POST", f"{self.archive}/links", {}, self.scene.customer)
        assert status == 201, link
        return link

    def browser(self) -> Chromium:
        return Chromium(self.profile, self.folder)

    def begin(self, browser: Chromium, link: dict) -> None:
        """A download that has come to its middle and stays there."""
        browser.driver.get("about:blank")
        self.line.hold_after(MIDDLE)
        browser.follow(self.line.url + link["url"])
        wait("some megabytes", lambda: browser.partial() > MIDDLE - 100_000)

    def killed_and_resumed(self) -> None:
        """One browser is killed in the middle; the next one goes on there, and has the archive byte for byte."""
        whole = self.service.send("GET", self.archive, token=self.scene.customer, timeout=60)[2]
        link = self.link()
        with self.browser() as first:
            print("browser:", first.driver.capabilities["browserVersion"])
            self.begin(first, link)
            # What it has not written down, no other browser goes on with.
            wait("the browser's note of how far it is", lambda: first.has_noted(first.partial()))
            first.kill()
            size = first.partial()
        print(f"killed with -9 at {size} of {len(whole)} bytes")
        assert 0 < size < len(whole)
        self.line.release()
        passed = self.line.passed
        with self.browser() as second:
            second.driver.get("chrome://downloads")
            item = wait("the button to go on", lambda: next((i for i in self.shown(second) if i["goOn"]), None))
            print(f"chrome://downloads of the next one: {item['said']!r}, {item['goOn']!r}")
            second.driver.execute_script(GO_ON)
            wait("the whole file", lambda: self.shown(second)[0]["state"] == COMPLETE)
        (done,) = self.folder.glob("*.zip")
        assert done.read_bytes() == whole, "another file than the archive"
        assert zipfile.ZipFile(done).testzip() is None
        rest = self.line.passed - passed
        assert self.statuses()[-1] == 206 and rest < len(whole) - size + 10_000, f"began again: {rest}, {self.statuses()}"
        assert link["url"].rsplit("/", 1)[1] not in self.service.text(), "the link's secret is in the log"
        print(f"resumed with {rest} bytes: {done.name}, the archive byte for byte")
        done.unlink()

    def ended_with_its_right(self) -> None:
        """The link is revoked in the middle: for the browser the download has failed, and there is no whole file."""
        link = self.link()
        with self.browser() as browser:
            self.begin(browser, link)
            size = browser.partial()
            answer = self.service.send("DELETE", f"{self.archive}/links/{link['id']}", token=self.scene.customer)
            assert answer[0] == 204, answer
            browser.driver.switch_to.new_window("tab")
            browser.driver.get("chrome://downloads")
            item = wait("the end of the download", lambda: self.ended(browser))
            print(f"revoked at {size} bytes; chrome://downloads: {item['said']!r}, {item['goOn']!r}")
            assert item["state"] == INTERRUPTED, item
            self.line.release()
            if item["goOn"]:
                browser.driver.execute_script(GO_ON)
                wait("a refusal to go on", lambda: self.statuses()[-1] == 404)
                item = wait("the end of going on", lambda: self.ended(browser))
                print(f"going on with it: {item['said']!r}")
            assert item["state"] == INTERRUPTED, item
            assert not list(self.folder.glob("*.zip")), "a whole file"

    def ended(self, browser: Chromium) -> dict | None:
        """The newest download, when it has ended, well or not."""
        return next((item for item in self.shown(browser)[:1] if item["state"] in (COMPLETE, INTERRUPTED)), None)

    @staticmethod
    def shown(browser: Chromium) -> list[dict]:
        return browser.driver.execute_script(LIST)

    def statuses(self) -> list[int]:
        """Of the service's answers to links, the oldest first."""
        return [int(s) for s in re.findall(r"route=/v1/archive-links/\{token\}.* status=(\d+)", self.service.text())]
