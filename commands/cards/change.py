"""The modal in which a person chooses the records: a searchable select per vendor and category."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from bot.crm import Outcome
from bot.language import Words
from bot.proposals import DONE
from bot.records import Category, Record, RecordRef, detail
from bot.surface import FileView, LinkedView, ProposalView
from commands.cards.create import create_in_window
from commands.cards.parts import Block, context, labels, mail_line, plain, section, size_words
from commands.ids import CHANGE_VIEW, FILES, KEEP_PREFIX, PICK_PREFIX, keep_action, pick_action
from commands.mrkdwn import escape, shorten

OPTION_TEXT = 75
OPTION_VALUE = 150
MOST_OPTIONS = 100
MOST_NAMES = 20
MOST_NAMED = 4
MOST_WORDS = 500  # private_metadata holds 3,000 characters; an emoji counts as two, a quotation mark is escaped
ORDER = (Category.PERSON, Category.COMPANY, Category.PROPERTY, Category.DEAL, Category.OTHER)


def options(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Options of a select; a record whose reference is too long for Slack is left out."""
    listed = []
    for record in records:
        value = str(record.ref)
        if len(value) > OPTION_VALUE:
            continue
        option: dict[str, Any] = {
            "text": plain(shorten(record.name, OPTION_TEXT) or record.ref.id, OPTION_TEXT),
            "value": value,
        }
        if words := shorten(detail(record), OPTION_TEXT):
            option["description"] = plain(words, OPTION_TEXT)
        listed.append(option)
    return listed[:MOST_OPTIONS]


def modal(
    view: ProposalView,
    say: Words,
    chosen: Collection[Record],
    *,
    words: str = "",
    named: Collection[Record] = (),
    linked: Mapping[str, Sequence[LinkedView] | None] | None = None,
    looking: Collection[str] = (),
) -> dict[str, Any]:
    """The modal with `chosen` already in its selects. `words` are those of `/link`: what they name is offered first,
    and `named` are the records that they name surely.

    `linked` is what the mail is linked to now, per vendor where a person may take it off (None: that could not be
    told); `looking` are the vendors that are still being asked.
    """
    blocks: list[Block] = [section(mail_line(view, say))]
    if words:
        blocks.append(context(_about_words(words, named, say)))
    shown = {vendor: now for vendor, now in (linked or {}).items() if now}
    listed = {one.ref for now in shown.values() for one in now}
    told = {vendor for vendor, now in shown.items() if not any(one.own for one in now)}
    unknown = [vendor for vendor, now in (linked or {}).items() if now is None]
    if standing := [
        escape(o.name, 80)
        for o in view.outcomes
        if o.outcome in DONE and o.ref not in listed and o.ref.vendor not in told
    ]:
        blocks.append(context(say("window.standing", names=say("list.comma").join(standing[:MOST_NAMES]))))
    if noted := [escape(o.name, 80) for o in view.outcomes if o.noted or o.outcome == Outcome.NOTED]:
        blocks.append(context(say("window.noted", names=say("list.comma").join(noted[:MOST_NAMES]))))
    limits = view.limits or {}
    for vendor in view.vendors:
        for category in ORDER:
            if (vendor, category) in limits:
                mine = [c for c in chosen if c.ref.vendor == vendor and c.category == category]
                blocks.append(_select(view, say, vendor, category, chosen=mine))
        if vendor in shown:
            blocks.append(_kept(view, say, vendor, shown[vendor]))
            single = [say(f"window.one_only.{c}") for c in ORDER if limits.get((vendor, c), None) == 1]
            if single:
                slots = say.listed(single, "list.or")
                blocks.append(context(say("window.one_only", vendor=labels(view, say, [vendor]), slot=slots)))
        if vendor in unknown:
            blocks.append(context(say("window.look_failed", vendor=view.vendors[vendor])))
        if vendor in looking:
            blocks.append(context(say("window.looking", vendors=labels(view, say, [vendor]))))
    if view.files and view.carriers:
        blocks.append(_files(view, say))
    blocks += create_in_window(view, say)
    if final := [vendor for vendor in view.vendors if vendor not in view.undoable]:
        blocks.append(context(say("undo.not_all", vendors=labels(view, say, final))))
    return {
        "type": "modal",
        "callback_id": CHANGE_VIEW,
        "title": plain(say("window.title"), 24),
        "submit": plain(say("window.link"), 24),
        "close": plain(say("window.cancel"), 24),
        "private_metadata": json.dumps(
            {"proposal": view.id, "seen": view.attempt, "words": shorten(words, MOST_WORDS)}, ensure_ascii=False
        ),
        "blocks": blocks,
    }


def _about_words(words: str, named: Collection[Record], say: Words) -> str:
    """What the words of `/link` found. Nothing of it is chosen: who presses by habit links nothing."""
    names = [escape(record.name, 60) or escape(record.ref.id, 60) for record in list(named)[:MOST_NAMED]]
    if not names:
        return say("window.unsure", words=escape(words, 100))
    return say("window.searched", words=escape(words, 100), names=say.listed(names))


