"""A bot that dies at any moment loses nothing and does nothing twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.arrivals import Arrivals
from storage.engine import create_engine
from storage.tables import Arrival
from storage.vault import Vault
from tests.journeys.processes import Process
from tests.journeys.world import ANFRAGEN, SALES, SECRET_KEY, Mail, World, english_mail, german_mail, shown, wait_for


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A bot of its own, to be killed. A long timeout, so that it dies while it waits."""
    folder: Path = tmp_path_factory.mktemp("mortal")
    world = World(folder, f"sqlite:///{folder}/linkbot.db", "socket", retries=0.05, LINKBOT_VENDOR_TIMEOUT="20")
    world.start()
    yield world
    world.stop()


def kill_during(world: World, where: str) -> tuple[str, str]:
    """Press Link, kill the bot while the call hangs, start it again; gives the mail's Message-ID and thread."""
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.looked(ts)
    before = world.counter(where)
    world.fault(where, "timeout")
    world.press(card, "Link")
    wait_for(lambda: world.counter(where) > before, f"the call of {where}")
    world.bot.stop(signal.SIGKILL)
    world.start_bot()
    return mail.message_id, ts


@pytest.mark.parametrize("where", ["onoffice.emailInfo", "onoffice.emailassignments", "slack.chat.update"])
def test_killed_in_the_middle_of_a_call(mortal: World, where: str) -> None:
    message_id, ts = kill_during(mortal, where)
    assert "linked, verified" in shown(mortal.card(ts, "Linked by"))
    assert mortal.onoffice_link(message_id) == ([601], 2649)
    assert len(mortal.log(message_id)) == 2


def test_killed_after_the_write_took_effect(mortal: World) -> None:
    mail = german_mail()
    mortal.lay(mail)
    ts = mortal.send(mail)
    card = mortal.card(ts, "I would link it to")
    calls = mortal.counter("onoffice.emailassignments")
    mortal.fault("onoffice.emailassignments", "drop_after_commit")
    mortal.press(card, "Link")
    wait_for(lambda: mortal.onoffice_link(mail.message_id)[1], "the effect of the call")
    mortal.bot.stop(signal.SIGKILL)
    mortal.start_bot()
    after = mortal.card(ts, "Linked by")
    assert "was linked already" not in shown(after), "what this bot linked before it died is its own link"
    assert mortal.counter("onoffice.emailassignments") == calls + 1
    assert {row.outcome for row in mortal.log(mail.message_id)} == {"linked"}


def mail_about_both() -> Mail:
    """Max Mustermann and Lindenstraße 12 are in onOffice, Emily Carter is in Zoho."""
    mail = german_mail()
    mail.text += "\nIn Kopie: Emily Carter, emily.carter@brightwater.example\n"
    return mail


def linked_at_one_vendor_only(world: World, mail: Mail) -> str:
    """Press Link on a mail about records of both, and wait until onOffice is done and Zoho's answer stays away."""
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "Max Mustermann", "Emily Carter")
    before = world.counter("zoho.associate_email")
    world.fault("zoho.associate_email", "timeout")
    world.press(card, "Link")
    wait_for(lambda: world.onoffice_link(mail.message_id)[1], "the link in onOffice")
    wait_for(lambda: world.counter("zoho.associate_email") > before, "the call of Zoho")
    return ts


def assert_linked_once_at_both(world: World, mail: Mail, ts: str, onoffice_calls: int) -> None:
    assert shown(world.card(ts, "Linked by")).count("linked") >= 3
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    assert world.counter("onoffice.emailassignments") == onoffice_calls + 1, "what was done is not done again"
    assert len(world.zoho_mails(mail.subject)) == 1
    assert [row.vendor for row in world.log(mail.message_id)].count("onoffice") == 2
    assert len(world.log(mail.message_id)) == 3


def test_killed_while_one_of_two_vendors_still_works(mortal: World) -> None:
    mail = mail_about_both()
    calls = mortal.counter("onoffice.emailassignments")
    ts = linked_at_one_vendor_only(mortal, mail)
    mortal.bot.stop(signal.SIGKILL)
    mortal.start_bot()
    assert_linked_once_at_both(mortal, mail, ts, calls)


def test_killed_while_a_mail_is_read(mortal: World) -> None:
    mail = german_mail()
    mortal.fault("slack.chat.postMessage", "timeout")
    before = mortal.counter("slack.chat.postMessage")
    ts = mortal.send(mail)
    wait_for(lambda: mortal.counter("slack.chat.postMessage") > before, "the card on its way")
    mortal.bot.stop(signal.SIGKILL)
    mortal.start_bot()
    mortal.card(ts, "I would link it to")
    assert len([m for m in mortal.replies(ts) if m.get("blocks")]) == 1


