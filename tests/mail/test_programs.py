"""What mail programs write in each language, held-out: the texts do not come from the table of words."""

from __future__ import annotations

import pytest

from bot.mail import unwrap
from tests.mail.programs import BODY, CC, SENDER, SUBJECT, TO, Written, all_written

EVERY = tuple(all_written())
IDS = [f"{one.program}-{one.language}-{number}" for number, one in enumerate(EVERY)]


@pytest.mark.parametrize("written", EVERY, ids=IDS)
def test_every_field_is_read(written: Written) -> None:
    found = unwrap(written.text, f"WG: {SUBJECT}")
    assert found is not None
    assert str(found.sender) == (SENDER.partition(" <")[0] if written.no_address else SENDER)
    assert found.subject == SUBJECT and found.note == "Bitte ablegen" and found.text == BODY
    assert found.date is not None and found.date.strftime("%Y-%m-%d %H:%M") == "2023-04-06 16:17"
    if written.header:
        assert [str(one) for one in found.to] == [TO]
        assert tuple(str(one) for one in found.cc) == CC
    if written.reply_to:
        assert [one.address for one in found.reply_to] == [written.reply_to]


@pytest.mark.parametrize("subject", [None, "Fwd: etwas anderes", "Bitte ablegen"])
def test_the_subject_may_be_unknown_or_edited(subject: str | None) -> None:
    for written in EVERY:
        found = unwrap(written.text, subject) if written.header else None
        if written.header:
            assert found is not None and str(found.sender) == SENDER and found.subject == SUBJECT, written