def message_modal(text: str, say: Words) -> dict[str, Any]:
    """What the modal turns into when it has only something to say."""
    return {
        "type": "modal",
        "title": plain(say("window.done_title"), 24),
        "close": plain(say("window.done_close"), 24),
        "blocks": [section(text)],
    }


def picks(values: dict[str, dict[str, Any]]) -> list[RecordRef]:
    """The records chosen in a submitted modal, from Slack's `view.state.values`."""
    refs = []
    for block_id, actions in values.items():
        if not block_id.startswith(f"{PICK_PREFIX}."):
            continue
        for state in actions.values():
            one = state.get("selected_option")
            refs += [
                RecordRef.parse(option["value"]) for option in state.get("selected_options") or ([one] if one else [])
            ]
    return list(dict.fromkeys(refs))


def removals(view: Mapping[str, Any]) -> list[RecordRef]:
    """The records that a person took out of what is linked now, from a submitted modal."""
    gone = []
    for block in view["blocks"]:
        name = str(block.get("block_id") or "")
        if name.startswith(f"{KEEP_PREFIX}."):
            state = view["state"]["values"].get(name, {}).get(name)
            if state is None:
                continue  # nothing is said of it, so nothing goes
            kept = {option["value"] for option in state.get("selected_options") or ()}
            gone += [option["value"] for option in block["element"]["options"] if option["value"] not in kept]
    return [RecordRef.parse(value) for value in gone]


def still_linked(view: Mapping[str, Any]) -> list[RecordRef]:
    """What a submitted modal showed as linked now, all of it."""
    blocks = [b for b in view["blocks"] if str(b.get("block_id") or "").startswith(f"{KEEP_PREFIX}.")]
    return [RecordRef.parse(option["value"]) for block in blocks for option in block["element"]["options"]]


def attachments(values: Mapping[str, Mapping[str, Any]]) -> list[int] | None:
    """The numbers of the attachments that shall go along, from Slack's `view.state.values`; None where the modal did
    not ask."""
    state = values.get(FILES, {}).get(FILES)
    return None if state is None else [int(option["value"]) for option in state.get("selected_options") or ()]


def first_select(view: dict[str, Any]) -> str:
    """The block_id of the modal's first select, where an error is shown."""
    return next(str(b["block_id"]) for b in view["blocks"] if str(b.get("block_id", "")).startswith(f"{PICK_PREFIX}."))


def _select(view: ProposalView, say: Words, vendor: str, category: Category, *, chosen: list[Record]) -> Block:
    most = (view.limits or {})[vendor, category]
    name = pick_action(vendor, category)
    slot = say(f"slot.{category}.one" if most == 1 else f"slot.{category}.many")
    element: dict[str, Any] = {
        "type": "external_select" if most == 1 else "multi_external_select",
        "action_id": name,
        "placeholder": plain(say("window.placeholder"), 150),
        # At once, before a key is pressed, the matches are offered.
        "min_query_length": 0,
    }
    initial = options(chosen)
    if most == 1:
        if initial:
            element["initial_option"] = initial[0]
    else:
        if initial:
            element["initial_options"] = initial if most is None else initial[:most]
        if most is not None:
            element["max_selected_items"] = most
    return {
        "type": "input",
        "block_id": name,
        "optional": True,
        "label": plain(shorten(say("window.label", slot=slot, vendor=view.vendors[vendor]), 100), 100),
        "element": element,
    }


def _kept(view: ProposalView, say: Words, vendor: str, now: Sequence[LinkedView]) -> Block:
    """What the mail is linked to now, all of it chosen: what is taken out will no longer be linked."""
    listed = [
        {
            "text": plain(shorten(one.name, OPTION_TEXT) or say("record.unnamed", id=one.ref.id), OPTION_TEXT),
            "value": str(one.ref),
        }
        for one in now
        if len(str(one.ref)) <= OPTION_VALUE
    ][:MOST_OPTIONS]
    name = keep_action(vendor)
    message = "window.kept_own" if any(one.own for one in now) else "window.kept"
    return _static(name, say(message, vendor=view.vendors[vendor]), listed, listed)


def _files(view: ProposalView, say: Words) -> Block:
    offered = [(_file_option(file, say), file.goes) for file in view.files[:MOST_OPTIONS]]
    label = say("window.files", vendors=labels(view, say, view.carriers))
    return _static(FILES, label, [option for option, _ in offered], [option for option, goes in offered if goes])


def _file_option(file: FileView, say: Words) -> dict[str, Any]:
    size = size_words(file.size, say)
    name = shorten(file.name, OPTION_TEXT - len(size) - 3)
    return {"text": plain(say("files.option", name=name, size=size), OPTION_TEXT), "value": str(file.number)}


def _static(name: str, label: str, offered: list[dict[str, Any]], initial: list[dict[str, Any]]) -> Block:
    element: dict[str, Any] = {"type": "multi_static_select", "action_id": name, "options": offered}
    if initial:
        element["initial_options"] = initial
    return {
        "type": "input",
        "block_id": name,
        "optional": True,
        "label": plain(shorten(label, 100), 100),
        "element": element,
    }