def test_a_mail_that_comes_while_the_bot_is_down_is_read_when_it_is_up_again(mortal: World) -> None:
    mortal.bot.stop()
    ts = mortal.send(german_mail())
    mortal.start_bot()
    mortal.card(ts, "I would link it to")


def test_a_mail_that_slack_gave_up_on_is_taken_up_at_the_next_start(tmp_path: Path) -> None:
    world = World(tmp_path, f"sqlite:///{tmp_path}/linkbot.db", "socket", retries=0.001)
    world.start()
    try:
        world.card(world.send(german_mail()), "I would link it to")
        world.bot.stop()
        ts = world.send(german_mail())
        elsewhere = world.send(english_mail(), SALES)  # where no mail is known yet
        wait_for(lambda: world.state("pending_events")["pending_events"] == 0, "Slack to give up")
        # A later one was delivered, and the bot killed before it had looked for those that it missed.
        arrivals = Arrivals(create_engine(world.database_url), Vault(SECRET_KEY))
        later = Arrival(key="later", team="T0SANDBOX", channel=ANFRAGEN, ts=f"{float(ts) + 1:.6f}")
        arrivals.receive(later, "{}")
        arrivals.give_up(later)
        world.start_bot()
        world.card(ts, "I would link it to")
        assert len([m for m in world.replies(ts) if m.get("blocks")]) == 1
        world.card(elsewhere, "I would link it to")
    finally:
        world.stop()


def test_a_second_bot_on_the_same_sqlite_database_is_refused(mortal: World) -> None:
    assert "Another Linkbot is running on this database" in mortal.linkbot("run", "--socket", status=1)


def test_another_process_takes_over_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    world = World(tmp_path, postgres_url, "socket", LINKBOT_VENDOR_TIMEOUT="20")
    world.start()
    heir = Process(world.bot.command, tmp_path / "heir.log", world.environment)
    try:
        mail = mail_about_both()
        calls = world.counter("onoffice.emailassignments")
        ts = linked_at_one_vendor_only(world, mail)
        heir.start()
        wait_for(lambda: world.state("connections")["connections"] == 2, "the second bot")
        world.bot.stop(signal.SIGKILL)
        assert_linked_once_at_both(world, mail, ts, calls)
        assert "taking over" in heir.output()
    finally:
        heir.stop()
        world.stop()


def test_a_database_that_restarts_loses_nothing_and_ends_nobody(postgres_url: str, tmp_path: Path) -> None:
    world = World(tmp_path, postgres_url, "socket")
    world.start()
    try:
        mails = [german_mail() for _ in range(3)]
        for mail in mails:
            world.lay(mail)
        sent = [world.send(mails[0])]
        world.press(world.card(sent[0], "I would link it to"), "Link")
        sent.append(world.send(mails[1]))
        engine = create_engine(postgres_url)
        with engine.connect() as connection:
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        engine.dispose()
        sent.append(world.send(mails[2]))
        world.card(sent[0], "Linked by")
        for ts in sent[1:]:
            world.press(world.card(ts, "I would link it to"), "Link")
            world.card(ts, "Linked by")
        wait_for(lambda: "the database is back" in world.bot.output(), "the connection that shows it lives")
        assert [world.onoffice_link(mail.message_id) for mail in mails] == [([601], 2649)] * 3
        for ts in sent:
            assert len([m for m in world.replies(ts) if m.get("blocks")]) == 1
            assert not [m for m in world.replies(ts) if "could not get this mail" in m["text"]]
    finally:
        world.stop()


def test_a_bot_that_is_stopped_does_not_wait_for_a_vendor_and_goes_on_later(mortal: World) -> None:
    mail = german_mail()
    mortal.lay(mail)
    ts = mortal.send(mail)
    card = mortal.card(ts, "I would link it to")
    mortal.fault("onoffice.emailassignments", "slow", 60)
    mortal.press(card, "Link")
    mortal.card(ts, "I am working on it")
    assert mortal.bot.running is not None
    running = mortal.bot.running
    mortal.bot.stop()  # waits for half as long as the vendor takes
    assert running.poll() == 0
    mortal.start_bot()
    mortal.card(ts, "Linked by")
    assert mortal.onoffice_link(mail.message_id) == ([601], 2649)
