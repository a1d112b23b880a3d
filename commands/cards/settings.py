"""The window in which somebody sets what counts in a channel, and what is said of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.connections import ChannelChoice
from bot.language import LANGUAGES, Words
from commands.cards.parts import Block, context, plain, section
from commands.ids import SETTINGS_VIEW
from commands.mrkdwn import escape

# In place of a value: as the settings say for all.
AS_FOR_ALL = "*"
OPEN, PRIVATE = "open", "private"
VENDORS, MAILBOX, LANGUAGE, CARDS = "vendors", "mailbox", "language", "cards"
MOST_OPTIONS = 100  # of a select, by Slack
OPTION_VALUE = 150


@dataclass(frozen=True, slots=True)
class Asked:
    """What a channel may be set to, and what was set for it: `vendors` are the connected CRMs with their labels,
    `for_all` language and privacy as they are where nothing is set."""

    vendors: Mapping[str, str]
    mailboxes: Sequence[str]
    for_all: tuple[str, bool]
    chosen: ChannelChoice


def settings_window(channel: str, asked: Asked, say: Words) -> dict[str, Any]:
    """The window; what it is about is sealed by whoever opens it."""
    blocks: list[Block] = [section(say("settings_window.about", channel=f"<#{channel}>"))]
    if len(asked.vendors) > 1:
        options = [_option(label, vendor) for vendor, label in asked.vendors.items()]
        chosen = [one for one in options if one["value"] in asked.chosen.vendors]
        element: Block = {"type": "multi_static_select", "action_id": VENDORS, "options": options}
        hint = say("settings_window.vendors_hint")
        blocks.append(_input(VENDORS, say("settings_window.vendors"), element, chosen, hint=hint))
    boxes = [one for one in dict.fromkeys([asked.chosen.mailbox, *asked.mailboxes]) if one and len(one) <= OPTION_VALUE]
    if boxes:
        options = [_option(one, one) for one in boxes[: MOST_OPTIONS - 1]]
        default = say("settings_window.all_mailboxes")
        blocks.append(_select(MAILBOX, say("settings_window.mailbox"), default, options, asked.chosen.mailbox))
    language, private = asked.for_all
    default = say("settings_window.as_for_all", value=say(f"language.{language}"))
    languages = [_option(say(f"language.{one}"), one) for one in LANGUAGES]
    blocks.append(_select(LANGUAGE, say("settings_window.language"), default, languages, asked.chosen.language))
    default = say(
        "settings_window.as_for_all", value=say("settings_window.private" if private else "settings_window.open")
    )
    cards = [_option(say("settings_window.open"), OPEN), _option(say("settings_window.private"), PRIVATE)]
    chosen_cards = "" if asked.chosen.private is None else PRIVATE if asked.chosen.private else OPEN
    blocks.append(_select(CARDS, say("settings_window.cards"), default, cards, chosen_cards))
    return {
        "type": "modal",
        "callback_id": SETTINGS_VIEW,
        "title": plain(say("settings_window.title"), 24),
        "submit": plain(say("settings_window.save"), 24),
        "close": plain(say("window.cancel"), 24),
        "blocks": [*blocks, context(say("settings_window.open_cards"))],
    }


def given(values: Mapping[str, Mapping[str, Any]]) -> ChannelChoice:
    """What was submitted, from Slack's `view.state.values`."""

    def chosen(name: str) -> str:
        option = (values.get(name, {}).get(name) or {}).get("selected_option") or {}
        value = str(option.get("value") or AS_FOR_ALL)
        return "" if value == AS_FOR_ALL else value

    vendors = (values.get(VENDORS, {}).get(VENDORS) or {}).get("selected_options") or []
    cards = chosen(CARDS)
    return ChannelChoice(
        vendors=tuple(str(one["value"]) for one in vendors),
        mailbox=chosen(MAILBOX),
        language=chosen(LANGUAGE),
        private=None if not cards else cards == PRIVATE,
    )


def saved_words(channel: str, what: Asked, say: Words) -> str:
    """What counts in the channel from now on."""
    vendors = [label for vendor, label in what.vendors.items() if vendor in what.chosen.vendors]
    language, private = what.for_all
    private = private if what.chosen.private is None else what.chosen.private
    return say(
        "settings_window.saved",
        channel=f"<#{channel}>",
        vendors=say.listed(vendors or list(what.vendors.values())),
        mailbox=escape(what.chosen.mailbox) or say("settings_window.all_mailboxes"),
        language=say(f"language.{what.chosen.language or language}"),
        cards=say("settings_window.private" if private else "settings_window.open"),
    )


def _option(text: str, value: str) -> Block:
    return {"text": plain(text), "value": value}


def _select(name: str, label: str, default: str, options: Sequence[Block], chosen: str) -> Block:
    offered = [_option(default, AS_FOR_ALL), *options]
    initial = next((one for one in offered if one["value"] == chosen), offered[0])
    element: Block = {"type": "static_select", "action_id": name, "options": offered, "initial_option": initial}
    return _input(name, label, element)


def _input(name: str, label: str, element: Block, chosen: Sequence[Block] = (), *, hint: str = "") -> Block:
    if chosen:
        element = {**element, "initial_options": list(chosen)}
    block: Block = {
        "type": "input",
        "block_id": name,
        "optional": True,
        "label": plain(label, 150),
        "element": element,
    }
    return {**block, "hint": plain(hint, 150)} if hint else block
