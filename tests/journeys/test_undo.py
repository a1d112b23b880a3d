"""Taking back: what was linked and what was taken off, and what stays to be done beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.journeys.modes import over_the_socket
from tests.journeys.test_choices import element, names, window
from tests.journeys.world import ANNA, BEN, SALES, Mail, World, buttons, english_mail, german_mail, shown

pytestmark = over_the_socket


def mail_about_both() -> Mail:
    """Max Mustermann and Lindenstraße 12 are in onOffice, Emily Carter is in Zoho."""
    mail = german_mail()
    mail.text += "\nIn Kopie: Emily Carter, emily.carter@brightwater.example\n"
    return mail


def line(message: dict[str, Any], name: str) -> str:
    """What a card says of a record."""
    return next(words for words in shown(message).splitlines() if name in words and "–" in words)


def test_what_failed_at_one_crm_can_be_tried_again_after_the_other_was_undone(world: World) -> None:
    mail = mail_about_both()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "Max Mustermann", "Emily Carter")
    world.fault("zoho.associate_email", "status", {"status": 401, "code": "OAUTH_SCOPE_MISMATCH"})
    world.press(card, "Link")
    partly = world.card(ts, "Linked in part")
    world.press(partly, "Undo", BEN)
    undone = world.card(ts, "Taken back by <@U0BEN>")
    assert "still not linked" in shown(undone)
    assert "no longer linked" in line(undone, "Max Mustermann")
    assert "not linked" in line(undone, "Emily Carter")
    assert buttons(undone) == ["Try again", "Change…", "Not now"]
    assert world.onoffice_link(mail.message_id) == ([], None)

    world.press(undone, "Try again")
    after = world.card(ts, "Linked by")
    assert "linked, verified" in line(after, "Emily Carter")
    assert world.onoffice_link(mail.message_id) == ([], None), "what was taken back stays so"
    assert {(row.vendor, bool(row.undone_at)) for row in world.log(mail.message_id)} == {
        ("onoffice", True), ("zoho", False)
    }  # fmt: skip


def take_off(
    world: World, card: dict[str, Any], *kept: str, press: str = "Change…", person: list[str] | None = None
) -> None:
    """Open the window and keep only what is named of what is linked now."""
    world.press(card, press)
    view = window(world, ANNA, "keep.onoffice")
    world.call("select", user=ANNA, action_id="keep.onoffice", values=list(kept))
    if person is not None:
        world.call("select", user=ANNA, action_id="pick.onoffice.person", values=person)
        world.call("select", user=ANNA, action_id="pick.onoffice.property", values=[])
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]


def confirmation(card: dict[str, Any], text: str) -> str:
    """What Slack asks before a button of a card is pressed."""
    elements = [e for b in card["blocks"] if b["type"] == "actions" for e in b["elements"]]
    return str(next(e for e in elements if e["text"]["text"] == text)["confirm"]["text"]["text"])


def test_what_a_person_took_off_comes_back(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[523], estateid=2650)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to", "belongs to *NL-2650")
    take_off(world, card, person=[])
    off = world.card(ts, "Taken off by <@U0ANNA>")
    assert world.onoffice_link(mail.message_id) == ([], None)
    assert "Linked again: " in confirmation(off, "Undo") and "Erika Hausmann" in confirmation(off, "Undo")

    world.call("onoffice/link", messageid=mail.message_id, addressIds=[602], estateid=None)
    world.press(off, "Undo", BEN)
    back = world.card(ts, "Taken back by <@U0BEN>", "linked again, verified")
    assert world.onoffice_link(mail.message_id) == ([523, 602], 2650), "what a colleague linked since stays"
    assert {(row.outcome, row.undone_by) for row in world.log(mail.message_id)} == {("unlinked", BEN)}
    assert "Undo" not in buttons(back) and "Link" in buttons(back)


def test_the_bots_own_link_that_was_taken_off_comes_back(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    take_off(world, world.card(ts, "Linked by"), "onoffice|estate|2649", press="Add…")
    off = world.card(ts, "no longer linked")
    assert world.onoffice_link(mail.message_id) == ([], 2649)
    assert "Linked again: " in confirmation(off, "Undo")
    world.press(off, "Undo", BEN)
    back = world.card(ts, "linked again, verified", "<@U0BEN> pressed *Undo*")
    assert "Linked by <@U0ANNA>" in shown(back)
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    assert sorted(row.record_id for row in world.log(mail.message_id) if row.undone_at is None) == ["2649", "601"]


def test_the_property_that_gives_way_is_named_before_the_press_and_comes_back(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[], estateid=2651)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to", "In onOffice this mail belongs to *NL-2651")
    assert "*Link* replaces it with *Altbauwohnung am Lindenpark*" in shown(card)
    world.press(card, "Link")
    linked = world.card(ts, "Linked by")
    assert "no longer linked" in line(linked, "Reihenhaus nahe Park Sanssouci")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    assert "Linked again: Reihenhaus nahe Park Sanssouci" in confirmation(linked, "Undo")
    world.press(linked, "Undo")
    world.card(ts, "Taken back by")
    assert world.onoffice_link(mail.message_id) == ([], 2651)


def test_a_property_that_somebody_set_behind_the_card_is_not_replaced_without_asking(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.looked(ts)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[], estateid=2651)
    world.press(card, "Link")
    partly = world.card(ts, "Linked in part", "Press *Replace the property*")
    assert "linked, verified" in line(partly, "Max Mustermann")
    assert "belongs to the property Reihenhaus nahe Park Sanssouci (NL-2651)" in shown(partly)
    assert world.onoffice_link(mail.message_id) == ([601], 2651)

    world.press(partly, "Replace the property", BEN)
    # A second click, if the button is still there.
    world.call("press", user=BEN, channel=partly["channel"], ts=partly["ts"], text="Replace the property")
    done = world.card(ts, "Linked by <@U0BEN>")
    assert "no longer linked" in line(done, "Reihenhaus")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    assert [row.record_id for row in world.log(mail.message_id) if row.outcome == "unlinked"] == ["2651"]


def test_a_dry_run_names_the_property_that_is_in_the_way(world: World, tmp_path: Path) -> None:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[], estateid=2651)
    file = tmp_path / "Anfrage.eml"
    file.write_text(mail.raw(), "utf-8")
    said = world.linkbot("link", str(file), "--dry-run")
    assert "in the way: onoffice|estate|2651" in said
    assert '"estateid": 2651' in said, "without the card nothing is replaced"
    assert world.onoffice_link(mail.message_id) == ([], 2651)


def test_the_window_says_that_another_property_gives_way(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[], estateid=2651)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to", "belongs to"), "Change…")
    view = window(world, ANNA, "keep.onoffice")
    assert names(element(view, "keep.onoffice")["options"]) == ["Reihenhaus nahe Park Sanssouci"]
    assert "takes the place of another that is linked now" in shown(view)
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    world.card(ts, "Linked by")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)


def test_a_mail_that_is_written_down_is_not_said_to_be_linked_in_part(world: World) -> None:
    mail = german_mail()
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.press(world.card(ts, "none of the mailboxes"), "Write an activity instead")
    noted = world.card(ts, "Written down as an activity by")
    world.press(noted, "Add…", BEN)
    view = window(world, BEN, "pick.onoffice.person")
    assert "Written down as an activity already: " in shown(view)
    assert not element(view, "pick.onoffice.person").get("initial_options"), "they are no new ones"
    assert not element(view, "pick.onoffice.property").get("initial_option")
    world.call("suggest", user=BEN, action_id="pick.onoffice.person", value="Hausmann")
    world.call("select", user=BEN, action_id="pick.onoffice.person", values=["onoffice|address|523"])
    assert world.call("submit", user=BEN, view_id=view["id"])["ok"]
    failed = world.card(ts, "Written down as an activity, but not everything could be done")
    assert "Linked in part" not in shown(failed)
    assert "not linked" in line(failed, "Erika Hausmann")
    assert "written down as an activity, verified" in line(failed, "Max Mustermann")
    assert buttons(failed)[:2] == ["Try again", "Change…"]


def test_a_deal_in_zoho_is_taken_off_by_choice_and_comes_back(world: World) -> None:
    mail = english_mail()
    ts = world.send(mail, SALES)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.press(world.card(ts, "Linked by"), "Add…")
    view = window(world, ANNA, "keep.zoho")
    assert names(element(view, "keep.zoho")["options"]) == ["Brightwater - office fit-out"]
    staying = next(words for words in shown(view).splitlines() if "Linked already, and staying" in words)
    assert "Emily Carter" in staying and "fit-out" not in staying, "the copy at the contact cannot be taken off"
    world.call("select", user=ANNA, action_id="keep.zoho", values=[])
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    off = world.card(ts, "no longer linked")
    assert not any(one["linked_record"] for one in world.zoho_mails(mail.subject))
    assert "linked, verified" in line(off, "Emily Carter")
    assert confirmation(off, "Undo").startswith("Linked again: Brightwater - office fit-out.")

    world.press(off, "Undo", BEN)
    back = world.card(ts, "linked again, verified", "<@U0BEN> pressed *Undo*")
    assert "Linked by <@U0ANNA>" in shown(back)
    (beside,) = [one["linked_record"] for one in world.zoho_mails(mail.subject) if one["linked_record"]]
    assert beside["module"] == "Deals"
    assert [row.kind for row in world.log(mail.message_id) if row.undone_at is None].count("Deals") == 1
