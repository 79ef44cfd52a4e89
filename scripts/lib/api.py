"""Schemathesis as each role, then a generated client's tour; see scripts/check-api."""

import concurrent.futures
import pathlib
import re
import subprocess
import sys

from client_tour import walk
from service import Scene, Service

ROLES = ("operator", "admin", "counsellor", "customer", "officer")

# A request that the contract allows may still be refused for what the contract cannot say: whose space it is, what
# state it is in, whether a version is the current one, how large a file the installation takes; and what a client has
# already is 304. A request that the contract does not allow may meet that first; and tus has a missing version be 412.
CONFIGURATION = """
hooks = "{hooks}"

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 304, 400, 401, 403, 404, 409, 410, 412, 413, 416, 422]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 416, 422]

[checks.missing_required_header]
expected-statuses = [400, 401, 403, 406, 412, 415, 422]

[parameters]
"path.space" = "{space}"
"path.organisation" = "{organisation}"
"path.register" = "ohjaustila"

# As PATCH it needs a body of one media type, as DELETE none: a contract can say only one of it.
[[operations]]
include-name = "POST /v1/spaces/{{space}}/uploads/{{upload}}"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 410, 412, 413, 415, 422]
"""


def conforms(program: str, role: str, examples: str) -> bool:
    """Each role has a service of its own: what one of them ends does not hide the others' answers."""
    with Service(program) as service:
        scene = Scene(service)
        configuration = service.folder / "schemathesis.toml"
        text = CONFIGURATION.format(
            hooks=pathlib.Path(__file__).with_name("api_hooks.py"), space=scene.space, organisation=scene.organisation
        )
        configuration.write_text(text, encoding="utf-8")
        token = getattr(scene, role)
        done = subprocess.run(
            [
                pathlib.Path(sys.executable).parent / "schemathesis", "--config-file", configuration,
                "run", "openapi.yaml", "--url", service.url, "--header", f"Authorization: Bearer {token}",
                "--phases", "examples,coverage,fuzzing", "--checks", "all", "--max-examples", examples, "--seed", "1",
                "--generation-database", "none",
                # The clock stands still meanwhile, tokens are for everybody, and event streams do not end.
                "--exclude-path-regex", "^/dev/|/events$", "--continue-on-failure", "--warnings", "off",
            ],
            capture_output=True, text=True, timeout=600,
        )
        cases = re.search(r"Test cases:\n +(.+)", done.stdout)
        print(f"schemathesis as {role}: {cases[1] if cases else 'no result'}", flush=True)
        internal = [line for line in service.text().splitlines() if "Unforeseen error" in line]
        if done.returncode != 0 or internal:
            print(done.stdout[-20_000:], done.stderr[-2000:], *internal[:10], sep="\n")
        return done.returncode == 0 and not internal


def main() -> int:
    program, examples = sys.argv[1:3]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        good = list(pool.map(lambda role: conforms(program, role, examples), ROLES))
    with Service(program) as service:
        walk(service)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
