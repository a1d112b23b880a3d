"""Which reader a file goes to, and files without a mail."""

from __future__ import annotations

import pytest

from bot.mail import IdSource, UnreadableMail, read_all, read_file
from tests.mail.samples import BLOCK, ERIKA, ids, original, outlook_file
from tests.saying import english


def test_files_are_known_by_extension_and_first_bytes() -> None:
    assert read_file("Wohnung.eml", original().as_bytes()).sender == ERIKA
    assert read_file("Wohnung.msg", outlook_file()).sender == ERIKA
    assert read_file("Wohnung.eml", outlook_file()).sender == ERIKA
    assert read_file("Wohnung", original().as_bytes()).sender == ERIKA
    assert read_file("Wohnung.txt", BLOCK.encode()).sender == ERIKA
    assert read_file("Wohnung.txt", original().as_bytes()).message_ids == ids(("<o1@example.de>", IdSource.OWN))


@pytest.mark.parametrize(
    ("name", "raw"),
    [("a.msg", b"text"), ("a.txt", b"no mail in here"), ("a.eml", b" \n"), ("a.eml", b"%PDF-1.7\n%abc"), ("a", b"x")],
)
def test_files_without_a_mail_are_refused_in_a_sentence(name: str, raw: bytes) -> None:
    with pytest.raises(UnreadableMail) as refused:
        read_file(name, raw)
    said = english(refused.value.message)
    assert name in said and said.endswith(".")


@pytest.mark.parametrize("raw", [b"", b"  ", b"garbage"])
def test_a_file_without_mails_has_none_to_list(raw: bytes) -> None:
    with pytest.raises(UnreadableMail):
        read_all("a.eml", raw)
