"""Where the settings say who may link, who may undo, and in which channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.test_home import home
from tests.journeys.test_ways_in import modal
from tests.journeys.world import (
    ANFRAGEN,
    ANNA,
    BEN,
    BUERO,
    SALES,
    World,
    buttons,
    english_mail,
    german_mail,
    shown,
    wait_for,
)

CLARA, DORA = "U0CLARA", "U0DORA"
ANNAS_BOX = "anna.berger@nordlicht.example"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Anna and Ben, who are in the user group, and Dora may link; Ben alone may undo; in one channel."""
    folder = tmp_path_factory.mktemp("restricted")
    world = World(
        folder,
        f"sqlite:///{folder}/linkbot.db",
        "socket",
        LINKBOT_MAY_LINK=f"S0MAKLER,{DORA}",
        LINKBOT_MAY_UNDO=BEN,
        LINKBOT_MAY_SET=BEN,
        LINKBOT_CHANNELS=f"{ANFRAGEN},{BUERO}",
        LINKBOT_PRIVATE_CHANNELS=BUERO,
        LINKBOT_NEVER="Kündigung,kanzlei.example",
    )
    world.start()
    yield world
    world.stop()


def test_who_may_link_and_who_may_undo(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.press(card, "Link", CLARA)
    world.told(CLARA, "nur bestimmte Personen Mails verknüpfen")
    assert world.count("target") == 0
    world.press(card, "Link", ANNA)
    card = world.card(ts, "Linked by <@U0ANNA>")
    world.press(card, "Undo", ANNA)
    world.told(ANNA, "Only some people here may take back")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    # Nor through the window, where what is linked can be taken off.
    world.press(card, "Add…", ANNA)
    view = wait_for(
        lambda: [
            v for v in world.state("views")["views"] if any(b.get("block_id") == "keep.onoffice" for b in v["blocks"])
        ],
        "what is linked now",
    )[0]
    kept: dict[str, Any] = {"keep.onoffice": {"keep.onoffice": {"selected_options": []}}}
    answer = world.call("submit", user=ANNA, view_id=view["id"], values=kept)
    assert "may take back" in str(answer["errors"])
    world.call("close", user=ANNA, view_id=view["id"])
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    world.press(card, "Undo", BEN)
    world.card(ts, "Taken back by <@U0BEN>")


def test_who_may_not_link_finds_nothing_either(world: World) -> None:
    ts = world.send(german_mail())
    world.press(world.card(ts, "I would link it to"), "Change…", ANNA)
    view = modal(world)
    asked = {"user": ANNA, "action_id": "pick.onoffice.person", "value": "Hausmann"}
    assert world.call("suggest", **asked)["options"]
    forged = {"user": {"id": CLARA, "team_id": "T0SANDBOX"}}
    assert world.call("suggest", **asked, forged=forged)["options"] == []
    world.call("close", user=ANNA, view_id=view["id"])
    world.call("command", user=CLARA, channel=ANFRAGEN, text="Hausmann")
    world.told(CLARA, "nur bestimmte Personen Mails verknüpfen")


def test_in_other_channels_nothing_is_read_and_a_person_is_told_where(world: World) -> None:
    before = world.count("arrival")
    ts = world.send(german_mail(), SALES)
    world.call("shortcut", user=ANNA, channel=SALES, ts=ts, callback_id="link_mail")
    world.told(ANNA, f"<#{ANFRAGEN}>")
    world.call("command", user=BEN, channel=SALES, text="")
    world.told(BEN, "not used in this channel")
    assert (world.count("arrival"), world.replies(ts)) == (before, [])
    assert buttons(world.card(world.send(german_mail()), "I would link it to"))


def test_in_a_private_channel_the_card_names_nobody_and_each_sees_the_whole_one_alone(world: World) -> None:
    world.call("invite", channel=BUERO)
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail, BUERO)
    card = world.card(ts, "A mail came in", "cards are private")
    world.press(card, "Show", BEN)

    def alone() -> dict[str, Any] | None:
        mine = [
            one for one in world.state("ephemerals")["ephemerals"] if one["user"] == BEN and one["channel"] == BUERO
        ]
        return next((one for one in mine if "Max Mustermann" in shown(one)), None)

    own = wait_for(alone, "the whole card for Ben alone")
    world.call("press", user=BEN, channel=BUERO, ts=own["ts"], action_id="proposal.link")
    linked = world.card(ts, "Linked by <@U0BEN>")
    assert "Mustermann" not in shown(linked) and mail.subject not in shown(linked) + str(linked["text"])
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


def seen(world: World, user: str, *words: str) -> list[dict[str, Any]]:
    """What one person alone sees with these words, the newest first."""
    mine = [one for one in world.state("ephemerals")["ephemerals"] if one["user"] == user]
    return [one for one in reversed(mine) if all(word in shown(one) for word in words)]


def whispered(world: World, user: str, *words: str) -> dict[str, Any]:
    return wait_for(lambda: seen(world, user, *words), f"{words} for {user} alone")[0]


