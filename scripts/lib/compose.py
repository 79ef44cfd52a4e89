"""Checks a compose file for what breaks it most often: references to services, secrets and volumes that are not there."""

import sys

import yaml


def named(entries, key: str) -> list[str]:
    """Names in a list that has plain names and objects with a `key`."""
    return [entry[key] if isinstance(entry, dict) else entry for entry in entries or []]


def problems(document: dict) -> list[str]:
    found = []
    services = document.get("services") or {}
    for name, service in services.items():
        if not ("image" in service or "build" in service):
            found.append(f"{name} has neither image nor build")
        for other in service.get("depends_on") or []:
            if other not in services:
                found.append(f"{name} depends on {other}, which is not there")
        for secret in named(service.get("secrets"), "source"):
            if secret not in (document.get("secrets") or {}):
                found.append(f"{name} uses secret {secret}, which is not declared")
        for volume in service.get("volumes") or []:
            source = volume.get("source", "") if isinstance(volume, dict) else volume.split(":")[0]
            if source and source[0] not in "./~" and source not in (document.get("volumes") or {}):
                found.append(f"{name} uses volume {source}, which is not declared")
    return found if services else ["there are no services"]


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        found = problems(yaml.safe_load(file))
    for problem in found:
        print(f"{sys.argv[1]}: {problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
