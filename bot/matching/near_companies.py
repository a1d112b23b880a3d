"""Companies that a mail may mean though it writes them shorter: without the founder's given name or a trade, or only by
the domain that somebody new writes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.matching.columns import WORD_KEYS, pair_key
from bot.matching.described import Described
from bot.matching.everyday import is_everyday
from bot.matching.index import Index
from bot.matching.mentions import Mention
from bot.matching.spellings import Context, Spellings
from bot.matching.tables import LEGAL_FORMS
from bot.matching.vocabulary import Role
from bot.matching.weigh import Fit, Form
from bot.matching.words import Field
from bot.records import Category

_RARE = 12  # companies: a word of a name leads to all of them
_MOST_ROWS = 10
_MOST_SHOWN = 3
_SHARES = (1.0, 0.8, 0.7, 0.6)
_ABSENT, _MOST_ABSENT = 0.3, 2.5  # bits: of each word that is left out, and of all
_LEAST_PART = 0.2  # of a name's worth is there
_LEAST_LETTERS = 4
_LEAST_PART_LETTERS = 3  # of a domain
_LONG = 8  # letters of a domain that may be the beginning of a name
_OTHER_WORD = 5.0
_MARKED = 2.0  # it stands after "Firma" or has a legal form
_ENOUGH = 0.6
_FAR = 6.0


def leads(index: Index, mention: Mention, seen: Spellings) -> Iterator[tuple[int, float]]:
    """The keys that lead from a mention to companies, each with the bits that speak for them."""
    vocabulary = index.vocabulary
    words = [(word, spot) for word, spot in seen.items() if vocabulary.has(Role.COMPANY, word) and len(word) > 1]
    for i, (word, (first, last, cost)) in enumerate(words):
        worth, number = vocabulary.bits(Role.COMPANY, word) - cost, vocabulary.ids[word]
        rare = mention.sure and vocabulary.having(Role.COMPANY, word) <= _RARE
        if rare and len(word) >= _LEAST_LETTERS and not is_everyday(word):
            yield number | int(WORD_KEYS), worth
        for other, (begin, end, price) in words[i + 1 :]:
            if begin > last or end < first:
                bits = worth + vocabulary.bits(Role.COMPANY, other) - price
                yield pair_key(number, vocabulary.ids[other]), bits


def best(context: Context, mention: Mention, seen: Spellings, gains: Mapping[int, float]) -> list[Fit]:
    """The few companies of those rows that a mention may mean, best first."""
    index = context.index
    rows = sorted(gains, key=lambda row: (-gains[row], row))[:_MOST_ROWS]
    fits = [fit for row in rows if (fit := _fit(index, seen, row)) is not None]
    for fit in fits:  # another trade or another partner: Kestrel Dachbau is not Kestrel Optik
        others = [k for k in mention.head if k not in fit.claims and context.reading.words[k] not in LEGAL_FORMS]
        fit.against += _OTHER_WORD * len(others)
        fit.gain += _MARKED * mention.sure
    fits.sort(key=lambda fit: (-fit.score, fit.record.ref))
    enough = _ENOUGH * index.population
    return [fit for fit in fits if fit.score >= enough and fit.score > fits[0].score - _FAR][:_MOST_SHOWN]


def _fit(index: Index, seen: Spellings, row: int) -> Fit | None:
    found = index.store.get(row)
    if found is None or found[0].category is not Category.COMPANY:
        return None
    record, words = found
    fit = Fit(row, record, words, form=Form.NEAR_COMPANY, weak=True)
    ranked = sorted(words.phrase, key=lambda word: -index.vocabulary.bits(Role.COMPANY, word))
    for rank, word in enumerate(ranked):
        worth = index.vocabulary.bits(Role.COMPANY, word) * _SHARES[min(rank, 3)]
        fit.total += worth
        spot = seen.get(word)
        if spot is not None and spot[0] not in fit.claims:
            fit.use(spot, Field.NAME, word, max(0.5, worth - spot[2]))
        else:
            fit.missing = min(_MOST_ABSENT, fit.missing + _ABSENT * worth)
            fit.lost += worth
    return fit if fit.claims and fit.gain >= _LEAST_PART * fit.total else None


def leads_of_domain(index: Index, label: str) -> list[int]:
    """The keys that lead from what stands before the dot of a domain to companies of this name."""
    ids, keys = index.vocabulary.ids, list[int]()
    for cut in range(_LEAST_PART_LETTERS, len(label) - _LEAST_PART_LETTERS + 1):
        first = ids.get(label[:cut])
        second = ids.get(label[cut:].strip("-").partition("-")[0]) if first is not None else None
        if first is not None and second is not None:
            keys.append(pair_key(first, second))
    if len(label) >= _LEAST_LETTERS and index.vocabulary.has(Role.COMPANY, label) and not is_everyday(label):
        keys.append(ids[label] | int(WORD_KEYS))
    return keys


def is_called(words: Described, label: str) -> bool:
    """Whether a company's name is what stands before the dot of a domain, glued or with hyphens, or begins so."""
    whole, name = label.replace("-", ""), "".join(words.phrase)
    return name == whole or (len(whole) >= _LONG and name.startswith(whole))
