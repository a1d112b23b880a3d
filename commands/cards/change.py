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
from commands.cards.parts import Block, button, context, labels, mail_line, plain, section, size_words
from commands.ids import (
    CHANGE_VIEW,
    FILES,
    KEEP_PREFIX,
    LOOKING,
    MORE,
    PICK_PREFIX,
    WRONG_PREFIX,
    keep_action,
    pick_action,
    wrong_action,
)
from commands.mrkdwn import escape, shorten

OPTION_TEXT = 75
OPTION_VALUE = 150
MOST_OPTIONS = 100
FIRST_FIELDS = 4
FINAL = "final"
MOST_BOXES = 10
MOST_NAMES = 20
MOST_NAMED = 4
MOST_WORDS = 500  # private_metadata holds 3,000 characters; an emoji counts as two, a quotation mark is escaped
ORDER = (Category.PERSON, Category.COMPANY, Category.PROPERTY, Category.DEAL, Category.OTHER)
# Which fields come first where the mail says nothing.
MOST_WANTED = (Category.PERSON, Category.PROPERTY, Category.DEAL, Category.COMPANY, Category.OTHER)


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
    refile: bool = False,
    more: bool = False,
) -> dict[str, Any]:
    """The modal with `chosen` already in its selects. `words` are those of `/link`: what they name is offered first,
    and `named` are the records that they name surely.

    `linked` is what the mail is linked to now, per vendor where a person may take it off (None: that could not be
    told); `looking` are the vendors that are still being asked. With `refile` the mail is linked to something wrong:
    what the bot linked is offered to be taken back in the same step. At first there are a few fields; `more` has all.
    """
    blocks: list[Block] = [section(mail_line(view, say))]
    if refile:
        blocks += [*_wrong(view, say), context(say("window.right"))]
    if words:
        blocks.append(context(_about_words(words, named, say)))
    shown = {vendor: now for vendor, now in (linked or {}).items() if now}
    listed = {one.ref for now in shown.values() for one in now}
    told = {vendor for vendor, now in shown.items() if not any(one.own for one in now)}
    unknown = [vendor for vendor, now in (linked or {}).items() if now is None]
    if not refile and (
        standing := [
            escape(o.name, 80)
            for o in view.outcomes
            if o.outcome in DONE and o.ref not in listed and o.ref.vendor not in told
        ]
    ):
        blocks.append(context(say("window.standing", names=say("list.comma").join(standing[:MOST_NAMES]))))
    if noted := [escape(o.name, 80) for o in view.outcomes if o.noted or o.outcome == Outcome.NOTED]:
        blocks.append(context(say("window.noted", names=say("list.comma").join(noted[:MOST_NAMES]))))
    limits = view.limits or {}
    fields = _all_fields(view) if more else first_fields(view, [*chosen, *named])
    for vendor in view.vendors:
        for category in ORDER:
            if (vendor, category) in fields:
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
            blocks.append(
                {
                    **context(say("window.looking", vendors=labels(view, say, [vendor]))),
                    "block_id": f"{LOOKING}.{vendor}",
                }
            )
    if len(fields) < len(_all_fields(view)):
        blocks.append({"type": "actions", "block_id": MORE, "elements": [button(say("button.more"), MORE, view.id)]})
    if view.files and view.carriers:
        blocks.append(_files(view, say))
    blocks += create_in_window(view, say)
    blocks += _final(view, say, {vendor for vendor, _ in fields})
    return {
        "type": "modal",
        "callback_id": CHANGE_VIEW,
        "title": plain(say("window.refile_title" if refile else "window.title"), 24),
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
        if name.startswith(f"{WRONG_PREFIX}."):
            state = view["state"]["values"].get(name, {}).get(name) or {}
            gone += [option["value"] for option in state.get("selected_options") or ()]
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
    prefixes = (f"{KEEP_PREFIX}.", f"{WRONG_PREFIX}.")
    blocks = [b for b in view["blocks"] if str(b.get("block_id") or "").startswith(prefixes)]
    return [RecordRef.parse(option["value"]) for block in blocks for option in block["element"]["options"]]


def wrong_select(view: Mapping[str, Any]) -> str:
    """The block_id of the first select that asks what is wrong; empty where the window does not ask."""
    names = (str(block.get("block_id") or "") for block in view["blocks"])
    return next((name for name in names if name.startswith(f"{WRONG_PREFIX}.")), "")


def first_fields(view: ProposalView, chosen: Collection[Record]) -> list[tuple[str, Category]]:
    """The fields that the window has at first: four at the most (more only where more of them hold something), of the
    CRMs that the mail is about. What is not in doubt comes after what is."""
    found = {(c.ref.vendor, c.category) for c in view.candidates} | {(o.ref.vendor, o.category) for o in view.outcomes}
    filled = {(record.ref.vendor, record.category) for record in chosen}
    sure = {c.ref.vendor for c in view.candidates if c.picked} | {o.ref.vendor for o in view.outcomes}
    about = sure | {vendor for vendor, _ in filled} or set(view.vendors)
    fields = [field for field in _all_fields(view) if field[0] in about]
    wanted = sorted(fields, key=lambda f: (f not in filled, f not in found, MOST_WANTED.index(f[1])))
    shown = wanted[: max(FIRST_FIELDS, len(filled))]
    return [field for field in fields if field in shown]


def _all_fields(view: ProposalView) -> list[tuple[str, Category]]:
    return [(vendor, c) for vendor in view.vendors for c in ORDER if (vendor, c) in (view.limits or {})]


def with_more(window: Mapping[str, Any], view: ProposalView, say: Words) -> dict[str, Any]:
    """An open window, as Slack tells of it, with all fields. What was chosen in the others Slack keeps."""
    there = {str(block.get("block_id") or "") for block in window["blocks"]}
    missing = [f for f in _all_fields(view) if pick_action(*f) not in there]
    added = [_select(view, say, vendor, category, chosen=[]) for vendor, category in missing]
    blocks: list[Block] = []
    for block in window["blocks"]:
        if block.get("block_id") != FINAL:
            blocks += added if block.get("block_id") == MORE else [block]
    blocks += _final(view, say, set(view.vendors))
    kept = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    return {**{name: window[name] for name in kept}, "blocks": blocks}


def _final(view: ProposalView, say: Words, vendors: Collection[str]) -> list[Block]:
    """Which of these vendors take nothing back, or not all."""
    final = [vendor for vendor in view.vendors if vendor in vendors and vendor not in view.undoable]
    return [{**context(say("undo.not_all", vendors=labels(view, say, final))), "block_id": FINAL}] if final else []


def is_looking(window: Mapping[str, Any]) -> bool:
    """Whether an open window still waits to be told what the mail is linked to."""
    return any(str(block.get("block_id") or "").startswith(f"{LOOKING}.") for block in window["blocks"])


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
        "placeholder": plain(say(f"window.placeholder.{category}"), 150),
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


def _wrong(view: ProposalView, say: Words) -> list[Block]:
    """What the bot linked and can take back. One is chosen already; of several a person says which."""
    own = [o for o in view.outcomes if o.can_undo and not o.remove and len(str(o.ref)) <= OPTION_VALUE]
    blocks = []
    for vendor in view.vendors:
        here = [o for o in own if o.ref.vendor == vendor][:MOST_OPTIONS]
        listed = [
            {"text": plain(shorten(o.name, OPTION_TEXT) or o.ref.id, OPTION_TEXT), "value": str(o.ref)} for o in here
        ]
        if listed:
            label = say("window.wrong", vendor=view.vendors[vendor])
            block = _static(wrong_action(vendor), label, listed, listed if len(own) == 1 else [])
            if len(listed) <= MOST_BOXES:  # a tick is one touch, a list two
                block["element"] = {**block["element"], "type": "checkboxes"}
            blocks.append(block)
    return blocks


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
