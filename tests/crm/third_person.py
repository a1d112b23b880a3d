"""What a line of `linkbot doctor` may not say: its reader is the person who looks after Linkbot."""

from __future__ import annotations

import re

from bot.crm.port import Check
from tests.saying import english

FOR_OTHERS = re.compile(
    r"\bask the person|who looks after Linkbot|by hand|your (Zoho )?administrator|number \d|\(\w+_\w+\)"
)


def speaks_to_whoever_set_it_up(check: Check, code: str) -> bool:
    """Whether the line says what to do, to the reader, without a code word."""
    said = f"{english(check.detail)} {english(check.remedy)}"
    return bool(check.remedy) and not FOR_OTHERS.search(said) and not re.search(rf"\b{re.escape(code)}\b", said)
