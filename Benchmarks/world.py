"""What the request benchmarks work on: one organisation, one counsellor, and spaces opened over the REST API."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from cluster import SERVICE, Cluster
from service import Service

CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
#: Spaces that one turn of a pgbench script works on: their ids cost it one small SELECT in so many operations.
GROUP = 16
DATABASE = "bench"


def identity_code(number: int) -> str:
    """The personal identity code of a fictitious test person (individual numbers 900–999 are given to nobody)."""
    day, individual = number // 100, 900 + number % 100
    date = f"{day % 28 + 1:02}{day // 28 % 12 + 1:02}{day // 336 % 50 + 50:02}"
    return f"{date}-{individual}{CHECK_CHARACTERS[int(date + str(individual)) % 31]}"


@dataclass
class World:
    cluster: Cluster
    service: Service
    folder: Path
    organisation: str = ""
    #: Of the one counsellor: reading as staff writes no authentication.
    token: str = ""
    principal: str = ""
    spaces: list[str] = field(default_factory=list)

    def found(self) -> None:
        """Creates the organisation and its counsellor."""
        call, token = self.service.call, self.service.token
        self.organisation = call(
            "POST", "/v1/organisations", token(subject="operator"),
            {"name": "Mallilan TE-palvelut", "admins": [{"subject": "aino", "name": "Aino Admin"}]})["id"]
        call(
            "PUT", f"/v1/organisations/{self.organisation}/staff/olli", token(subject="aino"),
            {"name": "Olli Ohjaaja", "roles": ["counsellor"], "commitmentSignedOn": "2026-01-02"})
        self.token = token(subject="olli", name="Olli Ohjaaja")
        self.principal = self.cluster.sql(
            DATABASE, "SELECT id FROM ohjaustila.staff_account WHERE subject = 'olli'")

    def open_space(self, number: int, connection=None) -> str:
        """Opens the space of the customer with this number."""
        draft = {
            "organisationId": self.organisation, "title": f"Opiskelemaan aikuisena {number}", "topics": ["opiskelu"],
            "customers": [{"hetu": identity_code(number), "name": "Maija Mallikas"}],
        }
        return self.service.call("POST", "/v1/spaces", self.token, draft, connection)["id"]

    def open_spaces(self, count: int) -> None:
        """Opens many, and tells pgbench of them."""
        numbers, lock, failures = iter(range(count)), threading.Lock(), []

        def work() -> None:
            connection = self.service.connection()
            try:
                while True:
                    with lock:
                        number = next(numbers, None)
                    if number is None:
                        return
                    self.open_space(number, connection)
            except BaseException as failure:  # a thread's SystemExit would be lost
                failures.append(failure)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise SystemExit(str(failures[0]))
        self.spaces = self.cluster.sql(DATABASE, "SELECT id FROM ohjaustila.space ORDER BY id").split()
        self._tell_pgbench()
        self.cluster.sql(DATABASE, "VACUUM ANALYZE")

    def _tell_pgbench(self) -> None:
        self.cluster.sql(
            DATABASE,
            """
            CREATE SCHEMA bench;
            CREATE TABLE bench.spaces AS
              SELECT (row_number() OVER () - 1) / :size AS n, space_id, participant_id
              FROM (SELECT * FROM ohjaustila.my_space WHERE principal = :'principal' ORDER BY random()) mine;
            CREATE TABLE bench.groups AS
              SELECT n, array_agg(space_id) AS ids, array_agg(participant_id) AS participants
              FROM bench.spaces GROUP BY n HAVING count(*) = :size;
            ALTER TABLE bench.groups ADD PRIMARY KEY (n);
            GRANT USAGE ON SCHEMA bench TO :"reader";
            GRANT SELECT ON bench.groups TO :"reader";
            """,
            size=GROUP, principal=self.principal, reader=SERVICE)

    @property
    def groups(self) -> int:
        return len(self.spaces) // GROUP

    def pgbench_script(self, name: str, block: str, *, participants: bool = False) -> Path:
        """A script that runs a block of statements for each space of a group chosen at random.

        In the block `{id}` and `{participant}` stand for the space's.
        """
        columns = [f"ids[{i}] AS id{i}" for i in range(1, GROUP + 1)]
        if participants:
            columns += [f"participants[{i}] AS p{i}" for i in range(1, GROUP + 1)]
        blocks = [
            block.replace("{id}", f":id{i}").replace("{participant}", f":p{i}") for i in range(1, GROUP + 1)]
        path = self.folder / f"{name}.pgbench"
        path.write_text(
            f"\\set n random(0, {self.groups - 1})\n"
            f"SELECT {', '.join(columns)} FROM bench.groups WHERE n = :n \\gset\n" + "".join(blocks))
        return path


def inlined(statement: str, parameters: dict[int, str | None], known: dict[str, str]) -> str:
    """A recorded statement with its parameters as pgbench's: what is known by name varies, the rest is as recorded."""
    for number in sorted(parameters, reverse=True):
        value = parameters[number]
        text = "NULL" if value is None else known.get(value, "'" + value.replace("'", "''") + "'")
        statement = statement.replace(f"${number}", text)
    return statement


def pipeline(statements: list[str]) -> str:
    return "\\startpipeline\n" + "".join(statement + ";\n" for statement in statements) + "\\endpipeline\n"
