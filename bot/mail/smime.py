"""What is inside a mail that was signed as a whole (S/MIME, `smime.p7m`): the way to the content in its BER.

The signature is not checked: it says who signed, and the mail is read whoever did. RFC 5652, ITU-T X.690.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.language import Sentence, SpokenError, sentence

ENCRYPTED = sentence("reading.encrypted")
UNREADABLE = sentence("reading.in_smime")
_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))  # encrypted, both kinds
_SEQUENCE, _IDENTIFIER, _FIRST, _BYTES = 0x30, 0x06, 0xA0, 0x04
_CONSTRUCTED = 0x20
_DEEPEST = 12
_MOST_ELEMENTS = 50_000


class UnreadableContent(SpokenError):  # noqa: N818 - the name says what happened
    """`message` says why there is no content."""

    def __init__(self, message: Sentence = UNREADABLE) -> None:
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    start: int
    end: int
    behind: int  # where the next element begins


class _Ber:
    """The elements of a structure; counts them, for a structure may be made to be expensive."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._left = _MOST_ELEMENTS

    def element(self, at: int, depth: int = 0) -> _Element:
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST or at + 2 > len(self.raw):
            raise UnreadableContent
        tag, size, start = self.raw[at], self.raw[at + 1], at + 2
        if tag & 0x1F == 0x1F:
            raise UnreadableContent
        if size == 0x80:  # as long as it takes: two zeros end it
            inner = start
            while self.raw[inner : inner + 2] != b"\0\0":
                inner = self.element(inner, depth + 1).behind
            return _Element(tag, start, inner, inner + 2)
        if size > 0x80:
            many = size & 0x7F
            size, start = int.from_bytes(self.raw[start : start + many], "big"), start + many
        if start + size > len(self.raw):
            raise UnreadableContent
        return _Element(tag, start, start + size, start + size)

    def inside(self, one: _Element) -> Iterator[_Element]:
        at = one.start
        while at < one.end:
            found = self.element(at)
            yield found
            at = found.behind

    def first(self, one: _Element, tag: int) -> _Element:
        found = next((inner for inner in self.inside(one) if inner.tag == tag), None)
        if found is None:
            raise UnreadableContent
        return found

    def bytes_of(self, one: _Element, depth: int = 0) -> bytes:
        if not one.tag & _CONSTRUCTED:
            return self.raw[one.start : one.end]
        if depth > _DEEPEST:
            raise UnreadableContent
        return b"".join(self.bytes_of(inner, depth + 1) for inner in self.inside(one))


def signed_content(raw: bytes) -> bytes:
    """The MIME part that was signed; raises `UnreadableContent` where it is encrypted, missing or damaged."""
    ber = _Ber(raw)
    outer = ber.element(0)
    kind = ber.bytes_of(ber.first(outer, _IDENTIFIER))
    if kind in _ENVELOPED:
        raise UnreadableContent(ENCRYPTED)
    if kind != _SIGNED:
        raise UnreadableContent
    signed = ber.first(ber.first(outer, _FIRST), _SEQUENCE)
    content = ber.first(ber.first(signed, _SEQUENCE), _FIRST)
    return ber.bytes_of(next((one for one in ber.inside(content) if one.tag & 0x1F == _BYTES), content))
