"""What a person wants who typed words behind `/link`: a pure reading of the text, in German and in English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """What `/link` is asked for. SEARCH is all that is nothing else: names, addresses, a CRM link, a number."""

    CHOOSE = "choose"
    SEARCH = "search"
    MESSAGE = "message"
    OPEN = "open"
    PARKED = "parked"
    RECENT = "recent"
    UNDO = "undo"
    ALIASES = "aliases"
    FORGET = "forget"
    STATUS = "status"
    SETTINGS = "settings"
    DIGEST = "digest"
    DIGEST_ON = "digest on"
    DIGEST_OFF = "digest off"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish, and the words that belong to it. Of a MESSAGE: the conversation, the message, and the thread that it
    answers in, as Slack writes them."""

    wish: Wish
    words: str = ""
    channel: str = ""
    ts: str = ""
    thread_ts: str = ""


WORDS = {
    Wish.OPEN: ("open", "offen", "offene", "offene mails", "open mails"),
    Wish.PARKED: ("parked", "later", "geparkt", "später", "spaeter"),
    Wish.RECENT: ("recent", "zuletzt", "letzte", "neueste", "verknüpft", "linked"),
    Wish.UNDO: (
        "undo",
        "undo last",
        "rückgängig",
        "rückgängig machen",
        "rueckgaengig",
        "zurücknehmen",
        "zuruecknehmen",
        "zurück",
    ),
    Wish.ALIASES: ("aliases", "alias", "gelernt", "learned", "learnt"),
    Wish.SETTINGS: ("settings", "setting", "einstellungen", "einstellung"),
    Wish.STATUS: ("status", "zustand"),
    Wish.DIGEST: ("digest", "wochenbericht", "wochenzahlen", "weekly digest"),
    Wish.DIGEST_ON: ("digest on", "wochenbericht an", "wochenbericht ein", "digest an", "digest ein"),
    Wish.DIGEST_OFF: ("digest off", "wochenbericht aus", "digest aus", "digest stop"),
    Wish.HELP: ("help", "hilfe", "?", "??", "/help", "/hilfe", "-h", "--help"),
}
POLITE = re.compile(r"(?:^|(?<=[\s,]))(?:bitte|please)(?=$|[\s,.!])")
ALONE = {word: wish for wish, words in WORDS.items() for word in words}
# The words behind it may be in quotation marks of any kind.
FORGET = re.compile(r"(?:forget|vergiss|vergesse|vergessen)(?:\s+(?P<words>.*))?", re.IGNORECASE | re.DOTALL)
QUOTES = "\"'“”„‚‘’«»›‹ "
# https://docs.slack.dev/reference/methods/chat.getPermalink: p and the moment, without its point
PERMALINK = re.compile(
    r"<?https?://[^\s<>|]*/archives/(?P<channel>[A-Z0-9]+)/p(?P<seconds>\d{10})(?P<micros>\d{6})"
    r"(?:\?(?P<query>[^\s<>|]*))?(?:\|[^>]*)?>?"
)
THREAD = re.compile(r"(?:^|&(?:amp;)?)thread_ts=(\d+\.\d+)")


def understood(text: str) -> Intent:
    """What a text asks for. A word that asks for something does so only where it stands alone: a customer may be called
    “Offen” and have a first name, too."""
    text = " ".join(text.split())
    if not text:
        return Intent(Wish.CHOOSE)
    if found := PERMALINK.fullmatch(text):
        thread = THREAD.search(found["query"] or "")
        ts = f"{found['seconds']}.{found['micros']}"
        return Intent(Wish.MESSAGE, channel=found["channel"], ts=ts, thread_ts=thread[1] if thread else "")
    if wish := ALONE.get(" ".join(POLITE.sub(" ", text.casefold()).split()).strip(".!, ")):
        return Intent(wish)
    if found := FORGET.fullmatch(text):
        return Intent(Wish.FORGET, (found["words"] or "").strip(QUOTES))
    return Intent(Wish.SEARCH, text)
