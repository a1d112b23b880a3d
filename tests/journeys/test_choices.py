"""What people choose beyond Link: links to take off, an activity instead, attachments, several mails in one file."""

from __future__ import annotations

import base64
import mailbox
from email import message_from_string
from pathlib import Path
from typing import Any

from tests.journeys.modes import over_http
from tests.journeys.world import ANFRAGEN, ANNA, BEN, SALES, World, buttons, english_mail, german_mail, shown, wait_for

# What is chosen in a window is the same whichever way Slack reaches the bot.
pytestmark = over_http


def window(world: World, user: str, *blocks: str) -> dict[str, Any]:
    """The open window of a person, as soon as it has these blocks."""

    def look() -> dict[str, Any] | None:
        views = [view for view in world.state("views")["views"] if view["user"] == user]
        return next((v for v in views[::-1] if set(blocks) <= {b.get("block_id") for b in v["blocks"]}), None)

    return wait_for(look, f"a window with {blocks}")


def element(view: dict[str, Any], block_id: str) -> dict[str, Any]:
    return dict(next(block["element"] for block in view["blocks"] if block.get("block_id") == block_id))


def names(options: list[dict[str, Any]]) -> list[str]:
    return [option["text"]["text"] for option in options]


def test_what_others_linked_is_shown_and_taken_off_by_choice(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[523], estateid=2650)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Change…")
    view = window(world, ANNA, "keep.onoffice")
    linked = element(view, "keep.onoffice")
    assert "Erika Hausmann" in names(linked["options"])
    assert linked["initial_options"] == linked["options"], "nothing goes unless a person takes it out"
    world.call("select", user=ANNA, action_id="keep.onoffice", values=[])
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    after = world.card(ts, "Linked by", "Erika Hausmann", "no longer linked")
    assert "verified" in shown(after)
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    rows = {(row.record_id, row.outcome) for row in world.log(mail.message_id)}
    assert rows == {("601", "linked"), ("2649", "linked"), ("523", "unlinked"), ("2650", "unlinked")}


def test_links_stay_where_nobody_takes_them_out(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[523], estateid=None)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Change…")
    view = window(world, ANNA, "keep.onoffice")
    world.call("press", user=ANNA, view_id=view["id"], text="More fields…")
    view = window(world, ANNA, "keep.onoffice", "pick.zoho.deal")
    assert element(view, "keep.onoffice")["initial_options"], "what was there is there still"
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    world.card(ts, "Linked by")
    assert world.onoffice_link(mail.message_id) == ([523, 601], 2649)


