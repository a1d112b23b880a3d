"""Copying a CRM's directory from outside: the sandbox and `linkbot sync` as processes, killed wherever one likes."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from storage.engine import normalise_url
from tests.journeys.processes import Begin, Process, Running, forked
from tests.journeys.world import SECRET_KEY, wait_for
from tests.ports import free_port

LOOK_SECONDS = 0.005
ZOHO_MODULES = ("Accounts", "Contacts", "Deals", "Leads")

Key = tuple[str, str]
Words = frozenset[tuple[str, Any]]


@dataclass(frozen=True)
class Run:
    """One `linkbot sync`: seconds from its start to its end, how many records there were behind it, how often each of
    the CRM's calls was made, what it said, and its memory in MB (0 where the machine does not tell): the peak, and by
    the records there were."""

    seconds: float
    copied: int
    calls: Counter[str]
    said: str
    peak: float
    memory: tuple[tuple[int, float], ...]


class Copying:
    """A sandbox with one CRM, and a database that `linkbot sync` copies it into."""

    def __init__(self, crm: str, folder: Path, database_url: str, begin: Begin = forked) -> None:
        self.crm = crm
        self._begin = begin
        self._log = folder / "linkbot.log"
        self.environment = {
            "CRM": crm,
            "DATABASE_URL": database_url,
            "LINKBOT_SECRET_KEY": SECRET_KEY,
            "LINKBOT_SYNC_MINUTES": "600",
        }
        self._database = sa.create_engine(normalise_url(database_url))
        port = free_port()
        self._control = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300)
        self._sandbox = Process(["sandbox", "--port", str(port)], folder / "sandbox.log", {}, begin)

    def start(self) -> None:
        """Start the sandbox, and make the tables."""
        self._sandbox.start()
        self.environment |= wait_for(self._found, "the sandbox")
        assert self.linkbot("db", "upgrade").wait() == 0

    def stop(self) -> None:
        self._sandbox.stop()
        self._control.close()
        self._database.dispose()

    def linkbot(self, *arguments: str) -> Running:
        """Start a process of Linkbot; what it says is in `linkbot.log`."""
        return self._begin(["bot", *arguments], self.environment, self._log)

    def call(self, name: str, **body: Any) -> dict[str, Any]:
        """A control call of the sandbox."""
        answer = self._control.post(f"/_control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def slow_down(self, where: str, seconds: float) -> None:
        """From now on these calls take so much longer."""
        self.call("faults", where=where, kind="slow", value=seconds)

    def leave_unanswered(self, where: str, after: int) -> None:
        """So many of these calls are answered, the one after them is not."""
        self._control.delete("/_control/faults")
        if after:
            self.call("faults", where=where, kind="slow", value=0.01, times=after)
        self.call("faults", where=where, kind="timeout", times=1)

    def sync(self, *options: str, kill_when: Callable[[], bool] | None = None) -> Run:
        """Run `linkbot sync` to its end, or kill it with -9 as soon as something is the case."""
        before, said, memory, peak = self.calls(), len(self.said()), [(0, 0.0)], 0.0
        start = time.perf_counter()
        running = self.linkbot("sync", *options)
        while (status := running.poll()) is None:
            copied = self.copied()
            resident, peak = memory_of(running.pid) or (0.0, peak)
            if copied != memory[-1][0]:
                memory.append((copied, resident))
            if kill_when is not None and kill_when():
                os.kill(running.pid, signal.SIGKILL)
                status = running.wait()
                break
            time.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - start
        assert status == (0 if kill_when is None else -signal.SIGKILL), self.said()[said:]
        return Run(seconds, self.copied(), self.calls() - before, self.said()[said:], peak, tuple(memory))

    def calls(self) -> Counter[str]:
        """How often each of the CRM's calls was made."""
        counters = self._control.get("/_control/state", params={"only": "counters"}).json()["counters"]
        return Counter({name: n for name, n in counters.items() if name.startswith(f"{self.crm}.")})

    def said(self) -> str:
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    def copied(self) -> int:
        """How many records the copy has."""
        with self._database.connect() as connection:
            return int(connection.execute(sa.text("SELECT count(*) FROM directory_record")).scalar_one())

    def copy(self) -> Iterator[tuple[Key, Words]]:
        """What the copy holds of each record that has not vanished."""
        text = sa.text("SELECT kind, record_id, name, fields FROM directory_record WHERE NOT vanished")
        query = text.columns(fields=sa.JSON)
        with self._database.connect() as connection:
            for kind, id_, name, fields in connection.execute(query):
                yield (kind, id_), _words(name, fields)

    def held(self) -> dict[Key, Words]:
        """What the copy should hold, out of the records in the sandbox."""
        state = self._control.get("/_control/state", params={"only": self.crm}).json()[self.crm]
        return dict(_onoffice(state) if self.crm == "onoffice" else _zoho(state["records"]))

    def check(self) -> int:
        """The copy has each of the CRM's records once and as it is there, and no other; gives how many."""
        held, copied = self.held(), 0
        for key, words in self.copy():
            copied += 1
            assert held.get(key) == words, f"{key}: {held.get(key)} came as {words}"
        assert copied == len(held)
        return copied

    def _found(self) -> dict[str, str] | None:
        try:
            return dict(self._control.get("/_control/environment").json()["env"])
        except httpx.HTTPError:
            return None