def test_a_mail_of_the_never_link_list_is_for_who_forwarded_it_alone(world: World) -> None:
    mail = german_mail()
    mail.subject = f"Kündigungsschreiben {mail.subject}"
    world.lay(mail)
    before = len(world.state("messages")["messages"])
    ts = world.send(mail)
    asked = whispered(world, ANNA, mail.subject, "because of “Kündigung”", "Show it to me", "Leave it")
    # Somebody else asks for it: they learn who decides, and see nothing of what it is about.
    world.call("shortcut", user=BEN, channel=ANFRAGEN, ts=ts, callback_id="link_mail")
    world.told(BEN, "<@U0ANNA> brought it")
    world.call("command", user=BEN, channel=ANFRAGEN, text="open")
    world.call("command", user=ANNA, channel=ANFRAGEN, text="open")
    whispered(world, ANNA, "Open mails", mail.subject)
    assert not seen(world, BEN, mail.subject)
    assert mail.subject in shown(home(world, ANNA)) and mail.subject not in shown(home(world, BEN))
    world.call("press", user=ANNA, channel=ANFRAGEN, ts=asked["ts"], action_id="held.show")
    card = whispered(world, ANNA, "I would link it to", "Max Mustermann")
    world.call("press", user=ANNA, channel=ANFRAGEN, ts=card["ts"], action_id="proposal.link")
    whispered(world, ANNA, "Linked by <@U0ANNA>")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    world.call("command", user=BEN, channel=ANFRAGEN, text="recent")
    assert not seen(world, BEN, mail.subject)
    assert len(world.state("messages")["messages"]) == before + 1, "only the mail itself, and nothing of the bot's"


def test_who_is_asked_where_the_forwarder_is_unknown_or_elsewhere(world: World) -> None:
    """A mail straight from outside waits for whoever asks for it; who is not in the channel is asked in a message."""
    mail = german_mail()
    mail.sender, mail.subject = "RA Klage <klage@kanzlei.example>", f"Aktenzeichen {mail.subject}"
    straight = {"from": mail.sender, "subject": mail.subject, "message_id": mail.message_id, "text": mail.text}
    ts = world.send(mail, **{**straight, "in_reply_to": ""})
    world.call("shortcut", user=BEN, channel=ANFRAGEN, ts=ts, callback_id="link_mail")
    asked = whispered(world, BEN, mail.subject, "because of “kanzlei.example”")
    world.call("press", user=BEN, channel=ANFRAGEN, ts=asked["ts"], action_id="held.leave")
    whispered(world, BEN, "Left as it is")
    assert mail.subject not in shown(home(world, BEN)) and world.replies(ts) == []

    world.call("person", user=DORA, real_name="Dora Weit", email="dora.weit@nordlicht.example")
    other = german_mail()
    other.subject = f"Kündigung {other.subject}"
    world.lay(other)
    ts = world.send(other, **{"from": "Dora Weit <dora.weit@nordlicht.example>"})
    own = "D0DORA"
    messages = wait_for(
        lambda: [m for m in world.state("messages")["messages"] if m["channel"] == own], "the question for Dora"
    )
    assert other.subject in shown(messages[0]) and buttons(messages[0]) == ["Show it to me", "Leave it"]
    world.press(messages[0], "Show it to me", DORA)
    card = whispered(world, DORA, "I would link it to")
    world.call("press", user=DORA, channel=own, ts=card["ts"], action_id="proposal.link")
    whispered(world, DORA, "Linked by <@U0DORA>")
    assert world.onoffice_link(other.message_id) == ([601], 2649) and world.replies(ts) == []


def test_a_channel_is_tied_to_a_crm_and_a_mailbox_and_has_its_language(world: World) -> None:
    world.call("invite", channel=BUERO)
    world.call("command", user=ANNA, channel=BUERO, text="settings")
    world.told(ANNA, "Only admins of this workspace")

    def settings(said: str, **changes: str) -> None:
        world.call("command", user=BEN, channel=BUERO, text="Einstellungen")
        view = modal(world, BEN)
        assert view["callback_id"] == "channel_settings"
        for name, value in changes.items():
            world.call("select", user=BEN, action_id=name, values=[value])
        world.call("submit", user=BEN, view_id=view["id"])
        world.told(BEN, f"Saved for <#{BUERO}>", said)

    settings("CRM: Zoho CRM. Mailbox: All mailboxes", vendors="zoho", language="de", cards="open")
    mail, english = german_mail(), english_mail()
    card = world.card(world.send(mail, BUERO), "Zoho CRM", "Auswählen …")
    assert "Mustermann" not in "".join(part for part in shown(card).split("\n")[2:4]) and "onOffice" not in shown(card)
    world.card(world.send(english, BUERO), "Ich würde diese Mail verknüpfen mit", "Emily Carter")
    # The search and the window know that CRM alone.
    world.press(card, "Auswählen …", ANNA)
    view = modal(world)
    assert {b["block_id"].split(".")[1] for b in view["blocks"] if b.get("block_id", "").startswith("pick.")} == {
        "zoho"
    }
    world.call("close", user=ANNA, view_id=view["id"])

    settings("CRM: onOffice. Mailbox: anna.berger@nordlicht.example", vendors="onoffice", mailbox=ANNAS_BOX)
    mail = german_mail()
    world.lay(mail)
    card = world.card(world.send(mail, BUERO), "Max Mustermann", "Verknüpfen")
    world.press(card, "Verknüpfen", ANNA)
    failed = world.card(card["thread_ts"], "Nicht verknüpft")
    assert ANNAS_BOX in shown(failed) and "info@nordlicht.example" not in shown(failed)
    settings("Mailbox: info@nordlicht.example", mailbox="info@nordlicht.example")
    world.press(failed, "Noch einmal", ANNA)
    world.card(card["thread_ts"], "Verknüpft von <@U0ANNA>")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
