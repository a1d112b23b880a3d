"""The vendor says no, or nothing: the card says what happened and what to do, and it can be tried again."""

from __future__ import annotations

import re

import pytest

from tests.journeys.modes import over_the_socket
from tests.journeys.world import ANNA, BEN, SALES, World, buttons, english_mail, german_mail, shown, wait_for

pytestmark = over_the_socket


@pytest.mark.parametrize(
    ("errorcode", "words"),
    [(51, "mailbox"), (292, "no longer"), (137, "secret"), (174, "right")],
)
def test_onoffice_says_no(world: World, errorcode: int, words: str) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.fault("onoffice.emailassignments", "status", {"errorcode": errorcode})
    world.press(card, "Link")
    failed = world.card(ts, "Not linked.")
    assert words.casefold() in shown(failed).casefold()
    without_dates_and_links = re.sub(r"<[^>]*>", "", shown(failed))
    assert not re.search(rf"\b{errorcode}\b", without_dates_and_links), "numbers are for the log"
    assert world.onoffice_link(mail.message_id) == ([], None)
    assert world.log(mail.message_id) == []

    assert buttons(failed) == ["Try again", "Change…", "Not now"]
    world.press(failed, "Try again")
    world.card(ts, "Linked by")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


def test_the_mail_is_in_no_mailbox(world: World) -> None:
    mail = german_mail()
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    failed = world.card(ts, "none of the mailboxes", "Try again")
    world.lay(mail)
    world.press(failed, "Try again")
    world.card(ts, "Linked by")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


def test_a_record_vanished_and_the_others_are_linked(world: World) -> None:
    ghost = world.call(
        "onoffice/address", fields={"Vorname": "Gustav", "Name": "Geisterberg", "Email": "g@geisterberg.example"}
    )
    world.sync()
    mail = german_mail()
    mail.text += "\nIn Kopie: Gustav Geisterberg, g@geisterberg.example\n"
    world.lay(mail)
    card = world.card(world.send(mail), "Geisterberg", "Max Mustermann")
    world.call("onoffice/address", id=ghost["id"], delete=True)
    world.press(card, "Link")
    after = world.card(card["thread_ts"], "Pressed by")
    if "Linked in part" in shown(after):
        assert 601 in world.onoffice_link(mail.message_id)[0]
    assert "Try again" in buttons(after)
    world.sync("--full")


def test_zoho_refuses_the_scope(world: World) -> None:
    mail = english_mail()
    ts = world.send(mail, SALES)
    card = world.card(ts, "I would link it to")
    world.fault("zoho.associate_email", "status", {"status": 401, "code": "OAUTH_SCOPE_MISMATCH"})
    world.press(card, "Link")
    failed = world.card(ts, "Not linked.")
    assert "OAUTH" not in shown(failed)
    assert world.zoho_mails(mail.subject) == []
    world.press(failed, "Try again")
    world.card(ts, "Linked by")


@pytest.mark.parametrize("where", ["imap", "onoffice.emailInfo", "onoffice.emailassignments"])
def test_a_short_outage_is_tried_again_by_itself(world: World, where: str) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.looked(ts)
    world.fault(where, "drop_before", times=1)
    world.press(card, "Link")
    world.card(ts, "Linked by")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


@pytest.mark.parametrize(
    ("where", "calls", "words"),
    [
        ("imap", 6, "Not linked."),
        ("onoffice.emailInfo", 3, "Not linked."),
        ("zoho.associate_email", 3, "Perhaps linked."),
    ],
)
def test_a_long_outage_is_said(world: World, where: str, calls: int, words: str) -> None:
    """`calls` is how many there are before the bot gives up: three tries, and two mailboxes at each. Of a write whose
    connection broke off nobody can know whether it was done."""
    zoho = where.startswith("zoho")
    mail = english_mail() if zoho else german_mail()
    if not zoho:
        world.lay(mail)
    ts = world.send(mail, SALES if zoho else "C0ANFRAGEN")
    card = world.card(ts, "I would link it to")
    if not zoho:
        world.looked(ts)
    world.fault(where, "drop_before", times=calls)
    world.press(card, "Link")
    failed = world.card(ts, words)
    assert "Try again" in buttons(failed)
    world.press(failed, "Try again")
    world.card(ts, "Linked by")


