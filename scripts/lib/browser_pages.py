"""An archive's page as Chromium shows and prints it: see scripts/check-browser."""

import base64
import io
import json
import pathlib
import re
import urllib.parse
import zipfile
from importlib import resources

from chromium import Chromium
from selenium.webdriver.common.keys import Keys

# CSS pixels and colours: the narrowest that WCAG 2.2, 1.4.10 wants without scrolling sideways, a phone, a desktop.
LOOKS = ((320, "light"), (390, "dark"), (1280, "light"), (1280, "dark"))

FACTS = """
const root = document.documentElement, shown = e => e.getClientRects().length > 0;
return {
  lang: root.lang, title: document.title,
  wide: [...document.querySelectorAll('body *')].filter(e => !e.closest('.skip, .unseen')
    && e.getBoundingClientRect().right > root.clientWidth + 1).map(e => e.outerHTML.slice(0, 120)),
  scrolls: root.scrollWidth - root.clientWidth, scripts: document.scripts.length,
  headings: [...document.querySelectorAll('h1, h2, h3')].filter(shown).map(e => [e.tagName, e.innerText.trim()]),
  landmarks: ['header', 'nav', 'main', 'footer'].filter(n => document.querySelectorAll(n).length === 1),
  links: [...document.querySelectorAll('a')].map(e => [e.getAttribute('href'), e.innerText.trim()]),
  lost: [...document.querySelectorAll('a[href^="#"]')].filter(e => !document.querySelector(e.getAttribute('href'))).length,
};
"""
FOCUS = """
const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
return {href: e.getAttribute('href'), inside: box.left >= 0 && box.top >= 0 && box.width > 0,
  outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2};
"""
AXE = """
const done = arguments[0];
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
  .then(r => done(r.violations.map(v => [v.id, v.help, v.nodes.map(n => n.html).slice(0, 3)])), e => done([String(e)]));
"""


def unpack(archive: bytes, folder: pathlib.Path) -> pathlib.Path:
    """Gives the page's path."""
    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        package.extractall(folder)
    return folder / "index.html"


def check(browser: Chromium, page: pathlib.Path, language: str, files: int) -> list[str]:
    """What is wrong with the page."""
    found = []
    for width, scheme in LOOKS:
        found += [f"{language}, {width} px, {scheme}: {w}" for w in look(browser, page, language, files, width, scheme)]
    return found + [f"{language}: {w}" for w in with_the_keyboard(browser) + printed(browser)]


def look(browser: Chromium, page: pathlib.Path, language: str, files: int, width: int, scheme: str) -> list[str]:
    driver = browser.driver
    browser.command(
        "Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 600
    )
    browser.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    driver.get_log("performance")
    driver.get_log("browser")
    driver.get(page.as_uri())
    facts = driver.execute_script(FACTS)
    wrong = []

    def expect(condition: object, what: object) -> None:
        if not condition:
            wrong.append(str(what))

    requests = [r for r in requested(driver) if r != page.as_uri()]
    expect(not requests, f"asked for {requests}")
    console = [entry["message"] for entry in driver.get_log("browser")]
    expect(not console, f"console: {console}")
    expect(facts["scripts"] == 0, "has a script")
    expect(facts["scrolls"] <= 0 and not facts["wide"], f"scrolls sideways: {facts['scrolls']}, {facts['wide']}")
    expect(facts["lang"] == language and facts["title"], f"language {facts['lang']}, title {facts['title']!r}")
    levels = [tag for tag, _ in facts["headings"]]
    expect(levels.count("H1") == 1 and levels[0] == "H1", f"headings {levels}")
    expect(all(text for _, text in facts["headings"]), "an empty heading")
    expect(len(facts["landmarks"]) == 4, f"landmarks {facts['landmarks']}")
    expect(facts["lost"] == 0, f"{facts['lost']} links within the page lead nowhere")
    expect(all(text for _, text in facts["links"]), "a link without words")
    targets = [href for href, _ in facts["links"] if not href.startswith("#")]
    expect(len(targets) == files, f"{len(targets)} links to files, not {files}")
    expect(all((page.parent / urllib.parse.unquote(t)).is_file() for t in targets), f"a file is missing: {targets}")
    driver.execute_script(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    for violation in driver.execute_async_script(AXE):
        wrong.append(f"axe: {violation}")
    return wrong


def requested(driver) -> list[str]:
    """The addresses that the page asked for since the log was last read."""
    messages = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


def with_the_keyboard(browser: Chromium) -> list[str]:
    """The first key leads to the way around the page's start, and it shows where it is."""
    browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    focus = browser.driver.execute_script(FOCUS)
    wanted = {"href": "#messages", "inside": True, "outline": True}
    return [] if focus == wanted else [f"the first tab stop is {focus}"]


def printed(browser: Chromium) -> list[str]:
    """A4, with pages that are not the whole on one."""
    stream = browser.command("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)["data"]
    pdf = base64.b64decode(stream)
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    return [] if pdf.startswith(b"%PDF-") and pages >= 2 else [f"printed: {len(pdf)} bytes, {pages} pages"]
