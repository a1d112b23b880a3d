"""Every way in: the shortcut, pasted text, an uploaded file, `/link`, the modal."""

from __future__ import annotations

import base64
from typing import Any

from tests.journeys.world import ANFRAGEN, ANNA, BEN, BUERO, World, buttons, german_mail, shown, wait_for


def modal(world: World, user: str = ANNA, filled: bool = False) -> dict[str, Any]:
    """The window that is open; with `filled` once what it first showed has given way to what it is for."""

    def windows() -> list[dict[str, Any]]:
        views = [v for v in world.state("views")["views"] if v["user"] == user]
        return [v for v in views if v.get("submit") or not filled]

    return wait_for(windows, "a modal")[-1]


def chosen(view: dict[str, Any]) -> set[str]:
    """The records that are in a modal's selects when it opens."""
    values: set[str] = set()
    for block in view["blocks"]:
        element = block.get("element") or {}
        one = element.get("initial_option")
        values |= {o["value"] for o in element.get("initial_options", []) + ([one] if one else [])}
    return values


def test_the_shortcut_on_pasted_text(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    shown_date = mail.sent.strftime("%d.%m.%Y %H:%M")
    pasted = f"Von: {mail.sender}\nGesendet: {shown_date}\nAn: {mail.to}\nBetreff: {mail.subject}\n\n{mail.text}"
    ts = world.call("message", user=ANNA, channel=ANFRAGEN, text=pasted)["ts"]
    assert not world.replies(ts), "nobody asked yet"
    world.call("shortcut", user=ANNA, channel=ANFRAGEN, ts=ts, callback_id="link_mail")
    card = world.card(ts, "Max Mustermann")
    world.press(card, "Link")
    world.card(ts, "Linked by")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


def test_an_uploaded_eml_file(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    file = {"name": "Anfrage.eml", "content_base64": base64.b64encode(mail.raw().encode()).decode()}
    ts = world.call("message", user=ANNA, channel=ANFRAGEN, text="siehe Anhang", files=[file])["ts"]
    card = world.card(ts, "Max Mustermann")
    world.press(card, "Link")
    world.card(ts, "Linked by")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


def test_a_mail_forwarded_as_an_attachment(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    content = base64.b64encode(mail.raw().encode()).decode()
    attached = [{"filename": "Anfrage.eml", "mimetype": "message/rfc822", "content_base64": content}]
    ts = world.send(mail, text="Siehe Anhang.", in_reply_to=None, attachments=attached)
    card = world.card(ts, "I would link it to", "from Max Mustermann")
    world.press(card, "Link")
    world.card(ts, "Linked by")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


def test_a_mail_without_plain_text_is_read_from_its_html(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    body = mail.forward()["text"].replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>\n")
    ts = world.send(mail, text="", html=f"<html><body><div>{body}</div></body></html>")
    assert "Max Mustermann" in shown(world.card(ts, "I would link it to"))


def test_the_shortcut_where_the_bot_may_not_write(world: World) -> None:
    mail = german_mail()
    ts = world.send(mail, BUERO)
    world.call("shortcut", user=BEN, channel=BUERO, ts=ts, callback_id="link_mail")
    world.told(BEN, "/invite")
    assert not world.replies(ts)
    world.call("invite", channel=BUERO)
    world.call("shortcut", user=BEN, channel=BUERO, ts=ts, callback_id="link_mail")
    world.card(ts, "Max Mustermann")


def test_the_shortcut_on_a_message_without_a_mail(world: World) -> None:
    ts = world.call("message", user=ANNA, channel=ANFRAGEN, text="Wer hat heute Schlüsseldienst?")["ts"]
    world.call("shortcut", user=ANNA, channel=ANFRAGEN, ts=ts, callback_id="link_mail")
    world.told(ANNA, "There is no mail in this message")
    assert not world.replies(ts)


def test_the_shortcut_on_a_mail_that_has_its_card(world: World) -> None:
    mail = german_mail()
    ts = world.send(mail)
    world.card(ts, "Max Mustermann")
    world.call("shortcut", user=BEN, channel=ANFRAGEN, ts=ts, callback_id="link_mail")
    world.told(BEN, "This mail is here already", "see the card")
    assert len([m for m in world.replies(ts) if m.get("blocks")]) == 1


def test_link_alone_asks_which_of_the_open_mails_is_meant(world: World) -> None:
    mails = [german_mail(), german_mail()]
    cards = []
    for mail in mails:
        world.lay(mail)
        cards.append(world.send(mail))
        world.card(cards[-1], "I would link it to")
    mail, ts = mails[0], cards[0]
    assert world.call("command", user=ANNA, channel=ANFRAGEN, text="")["ok"]
    world.told(ANNA, "Which one is it?")
    listed = world.state("ephemerals")["ephemerals"][-1]
    assert mails[1].subject in listed["blocks"][1]["text"]["text"], "the newest first"
    row = next(block for block in listed["blocks"] if mail.subject in str(block))
    place = {
        "channel": ANFRAGEN,
        "ts": listed["ts"],
        "action_id": "proposal.change",
        "value": row["accessory"]["value"],
    }
    heard = len(world.state("views")["views"])
    world.call("press", user=BEN, **place)  # it is not his list
    world.call("press", user=ANNA, **place)
    view = modal(world)
    assert len(world.state("views")["views"]) == heard + 1
    assert mail.subject in shown(view)
    assert chosen(view) == {"onoffice|address|601", "onoffice|estate|2649"}
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    world.card(ts, "Linked by <@U0ANNA>")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


def test_link_with_words_searches_for_them(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.card(ts, "I would link it to")
    assert world.call("command", user=ANNA, channel=ANFRAGEN, text="Erika Hausmann, Lindenstr. 12 12345 Berlin")["ok"]
    view = modal(world)
    assert mail.subject in shown(view) and "Erika Hausmann" in shown(view)
    assert chosen(view) == set(), "nothing is linked by habit"
    offered = world.call("suggest", user=ANNA, action_id="pick.onoffice.person", value="")
    assert offered["options"][0]["value"] == "onoffice|address|523", "the words come before the mail"
    world.call("select", user=ANNA, action_id="pick.onoffice.person", values=["onoffice|address|523"])
    world.call("submit", user=ANNA, view_id=view["id"])
    world.card(ts, "Linked by", "Erika Hausmann")
    assert world.onoffice_link(mail.message_id) == ([523], None)
    link = f"https://nordlicht.slack.example/archives/{ANFRAGEN}/p{ts.replace('.', '')}"
    for words, said in (
        ("zuletzt", "Linked last"),
        (link, "This mail"),
        ("undo", "What you linked last"),
        ("status", "The copies of your CRM"),
        ("vergiss Quatsch", "was not learned here"),
        (link.replace(ANFRAGEN, BUERO), "another conversation"),
    ):
        world.call("command", user=ANNA, channel=ANFRAGEN, text=words)
        world.told(ANNA, said)
    listed = next(one for one in reversed(world.state("ephemerals")["ephemerals"]) if "What you linked" in one["text"])
    assert mail.subject in shown(listed) and "Erika Hausmann" in shown(listed)
    world.call("press", user=ANNA, channel=ANFRAGEN, ts=listed["ts"], action_id="proposal.undo")
    wait_for(lambda: world.onoffice_link(mail.message_id) == ([], None), "the undo")


def test_link_help_and_link_without_a_mail(world: World) -> None:
    world.call("command", user=BEN, channel=ANFRAGEN, text="help")
    world.told(BEN, "/link Max Mustermann, Lindenstr. 12", "Nothing is linked until")
    heard = len(world.state("ephemerals")["ephemerals"])
    ts = world.call("message", user=ANNA, channel=ANFRAGEN, text="<@U0LINKBOT> was kannst du?")["ts"]
    wait_for(lambda: len(world.state("ephemerals")["ephemerals"]) > heard, "an answer to who calls the bot")
    answer = world.state("ephemerals")["ephemerals"][-1]
    assert answer["user"] == ANNA and "Nothing is linked until" in answer["text"]
    assert not world.replies(ts), "nobody else is told"
    world.call("command", user=BEN, channel="D0ANNA", text="")
    world.told(BEN, "There is no unlinked mail in this channel")


def test_change_finds_records_as_one_types(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.press(card, "Change…")
    view = modal(world)
    offered = world.call("suggest", user=ANNA, action_id="pick.onoffice.person", value="")
    assert "onoffice|address|601" in {o["value"] for o in offered["options"]}, "at once: who the mail mentions"
    for typed in ("Hausm", "hausmann erika", "Hausmnan"):
        offered = world.call("suggest", user=ANNA, action_id="pick.onoffice.person", value=typed)
        assert "onoffice|address|523" in {o["value"] for o in offered["options"]}, typed
    world.call("select", user=ANNA, action_id="pick.onoffice.person", values=["onoffice|address|523"])
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    after = world.card(ts, "Linked by")
    assert "Erika Hausmann" in shown(after) and "Max Mustermann" not in shown(after).split("\n", 2)[2]
    assert world.onoffice_link(mail.message_id) == ([523], 2649)


def test_an_empty_choice_is_refused_in_the_modal(world: World) -> None:
    ts = world.send(german_mail())
    card = world.card(ts, "I would link it to")
    world.press(card, "Change…", BEN)
    view = modal(world, BEN, filled=True)
    empty = {
        "pick.onoffice.person": {"pick.onoffice.person": {"selected_options": []}},
        "pick.onoffice.property": {"pick.onoffice.property": {"selected_option": None}},
    }
    answer = world.call("submit", user=BEN, view_id=view["id"], values=empty)
    assert "choose at least one" in str(answer)
    assert buttons(world.card(ts, "I would link it to")) == ["Link", "Change…", "Not now", "Why?"]
    world.call("close", user=BEN, view_id=view["id"])
