"""Compressed RTF, as Outlook keeps the text of some mails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.rtf import decompress, rtf_text


def test_rtf_is_unpacked_as_the_specification_shows() -> None:
    packed = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    assert decompress(bytes.fromhex(packed)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    repeated = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"  # MS-OXRTFCP 4.1.2: a piece reads itself
    assert decompress(bytes.fromhex(repeated)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@given(st.binary(max_size=600), st.sampled_from([b"LZFu", b"MELA"]))
def test_any_bytes_may_be_rtf(raw: bytes, kind: bytes) -> None:
    rtf_text(raw)
    rtf_text(bytes(8) + kind + bytes(4) + raw)
    rtf_text(bytes(8) + b"MELA" + bytes(4) + rb"{\rtf1 " + raw)


@pytest.mark.parametrize(
    "part",
    [b"{", b"{\\fonttbl", b"\\f1\\fcharset1 ", b"{\\field{\\*\\fldinst{HYPERLINK ", b"\\u9 ", b"\\'e4", b"\\pict\\bin"],
)
def test_hostile_rtf_is_read(part: bytes) -> None:
    head = bytes(8) + b"MELA" + bytes(4) + b"{\\rtf1 {\\fonttbl "
    rtf_text(head + part * (200_000 // len(part)))  # would not come back if it were much worse than linear
