"""One mail of the demo, played through as a person would, and told in a few lines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.app import Linkbot
from bot.cli.terminal import said
from bot.crm import LinkState
from bot.language import Sentence, sentence
from bot.mail import Mail, MailPlace, from_json
from bot.proposals import DONE, candidate_ref
from bot.records import RecordRef
from bot.surface import ProposalState
from storage.tables import LinkCall

USERS = {"de": "U0ANNA", "en": "U0BEN"}
CARD_SECONDS = 20.0


def say(line: Sentence) -> None:
    sys.stdout.write(said(line) + "\n")
    sys.stdout.flush()


def tell(control: httpx.Client, bot: Linkbot, language: str) -> bool:
    """Send the demo's first mail of this language, press Link, and say what came of it; whether it was verified."""
    seed = next(m for m in control.get("/_control/seeds").json()["mails"] if m["language"] == language)
    mail = seed["mail"]
    say(sentence("story.title", title=seed["title"]))
    say(sentence("story.mail", subject=mail["subject"], sender=mail["from"], channel=mail["to_channel"]))
    arrived = _post(control, "mail", mail)
    card = _wait(lambda: _card(control, arrived["ts"], "proposal.link"))
    if card is None:
        say(sentence("story.no_card"))
        return False
    proposal_id = _button(card, "proposal.link")["value"].split()[0]  # its seal stands behind
    for row, evidence in bot.storage.proposals.candidates(proposal_id):
        reasons = ", ".join(f"{item['field']} “{item['mail'] or item['record']}”" for item in json.loads(evidence))
        record = f"{row.name} ({row.vendor} {row.kind} {row.record_id})"
        message = "story.picked" if row.picked else "story.not_sure"
        say(sentence(message, record=record, probability=row.probability, reasons=reasons))
    kept = bot.storage.proposals.mail(proposal_id)
    user = USERS[language]
    _post(
        control, "press", {"user": user, "channel": arrived["channel"], "ts": card["ts"], "action_id": "proposal.link"}
    )
    say(sentence("story.press", user=user))
    final = _wait(lambda: _ended(bot, proposal_id))
    for call in bot.storage.proposals.calls(proposal_id, 1):
        if call.place:
            place = call.place
            say(sentence("story.found", mailbox=place["identity"], folder=place["folder"], uid=place["uid"]))
        if call.before is not None:
            say(sentence("story.before", records=", ".join(call.before) or sentence("dry_run.nothing")))
        for request in _requests(bot, call, from_json(kept or "")):
            say(sentence("story.call", request=request))
    links = bot.storage.links.of(proposal_id)
    for link in links:
        shown = sentence("story.shown" if link.verified else "story.not_shown")
        reference = sentence("story.reference", number=link.vendor_ref) if link.vendor_ref else ""
        say(sentence("story.answer", outcome=link.outcome, shown=shown, reference=reference))
        logged = f"#{link.id} {link.message_id} → {link.vendor} {link.kind} {link.record_id} “{link.record_name}”"
        moment = f"{link.linked_at:%Y-%m-%d %H:%M:%S}"
        say(sentence("story.log", link=logged, user=link.linked_by, moment=moment))
    good = final == ProposalState.LINKED and bool(links)
    good &= all(link.verified and link.outcome in DONE for link in links)
    say(sentence("story.good") if good else sentence("story.bad", state=str(final)))
    return good


def _requests(bot: Linkbot, call: LinkCall, mail: Mail) -> Iterator[str]:
    """The requests of a call, without what only fills them: signatures and the mail's text."""
    crm = bot.crms[call.vendor]
    refs = [candidate_ref(target) for target in bot.storage.proposals.targets(call.proposal_id, 1, call.vendor)]
    records = [record for ref in refs if (record := bot.directory.get(ref))]
    before = LinkState(frozenset(RecordRef.parse(text) for text in call.before)) if call.before is not None else None
    place = MailPlace(**call.place) if call.place else None
    for request in crm.preview(mail, place, records, before):
        body = request.body
        if "request" in body:
            body = body["request"]["actions"][0]
            body = {body["resourcetype"]: body["parameters"]}
        elif "Emails" in body:
            body = {name: value for name, value in body["Emails"][0].items() if name != "content"}
        yield f"{request.method} {urlsplit(request.url).path} {json.dumps(body, ensure_ascii=False)}"


def _post(control: httpx.Client, name: str, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = control.post(f"/_control/{name}", json=body).raise_for_status().json()
    return answer


def _wait(look: Any) -> Any:
    """What `look` gives as soon as it gives something; None when it takes too long."""
    deadline = time.monotonic() + CARD_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    return None


def _card(control: httpx.Client, thread_ts: str, action_id: str) -> dict[str, Any] | None:
    messages: list[dict[str, Any]] = control.get("/_control/state").json()["messages"]
    for message in messages:
        if message.get("thread_ts") == thread_ts and any(b["action_id"] == action_id for b in _buttons(message)):
            return message
    return None


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [e for block in message.get("blocks") or [] if block["type"] == "actions" for e in block["elements"]]


def _button(message: dict[str, Any], action_id: str) -> dict[str, Any]:
    return next(b for b in _buttons(message) if b["action_id"] == action_id)


def _ended(bot: Linkbot, proposal_id: str) -> str | None:
    proposal = bot.storage.proposals.get(proposal_id)
    ended = (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED)
    return proposal.state if proposal and proposal.state in ended else None
