"""A PostgreSQL cluster of the benchmark's own: a folder under the temporary folder, a socket, nothing else."""

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from statistics import mean

import processes

# What differs from PostgreSQL's defaults. fsync, synchronous_commit and full_page_writes are on, as they come.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "jit": "off",
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_directory": "log",
    "log_filename": "bench.log",
    "log_rotation_size": "0",
    "log_checkpoints": "off",
}

# What every connection of the service starts with (Sources/Postgres/Pool/DatabaseConfiguration.swift, and for callers'
# connections Sources/ohjaustila/Running/Installation.swift: plans are made once).
SESSION = (
    "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000 -c default_transaction_read_only=on "
    "-c default_transaction_isolation=read\\ committed -c TimeZone=UTC"
)

SERVICE, SCHEDULER, DPO = "ohjaustila_service", "ohjaustila_scheduler", "ohjaustila_dpo"
SUPERUSER = "postgres"
SESSIONS = {SERVICE: SESSION + " -c plan_cache_mode=force_generic_plan", SCHEDULER: SESSION}


def programs() -> Path:
    """The folder with the newest server's programs."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if found := shutil.which("postgres"):
        folders.append(Path(found).parent)
    if not folders:
        raise SystemExit("bench: no PostgreSQL server found")
    return max(folders, key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0)


class Cluster:
    def __init__(self, folder: Path):
        self.programs = programs()
        # PostgreSQL does not run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        self.data, self.socket = folder / "data", folder / "socket"
        self.process: subprocess.Popen | None = None
        for path in (folder, self.data, self.socket):
            path.mkdir(mode=0o700)
            if self.user:
                shutil.chown(path, self.user, self.user)

    def start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        self.process = processes.start(
            [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.socket), *settings],
            user=self.user, on_death="INT", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        processes.wait_until(self._answers, "PostgreSQL's start")

    def _initialise(self) -> None:
        initdb = processes.start(
            [str(self.programs / "initdb"), "-D", str(self.data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8"],
            user=self.user, stdout=subprocess.DEVNULL, cwd="/")
        if initdb.wait() != 0:
            raise SystemExit("bench: initdb failed")

    def _answers(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise SystemExit(f"bench: PostgreSQL ended at once; see {self.data}")
        probe = subprocess.run(
            [str(self.programs / "pg_isready"), "-q", "-h", str(self.socket)], check=False)
        return probe.returncode == 0

    def stop(self) -> None:
        processes.stop(self.process, signal.SIGINT)
        self.process = None

    def url(self, database: str, role: str = SUPERUSER) -> str:
        return f"postgresql://{role}@/{database}?host={self.socket}"

    def cpu_seconds(self) -> float:
        return processes.cpu_seconds(self.process.pid, with_children=True)

    def sql(self, database: str, text: str, *, role: str = SUPERUSER, **variables) -> str:
        """Runs SQL through psql; unaligned rows come back."""
        settings = [part for name, value in variables.items() for part in ("-v", f"{name}={value}")]
        return subprocess.run(
            [str(self.programs / "psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", *settings,
             "-d", self.url(database, role)],
            input=text, text=True, stdout=subprocess.PIPE, check=True, cwd="/").stdout.strip()

    def create(self, database: str, template: str = "template0") -> None:
        # Copying files costs a checkpoint, and a tenth of writing every page to the log.
        strategy = " STRATEGY file_copy" if template != "template0" else ""
        self.sql("postgres", f"CREATE DATABASE {database} TEMPLATE {template}{strategy}")

    def drop(self, database: str) -> None:
        self.sql("postgres", f"DROP DATABASE {database} WITH (FORCE)")

    def settle(self) -> None:
        """Leaves nothing to write behind, so that no round pays for the one before."""
        self.sql("postgres", "CHECKPOINT")

    def bench(
        self, database: str, script: Path, seconds: int, *, role: str, clients: int, **variables
    ) -> tuple[float, float]:
        """Runs a pgbench script over prepared statements for some seconds; returns how often a second it ran, and the
        microseconds of PostgreSQL's processor time for each.

        The first second is not counted in the rate: each connection prepares its statements in it.
        """
        before = self.cpu_seconds()
        output = self._pgbench(
            database, script, role, clients, ["-T", str(seconds + 1), "-P", "1"], variables)
        used = self.cpu_seconds() - before
        rates = [float(rate) for rate in re.findall(r"^progress: [0-9.]+ s, ([0-9.]+) tps", output, re.MULTILINE)]
        times = int(re.search(r"transactions actually processed: ([0-9]+)", output).group(1))
        return mean(rates[1:]), used / times * 1e6

    def bench_times(self, database: str, script: Path, times: int, *, role: str, **variables) -> float:
        """Runs a pgbench script so many times on one connection; returns how often a second it ran."""
        output = self._pgbench(database, script, role, 1, ["-t", str(times)], variables)
        return float(re.search(r"^tps = ([0-9.]+) \(without", output, re.MULTILINE).group(1))

    def _pgbench(
        self, database: str, script: Path, role: str, clients: int, options: list[str], variables: dict
    ) -> str:
        settings = [part for name, value in variables.items() for part in ("-D", f"{name}={value}")]
        done = subprocess.run(
            [str(self.programs / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)),
             "-f", str(script), *options, *settings, self.url(database, role)],
            text=True, capture_output=True, check=False, cwd="/", env=os.environ | {"PGOPTIONS": SESSIONS[role]})
        if done.returncode != 0 or "number of failed transactions: 0 " not in done.stdout:
            raise SystemExit(f"bench: pgbench failed:\n{done.stderr[-2000:]}{done.stdout[-500:]}")
        return done.stdout + done.stderr

    def recorded(self, database: str, role: str, action) -> list[tuple[str, dict[int, str | None]]]:
        """The statements, with their parameters, that a role's sessions execute while `action` runs. Wake-ups between
        copies of the service go over a connection of another name, and at any time."""
        log = self.data / "log" / "bench.json"
        self._log_statements("all")
        before = log.stat().st_size if log.exists() else 0
        try:
            action()
        finally:
            self._log_statements("none")
        statements = []
        with log.open(encoding="utf-8") as lines:
            lines.seek(before)
            for line in lines:
                entry = json.loads(line)
                text = re.match(r"execute [^:]*: (.*)", entry["message"], re.DOTALL)
                ours = entry.get("user") == role and entry.get("application_name") == "ohjaustila"
                if ours and entry.get("dbname") == database and text:
                    statements.append((text.group(1), _parameters(entry.get("detail", ""))))
        return statements

    def _log_statements(self, which: str) -> None:
        self.sql("postgres", f"ALTER SYSTEM SET log_statement = '{which}'; SELECT pg_reload_conf(), pg_sleep(0.2)")


def _parameters(detail: str) -> dict[int, str | None]:
    found = re.findall(r"\$(\d+) = (NULL|'(?:[^']|'')*')", detail)
    return {int(n): None if value == "NULL" else value[1:-1].replace("''", "'") for n, value in found}
