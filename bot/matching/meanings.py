"""What a word of a mail may mean: the vocabulary words it may stand for, each at a cost in bits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.matching.normal import scripts
from bot.matching.tables import COMMON, STREET_ABBREVIATIONS, STREET_WORDS, nicknames
from bot.matching.vocabulary import Vocabulary

NICK_BITS = 1.5
REAL_WORD_BITS = 3.0  # a "slip" that happens to spell another known word is rarely one
_MOST = 100_000  # remembered words

# What a vocabulary word is, as bits: known at all, on nearly every page, a number, one that may lead to a record on its
# own, one that ends like a street.
KNOWN, COMMON_WORD, NUMBER, ALONE, STREET = 1, 2, 4, 8, 16
KIND_BITS = 5
_STREETS = tuple(STREET_WORDS)

Meaning = tuple[tuple[str, float], ...]
_NOTHING: Meaning = ()


class Meanings:
    """Word → vocabulary words it may stand for. Mails repeat their words, so answers are kept until words are added."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, Meaning] = {"": _NOTHING}
        self._size = vocabulary.complete
        self.facts = Facts(vocabulary)

    def learn(self, words: Iterable[str]) -> Mapping[str, Meaning]:
        """The meanings of these words (and of others): those not met before are worked out all in one go."""
        size = self._vocabulary.complete
        known = self._known
        if size != self._size or len(known) > _MOST:  # a new dict: other threads go on reading the old one
            known = {"": _NOTHING}
            self._known, self._size = known, size
        new = set(words).difference(known)
        if new:
            misspelt = self._vocabulary.similar(word for word in new if word not in COMMON)
            for word in new:
                # A name spelt with letters of another script that look alike is not that name.
                alike = {
                    other: cost for other, cost in misspelt.get(word, {}).items() if scripts(other) == scripts(word)
                }
                known[word] = self._meanings(word, alike)
        return known

    def _meanings(self, word: str, misspelt: Mapping[str, float]) -> Meaning:
        ids, nicks = self._vocabulary.ids, nicknames()
        found: dict[str, float] = {}
        real = word in ids or word in nicks
        if word in ids:
            found[word] = 0.0
        for other in nicks.get(word, ()):
            if other in ids:
                found.setdefault(other, NICK_BITS)
        for other, cost in misspelt.items():
            price = cost + REAL_WORD_BITS if real else cost
            found[other] = min(price, found.get(other, price))
            if not real:
                for full in nicks.get(other, ()):
                    if full in ids and full not in found:
                        found[full] = price + NICK_BITS
        if len(word) == 1 and word.isalpha():
            found["~" + word] = 0.0
        if word in STREET_ABBREVIATIONS:
            found[STREET_ABBREVIATIONS[word]] = 0.0
        return tuple(found.items())


class Facts(dict[str, int]):
    """Vocabulary word → its number, and as the lowest bits what it is. Neither ever changes, so what one mail asked
    another need not work out; a word that the vocabulary does not have (0) is not kept, for it may come."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ids = vocabulary.ids

    def __missing__(self, word: str) -> int:
        number = self._ids.get(word)
        if number is None:
            return 0
        common, letters = word in COMMON, word.isalpha()
        kind = KNOWN | COMMON_WORD * common | NUMBER * word[0].isdigit() | ALONE * (letters and not common)
        if len(self) >= _MOST:
            self.clear()
        fact = self[word] = number << KIND_BITS | kind | STREET * word.endswith(_STREETS)
        return fact
