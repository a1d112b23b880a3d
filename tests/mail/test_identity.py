"""Which mail it is, however it came, and the mail as JSON."""

from __future__ import annotations

import json

import pytest

from bot.language import plain
from bot.mail import Mail, fingerprint, from_json, read_eml, to_json
from tests.mail.samples import BLOCK, forward, original
from tests.saying import english


def test_the_same_mail_has_one_fingerprint_however_it_came() -> None:
    attached = forward("anbei", "Fwd: Wohnung")
    attached.add_attachment(original())
    quoted = forward(In_Reply_To="<o1@example.de>")
    again = forward("Noch einmal, mit anderer Notiz\n\n" + BLOCK, In_Reply_To="<o1@example.de>")
    again.replace_header("Message-ID", "<f9@example.com>")
    prints = {fingerprint(read_eml(one.as_bytes())) for one in (original(), attached, quoted, again)}
    assert len(prints) == 1


def test_without_ids_sender_subject_date_and_text_are_the_fingerprint() -> None:
    one = fingerprint(read_eml(forward().as_bytes()))
    assert one == fingerprint(read_eml(forward("Andere Notiz\n\n" + BLOCK, "Fwd: Wohnung").as_bytes()))
    assert one == fingerprint(
        read_eml(forward("Notiz\n\n" + BLOCK.replace("Guten Tag,\n", "Guten  Tag,\n\n")).as_bytes())
    )
    for other in (BLOCK.replace("09:31", "09:32"), BLOCK.replace("erika@", "otto@"), BLOCK.replace("frei", "da")):
        assert one != fingerprint(read_eml(forward("Notiz\n\n" + other).as_bytes()))


def test_notes_that_an_earlier_version_kept_as_words_are_read() -> None:
    kept = json.loads(to_json(Mail(subject="Anfrage", notes=(plain("x"),))))
    assert from_json(json.dumps(kept)).notes == (plain("x"),)
    kept["notes"] = ["The date of the original mail could not be read."]
    assert [english(note) for note in from_json(json.dumps(kept)).notes] == kept["notes"]


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"sender": 1}', "null"])
def test_json_that_is_no_mail_is_refused(broken: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_json(broken)
