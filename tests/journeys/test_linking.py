"""The straight way: a mail, a card, a press, a verified link, a row in the log."""

from __future__ import annotations

from typing import Any

from tests.journeys.world import (
    ANNA,
    BEN,
    SALES,
    World,
    buttons,
    english_mail,
    german_mail,
    shown,
    wait_for,
)


def test_a_german_mail_is_linked_in_onoffice_beside_what_was_linked_before(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[523], estateid=None)

    card = world.card(world.send(mail), "I would link it to")
    words = shown(card)
    assert "Max Mustermann" in words and "Altbauwohnung am Lindenpark" in words
    assert mail.subject in words, "the card says which mail it is"
    assert "Pfefferkuchen" not in words, "and nothing of its body"
    assert "e-mail address “max.mustermann@example.de”" in words
    assert buttons(card) == ["Link", "Change…", "Not now", "Why?"]

    world.press(card, "Link")
    after = world.card(card["thread_ts"], "Linked by <@U0ANNA>")
    assert shown(after).count("linked, verified") == 2
    assert buttons(after) == ["Add…", "Belongs elsewhere…", "Undo"]
    assert world.onoffice_link(mail.message_id) == ([523, 601], 2649)

    rows = world.log(mail.message_id)
    assert {(r.kind, r.record_id, r.outcome, r.verified) for r in rows} == {
        ("address", "601", "linked", True),
        ("estate", "2649", "linked", True),
    }
    assert all(r.before and r.before["addresses"] == [523] and r.linked_by == ANNA for r in rows)


def test_undo_brings_back_what_was_before(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[523], estateid=2651)
    card = world.card(world.send(mail), "I would link it to", "this mail belongs to *NL-2651")
    world.press(card, "Link")
    linked = world.card(card["thread_ts"], "Linked by")
    assert world.onoffice_link(mail.message_id) == ([523, 601], 2649)

    world.press(linked, "Undo", BEN)
    undone = world.card(card["thread_ts"], "Taken back by <@U0BEN>")
    assert world.onoffice_link(mail.message_id) == ([523], 2651)
    assert all(row.undone_by == BEN for row in world.log(mail.message_id))
    assert "Choose…" in buttons(undone)