def test_a_write_whose_answer_was_lost_is_not_made_twice(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    calls = world.counter("onoffice.emailassignments")
    world.fault("onoffice.emailassignments", "drop_after_commit")
    world.press(card, "Link")
    assert "linked, verified" in shown(world.card(ts, "Linked by"))
    assert world.counter("onoffice.emailassignments") == calls + 1


def test_a_zoho_call_whose_answer_was_lost_leaves_one_copy(world: World) -> None:
    mail = english_mail()
    ts = world.send(mail, SALES)
    card = world.card(ts, "I would link it to")
    world.fault("zoho.associate_email", "drop_after_commit")
    world.press(card, "Link")
    world.card(ts, "Linked by")
    keys = [(one["module"], one["record_id"]) for one in world.zoho_mails(mail.subject)]
    assert len(keys) == len(set(keys))


def test_slack_fails_while_the_card_is_updated(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.fault("slack.chat.update", "status", 500, times=2)
    world.press(card, "Link")
    world.card(ts, "Linked by")


def test_a_card_that_could_not_be_updated_is_shown_by_the_next_press(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.fault("slack.chat.update", "status", 500, times=4)
    world.press(card, "Link")
    wait_for(lambda: len(world.log(mail.message_id)) == 2, "the log")
    wait_for(lambda: "could not be updated" in world.bot.output(), "the last try")
    world.press(card, "Link", BEN)
    world.told(BEN, "<@U0ANNA> was first")
    world.card(ts, "Linked by <@U0ANNA>")


def test_slack_fails_while_the_card_is_posted(world: World) -> None:
    world.fault("slack.chat.postMessage", "drop_after_commit")
    ts = world.send(german_mail())
    world.card(ts, "I would link it to")
    assert len([m for m in world.replies(ts) if m.get("blocks")]) == 1


def test_while_slack_is_away_mails_wait_and_none_is_lost(world: World) -> None:
    """Slack's API is away for longer than the tries at once, while its events still come."""
    world.fault("slack.chat.postMessage", "status", 503, times=9)
    sent = [world.send(german_mail()) for _ in range(2)]
    for ts in sent:
        world.card(ts, "I would link it to")
        assert len([m for m in world.replies(ts) if m.get("blocks")]) == 1
        assert not [m for m in world.replies(ts) if "could not get this mail" in m["text"]]


def test_a_link_that_was_made_but_never_confirmed_is_told_as_uncertain_and_stays_the_bots_own(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.fault("onoffice.emailassignments", "drop_after_commit")
    world.press(card, "Link")
    wait_for(lambda: world.onoffice_link(mail.message_id)[1], "the effect of the call")
    world.fault("onoffice.emailInfo", "status", 500, times=2)
    uncertain = world.card(ts, "Perhaps linked")
    assert buttons(uncertain) == ["Try again"], "before it is known what was linked nothing else makes sense"
    world.press(uncertain, "Try again")
    after = world.card(ts, "Linked by")
    assert "was linked already" not in shown(after)
    world.press(after, "Undo")
    world.card(ts, "Taken back by")
    assert world.onoffice_link(mail.message_id) == ([], None)


def test_a_failed_undo_keeps_who_linked(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link", ANNA)
    linked = world.card(ts, "Linked by <@U0ANNA>")
    world.fault("onoffice.emailassignments", "status", {"errorcode": 174})
    world.press(linked, "Undo", BEN)
    failed = world.card(ts, "<@U0BEN> pressed *Undo*")
    assert "Linked by <@U0ANNA>" in shown(failed)
    assert "still linked" in shown(failed)
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    world.press(failed, "Undo", BEN)
    world.card(ts, "Taken back by <@U0BEN>")


def test_a_vendor_that_is_away_is_said_once_and_once_when_it_is_back(world: World) -> None:
    if world.mode != "socket":
        return
    mails = [german_mail() for _ in range(2)]
    for mail in mails:
        world.lay(mail)
    sent = [world.send(mail) for mail in mails]
    cards = [world.card(ts, "I would link it to") for ts in sent]
    for ts in sent:
        world.looked(ts)
    world.fault("onoffice", "status", 503, times=10_000)

    def said(words: str) -> list[str]:
        return [m["text"] for m in world.state("messages")["messages"] if m["bot_id"] and words in (m["text"] or "")]

    before = len(said("answers again"))
    try:
        for card in cards:
            world.press(card, "Link")
        for ts in sent:
            world.card(ts, "Try again")
        wait_for(lambda: said("has not answered since"), "words that onOffice is away")
    finally:
        world.control.request("DELETE", "/_control/faults")
    wait_for(lambda: len(said("answers again")) > before, "words that onOffice is back")
    assert (len(said("has not answered since")), len(said("answers again"))) == (0, before + 1), (
        "said once, in one place"
    )
    for ts in sent:
        world.press(world.card(ts, "Try again"), "Try again")
    for ts, mail in zip(sent, mails, strict=True):
        world.card(ts, "Linked by")
        assert world.onoffice_link(mail.message_id) == ([601], 2649)
