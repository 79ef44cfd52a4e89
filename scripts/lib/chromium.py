"""A headless Chromium of one's own: started, driven, killed with -9, and looked into."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
from collections.abc import Callable

from selenium import webdriver


def wait(what: str, condition: Callable[[], object], seconds: float = 60):
    """What the condition gives once it gives something. Seconds are a bound for a very busy machine."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not in {seconds} s")
        time.sleep(0.1)
    return found


class Chromium:
    """Begun here and not by the driver: its process is known, and a killed driver leaves it alone."""

    def __init__(self, profile: pathlib.Path, downloads: pathlib.Path):
        self.profile, self.downloads = profile, downloads
        for name in ("DevToolsActivePort", "SingletonLock", "SingletonSocket", "SingletonCookie"):
            (profile / name).unlink(missing_ok=True)  # what one that was killed left behind
        settings = profile / "Default" / "Preferences"
        if not settings.exists():
            settings.parent.mkdir(parents=True)
            choice = {"download": {"default_directory": str(downloads), "prompt_for_download": False}}
            settings.write_text(json.dumps(choice), encoding="utf-8")
        self.log = open(profile.parent / f"{profile.name}.log", "ab")
        self.driver: webdriver.Chrome | None = None
        self.process = subprocess.Popen(
            [
                "chromium", "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-breakpad",
                "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank",
            ],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True,
        )
        try:
            options = webdriver.ChromeOptions()
            options.debugger_address = f"127.0.0.1:{wait('the browser', self._port)}"
            options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
            self.driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
            self.driver.set_page_load_timeout(60)
            self.driver.set_script_timeout(60)
        except BaseException:
            self.kill()
            raise

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _port(self) -> str | None:
        if self.process.poll() is not None:
            raise AssertionError(f"the browser did not start: {pathlib.Path(self.log.name).read_text(errors='replace')}")
        with contextlib.suppress(FileNotFoundError):
            lines = (self.profile / "DevToolsActivePort").read_text(encoding="ascii").splitlines()
            return lines[0] if len(lines) == 2 else None  # else it is being written
        return None

    def kill(self) -> None:
        """With -9, the browser first: it can write nothing more down. Then what it and the driver started."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.driver is not None:
            driver, self.driver = self.driver.service.process, None
            driver.kill()
            driver.wait()
        self.log.close()

    def command(self, name: str, **parameters: object) -> dict:
        """A command of the DevTools protocol to the page in front."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def follow(self, link: str) -> None:
        """From the page in front."""
        self.driver.execute_script("location.href = arguments[0]", link)

    def partial(self) -> int:
        """Bytes of the one file that is being downloaded; 0 without one. Its name changes once as it goes."""
        with contextlib.suppress(FileNotFoundError):
            return sum(part.stat().st_size for part in self.downloads.glob("*.crdownload"))
        return 0

    def has_noted(self, received: int) -> bool:
        """Whether the browser has written down, for its next start, that a download has so many bytes.

        It does so some seconds late, in a log of LevelDB: there the number stands as protobuf writes it.
        """
        number = bytearray()
        while received:
            received, low = received >> 7, received & 0x7F
            number.append(low | (0x80 if received else 0))
        return any(bytes(number) in log.read_bytes() for log in self.profile.glob("Default/shared_proto_db/*.log"))
