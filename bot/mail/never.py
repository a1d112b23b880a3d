"""The list of what is never linked without being asked about alone: addresses, domains and words.

How words are read. Case, accents and "ue" for "ü" do not count. An entry is a whole word, with its endings ("Gehälter",
"vertraulichen"). One with a capital letter is a German noun: it is found in compounds, too, at their beginning or
end ("Kündigungsschreiben", "Jahresgehalt"), where the mail writes the word with a capital as well; so "Gehalt" is not
"gehalten". "Ankündigung" is no "Kündigung". Entries of fewer than five letters are found in no compound: "AU" and
"Lohn" are whole words. An asterisk stands for any letters: "Lohn*". Of several words each must stand in its place.
A hit costs one press, a miss an indiscretion: all that the mail says counts, quoted mails and names of files included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.mail.model import Mail, Participant
from bot.mail.words import fold

WORD = re.compile(r"[^\W_]+")
ENTRY_WORD = re.compile(r"\*?[^\W_]+\*?")
ADDRESS = re.compile(r"[^\s<>@\"'(),;:]+@[^\s<>@\"'(),;:]+\.[^\W\d_]{2,}")
DOMAIN = re.compile(r"@?[^\s@.]+(\.[^\s@.]+)*\.[^\W\d_]{2,}")
# Endings of nouns and adjectives. Those of the first kind also where an entry is a noun and the mail writes it small.
ALWAYS = ("", "s", "es")
ENDINGS = (*ALWAYS, "e", "en", "n", "er", "ern", "em", "ens")
# What stands between the parts of a compound.
JOINTS = ("", "s", "es", "n", "en", "er")
SHORTEST_IN_COMPOUND = 5
SHORTEST_WITH_ENDINGS = 3
SHORTEST_PART = 3
# Before a noun these make another noun of it: Ankündigung, Modernisierungsankündigung, Verkündigung.
PREFIX = re.compile(r"(?:^|[snr])an|(?:^|s)ver")
# A mail of many thousand pages is not read to its end for this.
MOST_LETTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of an entry, folded; `noun`: it is written with a capital; `before` and `behind`: any letters may be."""

    letters: str
    noun: bool
    before: bool = False
    behind: bool = False

    def is_in(self, word: str) -> bool:
        """Whether a word of the mail is this one."""
        letters = _folded(word)
        if self.before or self.behind:
            return _open(self.letters, letters, before=self.before, behind=self.behind)
        big = word[0].isupper() or not self.noun
        if letters == self.letters:
            return True
        if len(self.letters) < SHORTEST_WITH_ENDINGS:
            return False
        if _ends(self.letters, letters, ENDINGS if big else ALWAYS):
            return True
        return self.noun and big and len(self.letters) >= SHORTEST_IN_COMPOUND and self._is_part_of(letters)

    def _is_part_of(self, compound: str) -> bool:
        if compound.startswith(self.letters):
            rest = compound.removeprefix(self.letters)
            return any(rest.startswith(joint) and len(rest) - len(joint) >= SHORTEST_PART for joint in JOINTS)
        at = compound.rfind(self.letters)
        if at < SHORTEST_PART or not _ends(self.letters, compound[at:], ENDINGS):
            return False
        return not any(found.end() == at for found in PREFIX.finditer(compound[:at]))


def _open(letters: str, word: str, *, before: bool, behind: bool) -> bool:
    if before and behind:
        return letters in word
    return word.endswith(letters) if before else word.startswith(letters)


def _ends(letters: str, word: str, endings: Sequence[str]) -> bool:
    """Whether a word is these letters with an ending. Of an English word in -y the plural is one in -ies."""
    if letters.endswith("y") and word == f"{letters[:-1]}ies":
        return True
    return word.startswith(letters) and word.removeprefix(letters) in endings


def _folded(word: str) -> str:
    """As words are compared: ä, ae and a are the same, as in Gehalt, Gehälter, Gehaelter."""
    folded = fold(word)
    for long, short in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ß", "ss")):
        folded = folded.replace(long, short)
    return folded


class NeverList:
    """Made of entries as people write them into the setting."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._addresses: dict[str, str] = {}
        self._domains: dict[str, str] = {}
        self._words: list[tuple[tuple[_Word, ...], str]] = []
        for entry in filter(None, (one.strip() for one in entries)):
            if ADDRESS.fullmatch(entry):
                self._addresses[entry.casefold()] = entry
            elif DOMAIN.fullmatch(entry):
                self._domains[entry.casefold().removeprefix("@").removeprefix("*.")] = entry
            elif words := tuple(_entry_word(word) for word in ENTRY_WORD.findall(entry)):
                self._words.append((words, entry))

    def __bool__(self) -> bool:
        return bool(self._addresses or self._domains or self._words)

    def hit(self, mail: Mail) -> str:
        """The first entry that a mail hits, as it stands in the setting; empty where it hits none."""
        if not self:
            return ""
        text = "\n".join(_said(mail))[:MOST_LETTERS]
        found = (self._address(one) for one in (*_addresses(mail), *ADDRESS.findall(text)))
        return next(filter(None, found), "") or self._word(text)

    def _address(self, address: str) -> str:
        folded = address.casefold().strip(".")
        if known := self._addresses.get(folded):
            return known
        labels = folded.rpartition("@")[2].split(".")
        domains = (".".join(labels[start:]) for start in range(len(labels) - 1))
        return next((self._domains[one] for one in domains if one in self._domains), "")

    def _word(self, text: str) -> str:
        # Looked up word by word once: mails repeat themselves.
        words = WORD.findall(text)
        different = set(words)
        for entry, shown in self._words:
            fits = [{word for word in different if part.is_in(word)} for part in entry]
            if not all(fits):
                continue
            for start in range(len(words) - len(entry) + 1):
                if all(words[start + place] in wanted for place, wanted in enumerate(fits)):
                    return shown
        return ""


def _entry_word(text: str) -> _Word:
    letters = text.strip("*")
    return _Word(_folded(letters), letters[0].isupper(), text.startswith("*"), text.endswith("*"))


def _people(mail: Mail) -> Iterator[Participant]:
    yield from filter(None, (mail.sender, mail.written_by))
    yield from (*mail.reply_to, *mail.to, *mail.cc, *mail.bcc)


def _addresses(mail: Mail) -> Iterator[str]:
    for one in (mail, *mail.chain):
        yield from (person.address for person in _people(one) if person.address)


def _said(mail: Mail) -> Iterator[str]:
    """All that people can read of a mail; not who forwarded it: that is one of us."""
    for one in (mail, *mail.chain):
        yield one.subject
        yield one.text
        yield from (attachment.filename for attachment in one.attachments)
        yield from (person.name for person in _people(one) if person.name)
    if mail.forward is not None:
        yield mail.forward.subject
        yield mail.forward.note
