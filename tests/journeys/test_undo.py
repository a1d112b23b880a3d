"""Taking back: what was linked and what was taken off, and what stays to be done beside it."""

from __future__ import annotations

from tests.journeys.world import BEN, Mail, World, buttons, german_mail, shown


def mail_about_both() -> Mail:
    """Max Mustermann and Lindenstraße 12 are in onOffice, Emily Carter is in Zoho."""
    mail = german_mail()
    mail.text += "\nIn Kopie: Emily Carter, emily.carter@brightwater.example\n"
    return mail


def line(message: dict[str, object], name: str) -> str:
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
