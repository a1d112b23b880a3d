"""What a button or a window carries, and the bot is to believe when it comes back, is sealed when it is shown."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from commands.ids import KEEP_PREFIX, WRONG_PREFIX, without_refs

TAG_BYTES = 16
MARK = " #"
BUTTON_VALUE = 2000


class Seals:
    """HMAC-SHA256 with LINKBOT_SECRET_KEY: one secret or several with commas between them, of which the first seals and
    all are believed."""

    def __init__(self, secret: str) -> None:
        parts = [part.strip() for part in secret.split(",") if part.strip()]
        self._keys = [hmac.digest(part.encode(), b"linkbot seals", hashlib.sha256) for part in parts]
        if not self._keys:
            raise ValueError("LINKBOT_SECRET_KEY is not set")

    def tag(self, *parts: str) -> str:
        """The seal of these parts, in this order."""
        return _tag(self._keys[0], parts)

    def fits(self, tag: str, *parts: str) -> bool:
        return any(hmac.compare_digest(_tag(key, parts).encode(), tag.encode()) for key in self._keys)


def _tag(key: bytes, parts: Sequence[str]) -> str:
    # As JSON, so that no two lists of parts read the same.
    made = hmac.digest(key, json.dumps(parts).encode(), hashlib.sha256)[:TAG_BYTES]
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def sealed_blocks(blocks: Iterable[Mapping[str, Any]], seals: Seals, *whose: str) -> list[dict[str, Any]]:
    """A card's blocks, each button's value sealed with its action. `whose`: the conversation and the person that alone
    may press them; for a card that all see they are left out, since its place is looked up."""
    return [_sealed_block(block, seals, whose) for block in blocks]


def _sealed_block(block: Mapping[str, Any], seals: Seals, whose: Sequence[str]) -> dict[str, Any]:
    if "accessory" in block:
        return {**block, "accessory": _sealed_button(block["accessory"], seals, whose)}
    if block["type"] != "actions":
        return dict(block)
    return {**block, "elements": [_sealed_button(one, seals, whose) for one in block["elements"]]}


def _sealed_button(button: Mapping[str, Any], seals: Seals, whose: Sequence[str]) -> dict[str, Any]:
    if "value" not in button:  # a field, in which a person chooses for themselves
        return dict(button)
    value, action = str(button["value"]), str(button["action_id"])
    tag = MARK + seals.tag(action, value, *whose)
    if len(value) + len(tag) > BUTTON_VALUE:  # then without what it would replace: that is asked about again
        value = without_refs(value)
        tag = MARK + seals.tag(action, value, *whose)
    return {**button, "value": value + tag}


def opened_button(action_id: str, value: str, seals: Seals, *whose: str) -> tuple[str, bool]:
    """What a button carries, and whether its seal fits."""
    words, _, tag = value.partition(MARK)
    return words, bool(tag) and seals.fits(tag, action_id, words, *whose)


def sealed_view(view: Mapping[str, Any], seals: Seals, user: str) -> dict[str, Any]:
    """A window for one person: sealed are the proposal, what it was opened with, and what it shows as linked now."""
    about = json.loads(view["private_metadata"])
    about["tag"] = seals.tag(*_window_parts(view, about, user))
    return {**view, "private_metadata": json.dumps(about, ensure_ascii=False)}


def opened_view(view: Mapping[str, Any], seals: Seals, user: str) -> dict[str, Any] | None:
    """What a window carries; None where it was not made for this person, or says something else than it said then."""
    try:
        about = json.loads(view["private_metadata"])
        fits = seals.fits(str(about["tag"]), *_window_parts(view, about, user))
    except (ValueError, KeyError, TypeError):
        return None
    return dict(about) if fits else None


def _window_parts(view: Mapping[str, Any], about: Mapping[str, Any], user: str) -> list[str]:
    shown = [
        str(option["value"])
        for block in view["blocks"]
        if str(block.get("block_id") or "").startswith((f"{KEEP_PREFIX}.", f"{WRONG_PREFIX}."))
        for option in block["element"]["options"]
    ]
    # As JSON, so that a number and its digits are not the same.
    opened_with = json.dumps([about["proposal"], about["seen"], about["words"]])
    return ["window", user, opened_with, *shown]
