"""A person is taken out of what is kept, and the log still tells who did what."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.linking.answers import Choice
from storage.engine import create_engine, empty_log
from storage.links import Links
from storage.purge import Purged, purge
from storage.tables import ProposalState, now
from tests.bot.bench import AHORN, ANNA, LINDEN, MAX, SECRET_WORD, Bench, database


@pytest.mark.parametrize("person", ["max.mustermann@example.de", "MAX.Mustermann@Example.de", " Max  Mustermann "])
def test_a_person_is_taken_out_and_the_log_keeps_who_linked_what(person: str) -> None:
    bench = Bench((MAX, LINDEN))
    bench.press_link()
    assert purge(database(bench.url), person) == Purged(mails=1, names=1, log_rows=1, lessons=0, busy=0)
    kept = {link.record_id: (link.record_name, link.linked_by, link.verified) for link in bench.links.of("p1")}
    assert kept == {MAX.ref.id: ("", ANNA, True), LINDEN.ref.id: (LINDEN.name, ANNA, True)}
    assert (bench.proposal.sender_address, bench.proposal.subject, bench.proposal.card_behind) == ("", "", True)
    assert not purge(database(bench.url), person)


def test_an_undecided_mail_of_theirs_ends() -> None:
    bench = Bench((MAX, LINDEN))
    assert purge(database(bench.url), MAX.emails[0]).mails == 1
    assert bench.proposal.state == ProposalState.EXPIRED
    assert bench.proposals.mail("p1") is None
    assert bench.proposals.candidates("p1") == []
    bench.linking.catch_up_cards()
    assert bench.surface.history[-1].state == ProposalState.EXPIRED


def test_a_mail_that_is_being_linked_stays_and_is_told() -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA)
    assert purge(database(bench.url), MAX.emails[0]).busy == 1
    bench.durable.run()
    assert bench.onoffice.links == {MAX.ref}


def test_what_was_taught_about_them_is_forgotten() -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA, Choice([AHORN.ref], words="Meier Hof"))
    bench.durable.run()
    assert purge(database(bench.url), "somebody else") == Purged(0, 0, 0, 0, 0)
    assert purge(database(bench.url), AHORN.name).lessons == 1
    assert bench.aliases.all() == []


def test_names_leave_what_ended_long_ago() -> None:
    bench = Bench((MAX, LINDEN))
    bench.linking.dismiss("p1", ANNA)
    bench.linking.forget_names(timedelta(days=365))
    assert bench.proposal.subject, "its card may still have to be shown"
    assert bench.proposals.forget_names(now() + timedelta(minutes=1)) == 1
    assert (bench.proposal.subject, bench.proposal.sender_name, bench.proposals.candidates("p1")) == ("", "", [])
    linked = Bench((MAX,))
    linked.press_link()
    assert linked.proposals.forget_names(now() + timedelta(minutes=1)) == 0, "the log tells of it"
    assert linked.links.forget_names(now() - timedelta(days=1)) == 0
    assert linked.links.forget_names(now() + timedelta(minutes=1)) == 1
    assert [link.record_name for link in linked.links.all()] == [""]


def test_the_whole_log_is_read_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench((MAX, LINDEN))
    bench.press_link()
    monkeypatch.setattr("storage.links.PORTION", 1)
    assert [link.record_id for link in Links(database(bench.url)).all()] == [
        link.record_id for link in bench.links.of("p1")
    ]


def test_the_database_is_its_owners_and_forgets_what_was_deleted(tmp_path: Path) -> None:
    path = tmp_path / "linkbot.db"
    path.touch(0o644)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE kept (words TEXT)"))
        connection.execute(sa.text("INSERT INTO kept VALUES (:words)"), {"words": SECRET_WORD * 10})
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM kept"))
    files = [one for one in tmp_path.iterdir() if one.stat().st_size]
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    empty_log(engine)
    assert not any(SECRET_WORD.encode() in one.read_bytes() for one in tmp_path.iterdir())
    engine.dispose()