def test_one_of_the_bots_links_is_taken_off_and_the_others_stay(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.press(world.card(ts, "Linked by"), "Add…")
    view = window(world, ANNA, "keep.onoffice")
    world.call("select", user=ANNA, action_id="keep.onoffice", values=["onoffice|estate|2649"])
    world.call("submit", user=ANNA, view_id=view["id"])
    world.card(ts, "no longer linked", "Linked by <@U0ANNA>")
    assert world.onoffice_link(mail.message_id) == ([], 2649)
    assert {row.record_id for row in world.log(mail.message_id) if row.undone_at is None} == {"2649"}


def test_a_wrong_link_is_taken_back_and_the_right_one_made_in_one_step(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.press(world.card(ts, "Linked by"), "Belongs elsewhere…")
    view = window(world, ANNA, "wrong.onoffice", "pick.onoffice.person")
    assert "initial_options" not in element(view, "wrong.onoffice"), "of several a person says which"
    world.call("select", user=ANNA, action_id="wrong.onoffice", values=["onoffice|address|601"])
    answer = world.call("submit", user=ANNA, view_id=view["id"])
    assert "Please choose where the mail belongs" in str(answer)
    world.call("suggest", user=ANNA, action_id="pick.onoffice.person", value="Hausmann")
    world.call("select", user=ANNA, action_id="pick.onoffice.person", values=["onoffice|address|523"])
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    world.card(ts, "Linked by", "Erika Hausmann", "no longer linked")
    assert world.onoffice_link(mail.message_id) == ([523], 2649)
    again = world.send(mail, SALES)
    offered = world.card(again, "Not sure, so not chosen")
    unsure = shown(offered).split("Not sure, so not chosen")[1]
    assert "Max Mustermann" in unsure, "what was taken off is shown, and never chosen beforehand"


def test_a_mail_in_no_mailbox_is_written_down_as_an_activity(world: World) -> None:
    mail = german_mail()
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    failed = world.card(ts, "none of the mailboxes")
    assert "Write an activity instead" in buttons(failed)
    world.press(failed, "Write an activity instead", BEN)
    after = world.card(ts, "Written down as an activity by <@U0BEN>", "Max Mustermann", "verified")
    assert "Linked" not in shown(after)
    notes = [row for row in world.state("onoffice")["onoffice"]["agentslog"] if mail.message_id in str(row)]
    assert sorted(note["Adress_nr"] or note["Objekt_nr"] for note in notes) == ["2649", "601"], "once on each"
    assert "Pfefferkuchen" not in str(notes), "the mail's text is not copied"
    assert {row.outcome for row in world.log(mail.message_id)} == {"noted"}


def test_attachments_go_along_to_zoho(world: World) -> None:
    mail = english_mail()
    content = base64.b64encode(b"%PDF-1.4 invented").decode()
    attached = [
        {"filename": name, "mimetype": "application/pdf", "content_base64": content}
        for name in ("Quote.pdf", "Plan.pdf")
    ]
    ts = world.send(mail, SALES, attachments=attached)
    card = world.card(ts, "I would link it to", "Go along to Zoho CRM", "Quote.pdf", "Plan.pdf")
    world.press(card, "Change…")
    view = window(world, ANNA, "files")
    files = element(view, "files")
    assert [name.split(" (")[0] for name in names(files["options"])] == ["Quote.pdf", "Plan.pdf"]
    world.call("select", user=ANNA, action_id="files", values=["1"])
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    world.card(ts, "Linked by")
    (copy, *_) = world.zoho_mails(mail.subject)
    assert copy["attachments"] == ["Plan.pdf"]


def test_several_mails_in_one_file_have_a_card_each(world: World, tmp_path: Path) -> None:
    mails = [german_mail(), german_mail()]
    box = mailbox.mbox(tmp_path / "Anfragen.mbox")
    for mail in mails:
        world.lay(mail)
        box.add(message_from_string(mail.raw()))
    box.flush()
    content = base64.b64encode((tmp_path / "Anfragen.mbox").read_bytes()).decode()
    file = {"name": "Anfragen.mbox", "content_base64": content}
    ts = world.call("message", user=ANNA, channel=ANFRAGEN, text="zwei Mails", files=[file])["ts"]
    cards = [world.card(ts, mail.subject, "I would link it to") for mail in mails]
    assert cards[0]["ts"] != cards[1]["ts"]
    world.press(cards[1], "Link")
    world.card(ts, mails[1].subject, "Linked by")
    assert world.onoffice_link(mails[1].message_id) == ([601], 2649)
    assert world.onoffice_link(mails[0].message_id) == ([], None), "each is decided upon by itself"


def test_what_people_teach_is_known_the_next_time(world: World) -> None:
    farm = f"Hof Wiesengrund{world.mode}"
    first = german_mail()
    first.sender, first.subject = "Karl Unbekannt <karl@unbekannt.example>", f"Frage zum {farm}"
    first.text = f"Guten Tag,\n\nist der {farm} noch zu haben?\n\nKarl Unbekannt\n"
    world.lay(first)
    ts = world.send(first)
    world.card(ts, "Mentioned, but not in", "Karl Unbekannt")
    world.call("command", user=ANNA, channel=ANFRAGEN, text=farm)
    view = window(world, ANNA, "pick.onoffice.property")
    world.call("suggest", user=ANNA, action_id="pick.onoffice.property", value="NL-2650")
    world.call("select", user=ANNA, action_id="pick.onoffice.property", values=["onoffice|estate|2650"])
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    card = world.card(ts, "Linked by", "I learned", farm)
    listed = world.linkbot("alias", "list")
    assert f"“{farm}”" in listed

    def second() -> bool:
        mail = german_mail()
        mail.sender, mail.subject, mail.text = "Neu <neu@neuling.example>", "Termin", f"Wann kann ich den {farm} sehen?"
        answer = world.send(mail)
        card = world.card(answer, "Termin")
        return "as people here taught me" in shown(card)

    wait_for(second, "what was taught")
    world.press(card, "Forget")
    wait_for(lambda: "I learned" not in shown(world.card(ts, "Linked by")), "the card without the lesson")
    assert farm not in world.linkbot("alias", "list")
    number = next(line.split()[0] for line in listed.splitlines() if farm in line)
    assert "There is no alias" in world.linkbot("alias", "forget", number, status=1)


def test_an_answer_in_a_conversation_that_was_linked_points_to_the_same_records(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.card(ts, "Linked by")
    answer = german_mail()
    answer.sender, answer.subject, answer.text = "Büro Vogt <buero@vogt.example>", "Unterlagen", "Anbei wie besprochen."
    raw = answer.raw().replace("Message-ID:", f"In-Reply-To: {mail.message_id}\nMessage-ID:", 1)
    file = {"name": "Antwort.eml", "content_base64": base64.b64encode(raw.encode()).decode()}
    again = world.call("message", user=ANNA, channel=ANFRAGEN, text="", files=[file])["ts"]
    card = world.card(again, "an earlier mail of this conversation is linked to it")
    assert "Max Mustermann" in shown(card)
