"""Given name and surname in one word, as addresses and careless forms have them: annamueller@…, JohnSmith."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.matching.vocabulary import Role, Vocabulary

_LEAST = 3  # letters of each of the two
_LONGEST = 40
_DIGITS = "0123456789"


def parted_names(vocabulary: Vocabulary, word: str) -> Iterator[tuple[str, str]]:
    """The given names and surnames of the directory that a word, which is none itself, is put together of, in either
    order; a number behind them is nothing."""
    name = word.rstrip(_DIGITS)
    if name in vocabulary.ids or not name.isalpha() or len(name) > _LONGEST:
        return
    for cut in range(_LEAST, len(name) - _LEAST + 1):
        for given, family in ((name[:cut], name[cut:]), (name[cut:], name[:cut])):
            if vocabulary.has(Role.GIVEN, given) and vocabulary.has(Role.FAMILY, family):
                yield given, family


def given_in(word: str, family: str, given: Sequence[str]) -> str:
    """Which of some given names a word has beside a surname; "" if it has none."""
    name = word.rstrip(_DIGITS)
    return next((one for one in given if name in (one + family, family + one)), "")
