"""Matching of mail files: `linkbot match --directory D.jsonl FILE…`, each read and matched as the bot does it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from phonenumbers import SUPPORTED_REGIONS

from bot.cli.terminal import said
from bot.intake import words_of
from bot.language import sentence
from bot.mail import Mail, UnreadableMail, read_file, to_dict
from bot.matching import Match, Matcher
from bot.matching.offline import WrongInputError, found, read_directory


def answers(
    directory: Path, files: Sequence[str], *, staff: Path | None, region: str, limit: int
) -> Iterator[dict[str, Any]]:
    """One answer a file, in order: `{"file", "kind", "customer", "matches"}`; `{"file", "error"}` for what is no mail.

    `directory` is a file of records (JSON Lines), `staff` one with a JSON list of addresses and names of own people,
    `region` the country (two letters) whose national phone numbers the mails use. Raises WrongInputError for a
    directory or staff that are not what they should be, and OSError for what cannot be read.
    """
    if region not in SUPPORTED_REGIONS:
        raise WrongInputError(sentence("input.region", region=region))
    own = _staff(staff) if staff else []
    matcher = Matcher(read_directory(directory), own, region)
    for file in files:
        try:
            mail = read_file(file, Path(file).read_bytes())
        except UnreadableMail as error:
            yield {"file": file, "error": said(error.message)}
        else:
            yield {"file": file, **_about(mail, own), "matches": list(_matches(matcher, mail, own, limit))}


def _about(mail: Mail, staff: Sequence[str]) -> dict[str, Any]:
    told = to_dict(mail, staff)
    return {"kind": told["kind"], "customer": told["customer"]}


def _matches(matcher: Matcher, mail: Mail, staff: Sequence[str], limit: int) -> Iterator[dict[str, Any]]:
    matches: list[Match] = matcher.match(words_of(mail, staff), limit)
    return (found(match) for match in matches)


def _staff(path: Path) -> list[str]:
    try:
        own = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        raise WrongInputError(sentence("input.file_no_json", file=str(path))) from None
    if not isinstance(own, list) or not all(isinstance(entry, str) for entry in own):
        raise WrongInputError(sentence("input.no_staff", file=str(path)))
    return own
