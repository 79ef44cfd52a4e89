"""Checks that each relative link and anchor of the documents leads somewhere, that the index names every document, and
that a document which other files of the repository mention by its path is there.

Anchors are made of headings as GitHub makes them. Links to other sites are not followed.
"""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

INDEX = Path("docs/README.md")
DOCUMENTS = [Path("README.md"), Path("Benchmarks/README.md"), *sorted(Path("docs").glob("**/*.md"))]
#: What may mention a document in a comment, a message or a description.
MENTIONING = [
    *("Sources", "Tests", "Benchmarks", "Policies", "scripts", ".ci"),
    *("openapi.yaml", "Dockerfile", "docker-compose.yml"),
]

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
LINK = re.compile(r"\]\(\s*<?([^)\s>]*)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
MENTION = re.compile(r"\bdocs/[\w./-]*\.md(?:#[\w-]+)?")


def prose(path: Path) -> list[tuple[int, str]]:
    """The numbered lines that are no code block."""
    lines, fence = [], None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        mark = FENCE.match(line)
        if fence is None and mark:
            fence = mark.group(1)
        elif fence is not None:
            if mark and mark.group(1).startswith(fence) and not line.strip(" `~"):
                fence = None
        else:
            lines.append((number, line))
    return lines


def anchors(path: Path) -> set[str]:
    """What may stand behind `#`: letters, digits, `-` and `_` of each heading, and a number from its second time on."""
    found: set[str] = set()
    for _, line in prose(path):
        heading = HEADING.match(line)
        if not heading:
            continue
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).lower()
        name = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        again = 0
        while (anchor := name if again == 0 else f"{name}-{again}") in found:
            again += 1
        found.add(anchor)
    return found


def problem(document: Path, target: str) -> str | None:
    """Why a link of the document leads nowhere."""
    path, _, anchor = unquote(target).partition("#")
    there = document if not path else document.parent / path
    if path.startswith("/") or not there.resolve().is_relative_to(Path.cwd()):
        return "leads out of the repository"
    if not there.exists():
        return f"there is no {path}"
    if anchor and there.suffix != ".md":
        return f"{path} has no headings"
    if "#" in target and anchor not in anchors(there):
        return f"{path or document} has no heading #{anchor}"
    return None


def links(document: Path) -> list[tuple[int, str]]:
    """Each relative link with its line; links to other sites are left out."""
    found = []
    for number, line in prose(document):
        for target in LINK.findall(CODE_SPAN.sub("", line)):
            if not re.match(r"[a-z][a-z0-9+.-]*:", target):
                found.append((number, target))
    return found


def mentions() -> list[tuple[str, str]]:
    """Documents that other files name by their path, with the place."""
    found = []
    for name in MENTIONING:
        files = [Path(name)] if Path(name).is_file() else sorted(Path(name).glob("**/*"))
        for file in files:
            if file in DOCUMENTS or not file.is_file() or "__pycache__" in file.parts:
                continue
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            for number, line in enumerate(lines, start=1):
                found += [(f"{file}:{number}", target) for target in MENTION.findall(line)]
    return found


def main() -> int:
    problems, count = [], 0
    for document in DOCUMENTS:
        for number, target in links(document):
            count += 1
            if trouble := problem(document, target):
                problems.append(f"{document}:{number}: {target}: {trouble}")
    for place, target in mentions():
        count += 1
        if trouble := problem(Path("README.md"), target):
            problems.append(f"{place}: {target}: {trouble}")
    indexed = {(INDEX.parent / target.partition("#")[0]).resolve() for _, target in links(INDEX)}
    for path in DOCUMENTS:
        if path != INDEX and path.resolve() not in indexed:
            problems.append(f"{INDEX}: {path} is not in the index")
    if not count:
        problems.append("no link was found in any document")
    for line in problems:
        print(f"Links: {line}")
    if not problems:
        print(f"Links: {count} in and to {len(DOCUMENTS)} documents lead somewhere.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
