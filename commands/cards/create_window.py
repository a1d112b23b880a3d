"""The window in which a new record is filled in, with who is there already above it; and what it brings back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.creation import About, Hit, Sheet
from bot.crm import Draft, FormField, Input, Part, Reason
from bot.language import Words
from bot.records import Category, RecordRef, detail
from commands.cards.parts import Block, asks, context, marked_up, plain, section
from commands.cards.parts import icon as icon_of
from commands.ids import CREATE_KIND, CREATE_USE, CREATE_VIEW, CREATE_WHO
from commands.mrkdwn import escape, link, shorten

PART_PREFIX = "new.part."
MORE_PREFIX = "new.more."
ALSO = "new.also"
ABOUT = "new.about"
COMPANY = "new.company"
KIND = "new.kind"
WHO = "new.who"
MOST_OPTIONS = 100
MOST_CHECKS = 10
OPTION_TEXT = 75
OPTION_VALUE = 150
LONGEST = 3000
MOST_KNOWN = 60
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a submitted window holds."""

    proposal: str
    vendor: str
    draft: Draft
    known: tuple[str, ...]
    hits: tuple[str, ...]
    shares: bool
    also: tuple[str, ...]
    about: str
    creation: str
    attempt: int
    who: str
    seen: int


def looking_window(say: Words, message: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """The window while the vendor is asked. `message` is already in words."""
    return {
        "type": "modal",
        "callback_id": CREATE_VIEW,
        "title": plain(say("create.title"), 24),
        "close": plain(say("window.cancel"), 24),
        "private_metadata": json.dumps(about, ensure_ascii=False),
        "blocks": [section(message)],
    }


def about_of(sheet: Sheet) -> dict[str, Any]:
    """What the window carries; it is sealed when it is shown."""
    carried = {
        "vendor": sheet.vendor,
        "kind": sheet.draft.kind,
        "category": str(sheet.draft.category),
        "region": sheet.draft.region,
        "creation": sheet.creation,
        "attempt": sheet.attempt,
        "known": [text.partition("|")[2] for text in sheet.known[:MOST_KNOWN]],
        "hits": [str(hit.record.ref) for hit in sheet.hits],
        "shares": any(Reason.EMAIL in hit.reasons for hit in sheet.hits),
        "demanded": [one.name for one in sheet.form.fields if one.required and one.part is None] if sheet.form else [],
    }
    return {"proposal": sheet.view.id, "seen": sheet.view.attempt, "words": json.dumps(carried, ensure_ascii=False)}


def window(sheet: Sheet, say: Words) -> dict[str, Any]:
    """The form with its values. Where the vendor could not be asked for the form only that is said."""
    vendor = sheet.view.vendors[sheet.vendor]
    blocks: list[Block] = []
    if sheet.message:
        blocks.append(section(say("create.problem", why=escape(say(sheet.message), 600))))
    if sheet.hits:
        blocks.append(section(say("create.there_already", vendor=vendor)))
        blocks += [_hit(hit, sheet, say) for hit in sheet.hits]
        blocks.append({"type": "divider"})
    if len(sheet.people) > 1:
        blocks.append(_people(sheet, say))
    if len(sheet.kinds) > 1:
        blocks.append(_kinds(sheet, say))
    if sheet.form is not None:
        blocks += [_input(one, sheet.draft, say) for one in sheet.form.fields]
        if sheet.companies:
            blocks.append(_companies(sheet, say))
        if sheet.abouts:
            blocks.append(_checks(ABOUT, say("create.interested"), sheet.abouts, sheet.interested))
        if sheet.also:
            ticked = sheet.ticked if sheet.ticked is not None else [str(one.ref) for one in sheet.also]
            blocks.append(_checks(ALSO, say("create.also"), sheet.also, ticked))
        blocks.append(context(say("create.hint", vendor=vendor)))
    made: dict[str, Any] = {
        "type": "modal",
        "callback_id": CREATE_VIEW,
        "title": plain(say("create.title"), 24),
        "close": plain(say("window.cancel"), 24),
        "private_metadata": json.dumps(about_of(sheet), ensure_ascii=False),
        "blocks": blocks or [section(say("create.problem_unknown"))],
    }
    if sheet.form is not None:
        made["submit"] = plain(say("create.anyway" if sheet.hits else "create.submit"), 24)
    return made


def _hit(hit: Hit, sheet: Sheet, say: Words) -> Block:
    record = hit.record
    name = escape(record.name, 80) or say("record.unnamed", id=escape(record.ref.id, 40))
    reasons = say.listed([say(f"duplicate.{reason.replace(' ', '_')}") for reason in hit.reasons])
    text = say(
        "create.hit",
        icon=icon_of(record.category),
        name=link(hit.url, name) if hit.url else name,
        detail=escape(detail(record), 120),
        reasons=reasons,
    )
    also = say("list.comma").join(shorten(one.name, 40) for one in sheet.also[:3])
    ask = asks(
        say("create.use"),
        say("create.use_also", name=shorten(record.name, 60), names=also)
        if also
        else say("create.use_text", name=shorten(record.name, 60)),
        yes=say("create.use_yes"),
        no=say("window.cancel"),
    )
    use = {
        "type": "button",
        "text": plain(say("create.use")),
        "action_id": CREATE_USE,
        "value": str(record.ref),
        "confirm": ask,
    }
    return {"type": "section", "text": marked_up(text), "accessory": use}


def _people(sheet: Sheet, say: Words) -> Block:
    """Whom the mail names and nobody knows: the form is about one of them."""
    options = [_option(name, name) for name in sheet.people if len(name) <= OPTION_VALUE][:MOST_OPTIONS]
    return _chooser(WHO, say("create.who"), CREATE_WHO, options, sheet.who)


def _kinds(sheet: Sheet, say: Words) -> Block:
    options = [_option(say(f"create.kind.{kind.casefold()}"), kind) for kind, _ in sheet.kinds]
    return _chooser(KIND, say("create.kind"), CREATE_KIND, options, sheet.draft.kind)


def _chooser(block_id: str, text: str, action_id: str, options: list[dict[str, Any]], chosen: str) -> Block:
    """A select that changes the form at once."""
    initial = [option for option in options if option["value"] == chosen]
    return {
        "type": "section",
        "block_id": block_id,
        "text": marked_up(text),
        "accessory": {"action_id": action_id, **_select(options, initial)},
    }


def _input(one: FormField, draft: Draft, say: Words) -> Block:
    name = f"{PART_PREFIX}{one.part}" if one.part else f"{MORE_PREFIX}{one.name}"
    label = say(f"part.{one.part}") if one.part else one.label
    value = draft.part(one.part) if one.part else draft.more.get(one.name, "")
    return {
        "type": "input",
        "block_id": name[:255],
        "optional": not one.required,
        "label": plain(shorten(label, 100) or one.name, 100),
        **({"hint": plain(say("create.consent"), 200)} if one.consent else {}),
        "element": {"action_id": name[:255], **_element(one, value, say)},
    }


def _element(one: FormField, value: str | tuple[str, ...], say: Words) -> dict[str, Any]:
    words = value if isinstance(value, str) else "; ".join(value)
    if one.input is Input.YES_NO:
        options = [_option(say("create.yes"), "true"), _option(say("create.no"), "false")]
        return _select(options, [o for o in options if o["value"] == words.casefold()])
    if one.options and len(one.options) <= MOST_OPTIONS and all(len(o.value) <= OPTION_VALUE for o in one.options):
        options = [_option(o.label or o.value, o.value) for o in one.options]
        chosen = [value] if isinstance(value, str) else list(value)
        meant = [known.value for word in chosen if word and (known := one.option(word))]
        initial = [option for option in options if option["value"] in meant]
        return _select(options, initial, several=one.input is Input.CHOICES)
    if one.input is Input.DATE:
        date = words[:10]
        return {"type": "datepicker", **({"initial_date": date} if len(date) == len("2026-01-31") else {})}
    longest = min(one.longest or LONGEST, LONGEST)
    typed: dict[str, Any] = {"type": "plain_text_input", "max_length": longest}
    if one.input is Input.EMAIL:
        typed = {"type": "email_text_input"}
    if one.input is Input.LONG_TEXT:
        typed["multiline"] = True
    if shown := shorten(words, longest):
        typed["initial_value"] = shown
    return typed


def _select(options: list[dict[str, Any]], initial: list[dict[str, Any]], *, several: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "multi_static_select" if several else "static_select", "options": options}
    if initial:
        made |= {"initial_options": initial} if several else {"initial_option": initial[0]}
    return made


def _companies(sheet: Sheet, say: Words) -> Block:
    options = [_option(record.name, str(record.ref)) for record in sheet.companies]
    options.append(_option(say("create.no_company"), NOTHING))
    chosen = [o for o in options if sheet.draft.company_ref and o["value"] == str(sheet.draft.company_ref)]
    return {
        "type": "input",
        "block_id": COMPANY,
        "optional": True,
        "label": plain(say("create.company"), 100),
        "element": {"action_id": COMPANY, **_select(options, chosen or options[:1])},
    }


def _checks(name: str, label: str, records: Sequence[About], ticked: Sequence[str]) -> Block:
    shown = [one for one in records if len(str(one.ref)) <= OPTION_VALUE][:MOST_CHECKS]
    options = [_option(f"{icon_of(one.category)} {one.name or one.ref.id}", str(one.ref)) for one in shown]
    element: dict[str, Any] = {"type": "checkboxes", "action_id": name, "options": options}
    if initial := [option for option in options if option["value"] in ticked]:
        element["initial_options"] = initial
    return {"type": "input", "block_id": name, "optional": True, "label": plain(label, 100), "element": element}


def _option(text: str, value: str) -> dict[str, Any]:
    return {"text": plain(shorten(text, OPTION_TEXT) or value, OPTION_TEXT), "value": value[:OPTION_VALUE]}


def filled(view: Mapping[str, Any], about: Mapping[str, Any]) -> Filled:
    """What a person filled in, from Slack's `view.state.values`; `about` is what the window carries."""
    carried = json.loads(about["words"])
    states = dict(_states(view["state"]["values"]))
    parts = {part.value: str(_first(states.get(f"{PART_PREFIX}{part}"))) for part in Part}
    more = {
        name.removeprefix(MORE_PREFIX): value
        for name, state in states.items()
        if name.startswith(MORE_PREFIX) and (value := _value(state))
    }
    company = str(_first(states.get(COMPANY)))
    vendor = str(carried["vendor"])
    ticked = _value(states.get(ABOUT))
    also = _value(states.get(ALSO))
    draft = Draft(
        category=Category(carried["category"]),
        kind=str(carried["kind"]),
        region=str(carried["region"]),
        more=more,
        company_ref=RecordRef.parse(company) if company not in ("", NOTHING) else None,
        **parts,
    )
    return Filled(
        proposal=str(about["proposal"]),
        vendor=vendor,
        draft=draft.tidied(),
        known=tuple(f"{vendor}|{text}" for text in carried["known"]),
        hits=tuple(carried["hits"]),
        shares=bool(carried["shares"]),
        also=tuple(also) if isinstance(also, tuple) else (),
        about=ticked[0] if isinstance(ticked, tuple) and ticked else "",
        creation=str(carried["creation"]),
        attempt=int(carried["attempt"]),
        who=str(_first(states.get(WHO))),
        seen=int(about["seen"]),
    )


def _states(values: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for block_id, actions in values.items():
        for state in actions.values():
            yield block_id, state


def _value(state: Mapping[str, Any] | None) -> str | tuple[str, ...]:
    if state is None:
        return ""
    if "selected_options" in state:
        return tuple(str(option["value"]) for option in state["selected_options"] or ())
    if "selected_option" in state:
        return str((state["selected_option"] or {}).get("value") or "")
    return str(state.get("selected_date") or state.get("value") or "").strip()


def _first(state: Mapping[str, Any] | None) -> str:
    found = _value(state)
    return found if isinstance(found, str) else next(iter(found), "")