def test_after_an_undo_the_right_record_can_be_chosen(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    card = world.card(world.send(mail), "I would link it to")
    world.press(card, "Link")
    world.press(world.card(card["thread_ts"], "Linked by"), "Undo")
    again = world.card(card["thread_ts"], "Taken back by")
    world.press(again, "Choose…")
    view = wait_for(lambda: [v for v in world.state("views")["views"] if v["user"] == ANNA], "the modal")[-1]
    world.call("suggest", user=ANNA, action_id="pick.onoffice.person", value="Hausmann")
    world.call("select", user=ANNA, action_id="pick.onoffice.person", values=["onoffice|address|523"])
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    world.card(card["thread_ts"], "Linked by", "Erika Hausmann")
    assert world.onoffice_link(mail.message_id)[0] == [523]


def test_an_english_mail_is_copied_onto_the_zoho_records(world: World) -> None:
    mail = english_mail()
    card = world.card(world.send(mail, SALES, **{"from": "Ben Okafor <ben.okafor@nordlicht.example>"}), "I would link")
    assert "Emily Carter" in shown(card) and "Brightwater - office fit-out" in shown(card)
    assert "Not every link in Zoho CRM can be taken back" in shown(card), "said before the press"

    world.press(card, "Link", BEN)
    after = world.card(card["thread_ts"], "Linked by <@U0BEN>")
    assert "verified" in shown(after) and "could not be verified" not in shown(after)
    assert "no way for me to take back: " in shown(after) and "Emily Carter" in shown(after)
    assert "Undo" in buttons(after), "the deal beside the contact can be taken off again"
    stored = world.zoho_mails(mail.subject)
    assert stored and all(one["original_message_id"] == mail.message_id and one["sent"] is False for one in stored)
    modules = {one["module"] for one in stored} | {
        one["linked_record"]["module"] for one in stored if one["linked_record"]
    }
    assert {"Contacts", "Deals"} <= modules
    assert all(row.verified and row.vendor_ref for row in world.log(mail.message_id))


def test_of_a_zoho_link_the_deal_is_taken_back_and_for_the_rest_a_person_is_told_how(world: World) -> None:
    mail = english_mail()
    ts = world.send(mail, SALES)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.press(world.card(ts, "Linked by"), "Undo")
    after = world.card(ts, "no longer linked", "How to undo")
    assert "Brightwater - office fit-out" in shown(after)
    assert [row.kind for row in world.log(mail.message_id) if row.undone_at] == ["Deals"]
    world.press(after, "How to undo")
    told = world.told(ANNA, "remove it there", "Emily Carter")
    assert "Brightwater - office fit-out" not in told


def test_a_mail_that_an_own_user_wrote_counts_as_sent(world: World) -> None:
    mail = english_mail()
    mail.sender, mail.to = (
        "Ben Okafor <ben.okafor@nordlicht.example>",
        "Emily Carter <emily.carter@brightwater.example>",
    )
    card = world.card(world.send(mail, SALES), "Emily Carter")
    world.press(card, "Link" if "Link" in buttons(card) else "Choose…", BEN)
    if "Link" not in buttons(card):
        world.call("select", user=BEN, action_id="pick.zoho.person", values=[_emily(world)])
        view = world.state("views")["views"][-1]
        world.call("submit", user=BEN, view_id=view["id"])
    world.card(card["thread_ts"], "Linked by")
    assert all(one["sent"] is True for one in world.zoho_mails(mail.subject))


def test_to_a_linked_mail_records_can_be_added(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.press(world.card(ts, "Linked by"), "Add…", BEN)

    def completed() -> dict[str, Any] | None:  # it opens at once, and is completed with what the CRM says
        views = [v for v in world.state("views")["views"] if v["user"] == BEN]
        return next((v for v in views if "Linked already, and staying" in shown(v)), None)

    view = wait_for(completed, "the modal")
    assert "Max Mustermann" in shown(view)
    world.call("suggest", user=BEN, action_id="pick.onoffice.person", value="Hausmann")
    world.call("select", user=BEN, action_id="pick.onoffice.person", values=["onoffice|address|523"])
    assert world.call("submit", user=BEN, view_id=view["id"])["ok"]
    after = world.card(ts, "Linked by <@U0BEN>", "Erika Hausmann")
    assert "Max Mustermann" in shown(after)
    assert world.onoffice_link(mail.message_id) == ([523, 601], 2649)


def test_not_now_links_nothing_and_the_mail_can_be_taken_up_again(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.press(card, "Not now", BEN)
    aside = world.card(ts, "Put aside by <@U0BEN>")
    assert buttons(aside) == ["Take up again"]
    assert world.onoffice_link(mail.message_id) == ([], None)

    world.press(aside, "Take up again", BEN)
    again = world.card(ts, "I would link it to")
    world.told(BEN, "took this mail up again")
    world.press(again, "Not now", BEN)
    world.card(ts, "Put aside by <@U0BEN>")

    world.call("shortcut", user=ANNA, channel=card["channel"], ts=ts, callback_id="link_mail")
    world.card(ts, "I would link it to")
    world.told(ANNA, "took this mail up again")


def test_two_people_with_one_name_are_shown_and_neither_is_chosen(world: World) -> None:
    """The seed mail that two records fit: nothing may be ticked for the person."""
    seeds = world.control.get("/_control/seeds").json()["mails"]
    mail = next(m for m in seeds if m["id"] == "question-mueller")["mail"]
    ts = world.call("mail", **mail)["ts"]
    card = world.card(ts, "Not sure, so not chosen")
    people = [line for line in shown(card).splitlines() if "Müller" in line and "👤" in line]
    assert len(people) >= 2
    assert not any("*" in line for line in people), "chosen records stand in bold"
    assert "*Which Müller?*" in shown(card)

    # One press chooses and shows, for everybody; a second links. Who pressed on another choice links nothing.
    first, second = [label for label in buttons(card) if "Müller" in label][:2]
    world.press(card, first)
    chosen = world.card(ts, "I would link it to", f"*{first.split(',')[0]}*")
    assert "Link" in buttons(chosen) and second not in buttons(chosen)
    assert world.onoffice_link(str(mail.get("message_id"))) == ([], None)
    world.press(chosen, "Why?", BEN)
    world.told(BEN, "Why?")
    world.press(chosen, "Link")
    world.card(ts, "Linked by <@U0ANNA>", first.split(",")[0], "verified")


def test_a_mail_that_belongs_to_nobody_says_so(world: World) -> None:
    seeds = world.control.get("/_control/seeds").json()["mails"]
    mail = next(m for m in seeds if m["id"] == "newsletter-unknown")["mail"]
    card = world.card(world.call("mail", **mail)["ts"], "Choose…")
    assert "Link" not in buttons(card)


def _emily(world: World) -> str:
    contacts = world.state("zoho")["zoho"]["records"]["Contacts"]
    return next(f"zoho|Contacts|{c['id']}" for c in contacts if c.get("Email") == "emily.carter@brightwater.example")
