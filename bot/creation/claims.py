"""Who is to be created, as one value: two creations with the same claim are not under way at once."""

from __future__ import annotations

import hashlib
import json

from bot.crm import Draft, same_number, same_words


def claim_of(team: str, vendor: str, draft: Draft) -> str:
    """A hash of the e-mail address, or without one of the name and the numbers; spelling and spaces do not count."""
    tidy = draft.tidied()
    numbers = sorted({key for one in (tidy.phone, tidy.mobile) if (key := same_number(one, tidy.region))})
    name = [same_words(tidy.given_name), same_words(tidy.family_name), same_words(tidy.company)]
    who = [tidy.email.casefold()] if tidy.email else [*name, *numbers]
    told = json.dumps([team, vendor, str(tidy.category), *who], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