def memory_of(pid: int) -> tuple[float, float] | None:
    """What a process has in memory, and its peak, in MB; None where it is gone or the machine has no /proc."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    found = {name: text.split() for name, _, text in (line.partition(":") for line in lines)}
    if not {"VmRSS", "VmHWM"} <= found.keys():
        return None
    return int(found["VmRSS"][0]) / 1024, int(found["VmHWM"][0]) / 1024


def _words(name: str, fields: Mapping[str, Any]) -> Words:
    """A record of the copy so that it can be compared."""
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    street = f"{plain.pop('street', '')} {plain.pop('house_number', '')}"
    return _held(name, street=street, **plain)


def _held(name: str, street: str, related: Iterable[str] = (), **fields: Any) -> Words:
    """Where in a street its number stands, and in which order records are related, are other matters."""
    given = {"name": name, "street": tuple(sorted(street.split())), "related": frozenset(related), **fields}
    return frozenset((key, value) for key, value in given.items() if value)


def _onoffice(state: Mapping[str, Any]) -> Iterator[tuple[Key, Words]]:
    for row in state["addresses"]:
        if row["Status"] == "0":
            continue
        person = f"{row['Vorname']} {row['Name']}".strip()
        phones = [entry["value"] for kind in ("phone", "mobile") for entry in row[kind]]
        yield (
            ("address", str(row["id"])),
            _held(
                person or row["Zusatz1"],
                given_name=row["Vorname"],
                family_name=row["Name"],
                company=row["Zusatz1"],
                emails=tuple(entry["value"] for entry in row["email"]),
                phones=tuple(dict.fromkeys(phones)),
                reference=f"KdNr {row['KdNr']}",
                street=row["Strasse"],
                postal_code=row["Plz"],
                city=row["Ort"],
            ),
        )
    for row in state["estates"]:
        if row["status"] == "0":
            continue
        people = dict.fromkeys([*row["owners"], *row["interested"]])
        yield (
            ("estate", str(row["id"])),
            _held(
                row["objekttitel"],
                title=row["objekttitel"],
                reference=row["objektnr_extern"],
                street=f"{row['strasse']} {row['hausnummer']}".strip(),
                postal_code=row["plz"],
                city=row["ort"],
                related=(f"onoffice|address|{id_}" for id_ in people),
            ),
        )


def _zoho(records: Mapping[str, list[Mapping[str, Any]]]) -> Iterator[tuple[Key, Words]]:
    for module in ZOHO_MODULES:
        for row in records[module]:
            account = row.get("Account_Name")
            company = account["name"] if isinstance(account, dict) else account or row.get("Company") or ""
            names = (row.get(name) for name in ("Full_Name", "Deal_Name"))
            lookups = ((row.get("Contact_Name"), "Contacts"), (account, "Accounts"))
            streets = ("Mailing_Street", "Street", "Billing_Street")
            codes = ("Mailing_Zip", "Zip_Code", "Billing_Code")
            yield (
                (module, row["id"]),
                _held(
                    next(filter(None, names), company),
                    given_name=row.get("First_Name"),
                    family_name=row.get("Last_Name"),
                    company=company,
                    emails=tuple(dict.fromkeys(filter(None, (row.get(n) for n in ("Email", "Secondary_Email"))))),
                    phones=tuple(dict.fromkeys(filter(None, (row.get(n) for n in ("Phone", "Mobile"))))),
                    street=_first(row, streets),
                    postal_code=_first(row, codes),
                    city=_first(row, ("Mailing_City", "City", "Billing_City")),
                    related=(f"zoho|{to}|{value['id']}" for value, to in lookups if isinstance(value, dict)),
                ),
            )


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")
