"""From a mail's words to the few records worth weighing."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz.distance import OSA

from bot.matching.aliases import Aliases, Said
from bot.matching.index import Index
from bot.matching.keys import text_keys
from bot.matching.leads import Paired, Spot, distinct, leads
from bot.matching.reading import Reading
from bot.matching.references import reference, references
from bot.matching.signs import Sign
from bot.matching.spellings import more_words
from bot.matching.tables import COMMON, JOINED_STREET_WORDS, ORDINALS, SHORT_STREET_ENDINGS
from bot.matching.vocabulary import EDIT_BITS
from bot.records import RecordRef

KEEP = 60  # records that are weighed for one mail
LEAST = 0.35  # of the bits that it takes to pick one record must speak for it
LETTER_BITS = 3.0  # "12a" where the record has 12
MOST_KIN = 30  # records related to those whose identifiers stand in the mail

NONE = Aliases({})


@dataclass(slots=True)
class Sight:
    """A mail seen through the vocabulary: every vocabulary word that may stand in it, with where."""

    reading: Reading
    seen: dict[str, list[Spot]] = field(default_factory=dict)
    exact: dict[int, list[tuple[str, Sign]]] = field(default_factory=dict)  # row → identifiers found in the mail
    said: dict[int, list[Said]] = field(default_factory=dict)  # row → aliases found in the mail
    thread: set[int] = field(default_factory=set)  # rows that the thread was linked to before
    paired: Paired = field(default_factory=Paired)  # all records that pairs of its words lead to


def look(reading: Reading, index: Index, aliases: Aliases = NONE, thread: Iterable[RecordRef] = ()) -> Sight:
    """See a mail's words through the vocabulary: as written, joined, as nicknames and as misspellings."""
    sight = Sight(reading)
    for said in aliases.said(reading):
        if (row := index.row(said.ref)) is not None:
            sight.said.setdefault(row, []).append(said)
    sight.thread.update(row for ref in thread if (row := index.row(ref)) is not None)
    seen = sight.seen
    joined = _joined(reading, index)
    more = more_words(reading, index.vocabulary.ids)
    meanings = index.meanings.learn([*reading.words, *(entry[0] for entry in joined), *reading.plain.values(), *more])
    for i, meaning in enumerate(map(meanings.__getitem__, reading.words)):
        for other, cost in meaning:
            if other in seen:
                seen[other].append((i, i, cost))
            else:
                seen[other] = [(i, i, cost)]
    for word, first, last, extra in joined:
        for other, cost in meanings[word]:
            seen.setdefault(other, []).append((first, last, cost + extra))
    for word, plain in reading.plain.items():  # Keduel: a slip that looks like the spelling of an umlaut
        for other, cost in meanings[plain]:
            if cost:
                seen.setdefault(other, []).extend((i, i, cost) for i in reading.where(word))
    return sight


_STREETISH = re.compile(r"s.{0,2}t?.?r.?$|tsr$|srt$")


