"""Where people work: group messages, threads, what is edited or deleted, and channels that are archived."""

from __future__ import annotations

from tests.journeys.modes import over_http
from tests.journeys.world import ANFRAGEN, ANNA, BEN, World, german_mail, shown, wait_for

RUNDE, DIRECT = "G0RUNDE", "D0ANNA"
# How Slack reaches the bot makes no difference here.
pytestmark = over_http


def test_a_mail_in_a_group_message(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail, RUNDE)
    world.press(world.card(ts, "I would link it to"), "Link", BEN)
    world.card(ts, "Linked by <@U0BEN>")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


def test_words_to_the_bot_alone_are_answered_with_what_goes_there(world: World) -> None:
    ts = world.call("message", user=ANNA, channel=DIRECT, text="Hallo?")["ts"]
    said = wait_for(
        lambda: [m for m in world.state("messages")["messages"] if m["channel"] == DIRECT and m["ts"] > ts],
        "an answer",
    )
    assert "Paste a mail with its From and Subject lines" in said[-1]["text"]


def test_a_mail_whose_message_is_deleted_is_linked_no_more(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.call("delete", channel=ANFRAGEN, ts=ts)
    gone = world.card(ts, "was deleted")
    assert mail.subject not in shown(gone) and mail.subject not in gone["text"] and "Max" not in shown(gone)
    answer = world.call("press", user=ANNA, channel=ANFRAGEN, ts=card["ts"], text="Link")
    assert not answer["ok"], "there is no button any more"
    assert world.onoffice_link(mail.message_id) == ([], None)
    again = world.send(mail)  # to the right place, or once more
    world.press(world.card(again, "I would link it to"), "Link")
    linked = world.card(again, "Linked by")
    world.call("delete", channel=ANFRAGEN, ts=again)
    world.call("edit", channel=ANFRAGEN, ts=world.send(german_mail()), text="bearbeitet")
    assert shown(world.card(again, "Linked by")) == shown(linked), "what was done stays to be seen, and taken back"


def test_an_edited_message_brings_no_second_card(world: World) -> None:
    mail = german_mail()
    ts = world.send(mail)
    world.card(ts, "I would link it to")
    told = world.counter("slack.events.acknowledged")
    world.call("edit", channel=ANFRAGEN, ts=ts, text="Bitte heute noch!")
    wait_for(lambda: world.counter("slack.events.acknowledged") > told, "the bot to be told")
    other = german_mail()
    world.card(world.send(other), "I would link it to")  # later, and done
    assert len(world.replies(ts)) == 1


def test_who_pressed_is_told_where_an_archived_channel_cannot_show_it(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.call("archive", channel=ANFRAGEN, archived=True)
    try:
        world.press(card, "Link")
        said = wait_for(
            lambda: next(
                (
                    m["text"]
                    for m in world.state("messages")["messages"]
                    if m["channel"] == DIRECT and mail.subject in (m["text"] or "")
                ),
                None,
            ),
            "word of it",
        )
        assert f"Its card in <#{ANFRAGEN}> cannot say so" in said and "I linked the mail" in said
        assert world.onoffice_link(mail.message_id) == ([601], 2649)
        world.call("shortcut", user=ANNA, channel=ANFRAGEN, ts=world.send(german_mail()), callback_id="link_mail")
        world.told(ANNA, "This channel is archived")
    finally:
        world.call("archive", channel=ANFRAGEN, archived=False)
