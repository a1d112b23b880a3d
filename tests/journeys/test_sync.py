"""A copy of the directory that is killed again and again is complete in the end, and keeps up with changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.copying import Copying, Run


@pytest.fixture
def copying(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copying]:
    copying = Copying(request.param, tmp_path, f"sqlite:///{tmp_path}/linkbot.db")
    try:
        copying.start()
        yield copying
    finally:
        copying.stop()


def kill_in_call(copying: Copying, where: str, number: int) -> Run:
    """Sync; the run's call of that number stays without an answer, and there the process is killed."""
    copying.leave_unanswered(where, after=number - 1)
    made = copying.calls()[where]
    run = copying.sync(kill_when=lambda: copying.calls()[where] == made + number)
    assert run.calls[where] == number
    return run


@pytest.mark.parametrize("copying", ["onoffice"], indirect=True)
def test_onoffice_killed_three_times(copying: Copying) -> None:
    copying.call("onoffice/fill", addresses=2_000, estates=1_100, days_ago=30)
    runs = [
        kill_in_call(copying, "onoffice.address", 3),
        kill_in_call(copying, "onoffice.address", 3),
        kill_in_call(copying, "onoffice.estate", 2),
    ]
    assert [run.copied for run in runs] == sorted({run.copied for run in runs}), "each run gets further"
    rest = copying.sync()
    assert "read everything" in rest.said
    assert copying.check() == rest.copied
    pages = {"onoffice.address": 5, "onoffice.estate": 3}
    made = sum((run.calls for run in [*runs, rest]), Counter())
    assert {where: made[where] - pages[where] for where in pages} == {"onoffice.address": 2, "onoffice.estate": 1}

    copying.call("onoffice/address", id=601, fields={"Name": "Mustermann-Neu", "email": ["max.neu@example.de"]})
    copying.call("onoffice/estate", fields={"objekttitel": "Zuletzt dazugekommen", "owners": [601]})
    assert "read changes: 2 records, 0 vanished" in copying.sync().said
    copying.check()

    copying.call("onoffice/address", id=2_500, delete=True)
    copying.call("onoffice/estate", id=3_000, delete=True)
    assert "2 vanished" in copying.sync("--full").said, "onOffice tells no deletions: a full run finds them"
    copying.check()


@pytest.mark.parametrize("copying", ["zoho"], indirect=True)
def test_zoho_killed_three_times(copying: Copying) -> None:
    """Among the first two thousand contacts, where pages have numbers, and behind them, where they have tokens."""
    copying.call("zoho/fill", contacts=2_700, days_ago=30)
    runs = [kill_in_call(copying, "zoho.records", number) for number in (3, 10, 3)]
    assert [run.copied for run in runs] == sorted({run.copied for run in runs}), "each run gets further"
    rest = copying.sync()
    assert "read everything" in rest.said
    assert copying.check() == rest.copied
    total = sum((run.calls for run in [*runs, rest]), Counter())["zoho.records"]

    first, *_, last = sorted(id_ for module, id_ in copying.held() if module == "Contacts")
    copying.call("zoho/record", module="Contacts", id=first, fields={"Phone": "020 7946 0999"})
    copying.call("zoho/record", module="Contacts", fields={"Last_Name": "Newcomer", "Email": "new@example.org"})
    copying.call("zoho/record", module="Contacts", id=last, delete=True)
    assert "read changes: 2 records, 1 vanished" in copying.sync().said
    copying.check()
    assert total - copying.sync("--full").calls["zoho.records"] == len(runs), "each resumed run repeats one page"