def _joined(reading: Reading, index: Index) -> list[tuple[str, int, int, float]]:
    """Words that the mail divides or abbreviates differently from the record: (word, first, last, extra cost)."""
    words, gaps, source, known = reading.words, reading.gaps, reading.source, index.vocabulary.ids
    found: list[tuple[str, int, int, float]] = []
    for i, (word, following, gap) in enumerate(zip(words, words[1:], gaps[1:], strict=False)):
        if word in COMMON or not word or not following:
            continue
        if gap[:1] == ".":
            if word in ORDINALS and ORDINALS[word] in known and not following[0].isdigit():
                found.append((ORDINALS[word], i, i, 0.0))  # 2. Bickestraße is II. Bickestraße
            found += _abbreviated(reading, i, known)
        if word[0].isdigit():
            if len(following) == 1 and following.isalpha() and word.isdigit() and reading.gap(i) <= 1:
                found.append((word + following, i, i + 1, 0.0))
            elif not word.isdigit() and word[:-1].isdigit():
                found.append((word[:-1], i, i, LETTER_BITS))
            continue
        if following[0].isdigit():
            if len(word) >= 6 and _STREETISH.search(word) and not word.endswith("strase") and word not in known:
                for cut in (2, 3, 4):  # "Sonnensthr. 4": the slip is in the abbreviation
                    if len(word) - cut >= 3 and OSA.distance(word[-cut:], "str") <= 1:
                        found.append((word[:-cut] + "strase", i, i, EDIT_BITS))
            continue
        if len(gap) > 2 or len(word) + len(following) < 5 or source[i] != source[i + 1]:
            continue
        whole = word + following
        if whole in known:
            found.append((whole, i, i + 1, 0.0 if following in JOINED_STREET_WORDS else 1.0))
        elif following == "strase":
            found.append((whole, i, i + 1, 0.0))
        elif following[0] == "s" and 5 <= len(following) <= 7 and OSA.distance(following, "strase") == 1:
            found.append((word + "strase", i, i + 1, EDIT_BITS))
    return found


def _abbreviated(reading: Reading, i: int, known: Container[str]) -> Iterator[tuple[str, int, int, float]]:
    """The street that a word before a full stop shortens: Bachlerg. 3, Karl-Renner-Pl. 5."""
    word, before = reading.words[i], reading.words[i - 1] if i else ""
    for short, kind in SHORT_STREET_ENDINGS.items():
        if word == short and before.isalpha() and reading.between(i - 1) in ("-", " ") and before + kind in known:
            yield before + kind, i - 1, i, 0.0
        elif word.endswith(short) and (whole := word.removesuffix(short) + kind) in known:
            yield whole, i, i, 0.0


def candidates(sight: Sight, index: Index) -> list[int]:
    """The rows of the records worth weighing."""
    _identified(sight, index)
    rows, gains, in_streets, sight.paired = leads(sight.seen, sight.reading, index)
    kin = [*_kin(sight, index), *in_streets]
    best: list[int] = []
    if len(rows):
        unique, inverse = distinct(rows)
        totals = np.bincount(inverse, weights=gains)
        enough = totals >= LEAST * index.population
        unique, totals = unique[enough], totals[enough]
        best = unique[np.argsort(-totals, kind="stable")[:KEEP]].tolist()
    return list(dict.fromkeys([*sight.exact, *sight.said, *sorted(sight.thread), *best, *kin]))


def _identified(sight: Sight, index: Index) -> None:
    asked: list[tuple[str, Sign]] = []
    for sign in sight.reading.signs:
        for key in sign.keys:
            asked.append((key, sign))
            if key.startswith("e:"):
                asked.append(("d:" + key.rpartition("@")[2], sign))
    runs = references(sight.reading, index.reference_lengths)
    keys = [key for key, _ in asked] + [run[0] for run in runs]
    for which, row in index.exact.get(text_keys(keys)):
        if len(sight.exact) < KEEP or row in sight.exact:
            known = (
                asked[which][1]
                if which < len(asked)
                else reference(sight.reading, runs[which - len(asked)], index.vocabulary)
            )
            if known is not None:
                sight.exact.setdefault(row, []).append((keys[which], known))


def _kin(sight: Sight, index: Index) -> list[int]:
    """Rows of what the CRM relates to the identified records: an owner's properties, a contact's company and deals."""
    found: dict[int, None] = {}
    asked: list[str] = []
    for row in {**sight.exact, **sight.said, **dict.fromkeys(sorted(sight.thread))}:
        known = index.store.get(row)
        if known is not None:
            asked.append(f"k:{known[0].ref}")
            for ref in known[0].related[:MOST_KIN]:
                if (kin := index.row(ref)) is not None:
                    found[kin] = None
    for _, row in index.exact.get(text_keys(asked)):
        if len(found) < MOST_KIN:
            found[row] = None
    return list(found)
