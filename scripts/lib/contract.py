"""Compares the operations of an OpenAPI document with a list of `METHOD /path` lines, in both directions."""

import sys

import yaml

METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


def documented(path: str) -> set[tuple[str, str]]:
    with open(path, encoding="utf-8") as file:
        paths = yaml.safe_load(file)["paths"]
    return {
        (method.upper(), template)
        for template, operations in paths.items()
        for method in operations
        if method in METHODS
    }


def routed(path: str) -> set[tuple[str, str]]:
    with open(path, encoding="utf-8") as file:
        return {tuple(line.split(maxsplit=1)) for line in file.read().splitlines() if line.strip()}


def main() -> int:
    contract, service = documented(sys.argv[1]), routed(sys.argv[2])
    # HEAD is answered wherever GET is; documenting it is allowed, not demanded.
    heads = {("HEAD", path) for method, path in contract | service if method == "GET"}
    missing, undocumented = contract - service - heads, service - contract - heads
    for method, path in sorted(missing):
        print(f"Contract: documented, but not routed: {method} {path}")
    for method, path in sorted(undocumented):
        print(f"Contract: routed, but not documented: {method} {path}")
    if not service:
        print("Contract: the service routes nothing.")
    if missing or undocumented or not service:
        return 1
    print(f"Contract: {len(service)} operations, the same in {sys.argv[1]} and in the service.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
