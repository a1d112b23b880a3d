"""What tells towns of one name apart: Frankfurt (Oder), Frankfurt a. M., Halle/Westf., Baden-Baden."""

from __future__ import annotations

import re

from bot.matching.normal import words
from bot.matching.reading import Reading

_CONNECTORS = ("am", "an der", "an", "a.d.", "a. d.", "a.", "im", "in der", "in", "i.", "bei", "b.", "ob der", "o.d.",
               "vor der", "v.d.", "unter")  # fmt: skip
_ADDED = re.compile(
    r"^(?P<town>[^(/,]+?)\s*(?:[(/]\s*(?:(?:%s)\s*)?(?P<behind>[^\W\d_]+)|\s(?:%s)\s*(?P<after>[^\W\d_]{1,30}))"
    % (("|".join(map(re.escape, _CONNECTORS)),) * 2),
    re.IGNORECASE,
)
_CONNECTING = frozenset({"am", "an", "a", "d", "der", "im", "i", "in", "bei", "b", "ob", "o", "vor", "v", "unter"})
_ABBREVIATED = frozenset({"a", "i", "b", "o", "v", "d"})
# Rivers, ranges and regions by which towns are told apart, folded.
_USUAL = frozenset({
    "main", "oder", "saale", "neckar", "donau", "rhein", "ruhr", "lahn", "weser", "elbe", "inn", "isar", "spree",
    "havel", "mosel", "nahe", "fulda", "werra", "leine", "aller", "ems", "lippe", "unstrut", "pegnitz", "tauber",
    "jagst", "kocher", "sieg", "saar", "ilm", "mur", "salzach", "enns", "aare", "aisch", "lech", "iller", "naab",
    "regen", "vils", "glan", "nidda", "wumme", "luhe", "harz", "taunus", "westf", "westfalen", "holstein", "tirol",
    "pfalz", "wurttemberg", "oberbayern", "sachsen", "thuringen", "hesen", "schwarzwald", "odenwald", "rheinland",
    "vogtland", "erzgebirge", "breisgau", "allgau", "steiermark", "karnten", "m", "o", "s", "w", "n", "d",
})  # fmt: skip


def addition(city: str) -> str:
    """What a town's name adds to tell it from others, as one folded word: `oder` of Frankfurt (Oder); "" if nothing."""
    found = _ADDED.match(city)
    added = words(found["behind"] or found["after"]) if found else []
    return added[0] if added else ""


def written_addition(reading: Reading, k: int) -> str:
    """What a mail adds to the town whose name ends with word `k`: a folded word, perhaps abbreviated, or ""."""
    every, gap = reading.words, reading.between(k)
    if k + 1 >= len(every) or "\n" in gap:
        return ""
    if gap == "-":
        return every[k + 1] if every[k + 1] == every[k] else ""
    marked = "(" in gap or "/" in gap
    j, abbreviated = k + 1, False
    while j < len(every) and every[j] in _CONNECTING and (every[j] not in ("oder", "o") or not marked):
        abbreviated = abbreviated or (every[j] in _ABBREVIATED and "." in reading.between(j))
        j += 1
        if j - k > 3:
            return ""
    if j >= len(every) or "\n" in reading.between(j - 1) or not reading.capital[j]:
        return ""
    word = every[j]
    if marked and word.isalpha():
        return word
    return word if j > k + 1 and (word in _USUAL or (abbreviated and len(word) <= 5)) else ""


def additions_agree(record: str, written: str) -> bool:
    """Whether two additions may be one, of which either may be abbreviated: Westf. and Westfalen, M. and Main."""
    return bool(record) and (record.startswith(written) or written.startswith(record))
