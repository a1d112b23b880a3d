"""What the card says of a mail beside its headers, kept sealed: its kind, what was not found, and the attachments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.mail import Attachment, Mail


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as people see it. `number` is its place among the mail's attachments; `size` is in bytes."""

    number: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Contents:
    """`not_found` are words of the mail that look like a person or a property and match nothing. `kind` is the mail's
    (`bot.mail.Kind`), and `about` who it is about where that is not its sender. `never` is the entry of the never-link
    list that it hits."""

    not_found: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    kind: str = ""
    about: str = ""
    never: str = ""

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Contents:
        """The inverse of `dump`; of an empty text nothing."""
        if not text:
            return cls()
        kept = json.loads(text)
        files = tuple(File(**file) for file in kept["files"])
        return cls(tuple(kept["not_found"]), files, kept.get("kind", ""), kept.get("about", ""), kept.get("never", ""))


def files_of(mail: Mail) -> tuple[File, ...]:
    """The attachments that people know of; pictures inside the text belong to it."""
    return tuple(
        File(number, one.filename, _size(one)) for number, one in enumerate(mail.attachments) if not one.inline
    )


def going_along(files: Sequence[File], chosen: Sequence[int] | None, most: int) -> list[File]:
    """The files that a vendor gets which takes `most` bytes in all: those that a person chose; without a choice all or,
    where they are too large together, none."""
    wanted = [file for file in files if chosen is None or file.number in chosen]
    return wanted if sum(file.size for file in wanted) <= most else []


def _size(attachment: Attachment) -> int:
    return attachment.size or len(attachment.content or b"")
