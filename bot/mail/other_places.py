"""Places that a mail does not ask about: where somebody lives, works, meets or gets post, as a sentence says."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MOST_TEXT = 50_000  # characters
_REACH = 110  # characters behind the words that say so, in which the address stands
# What stands before the address: first in German, then in English.
_SAYS_SO = re.compile(
    r"""\b(?:
      (?:wohne|wohnen|wohnt|wohnhaft|lebe|leben|lebt|gemeldet)\b[^.!?\n]{0,30}?\b(?:in|im|an|am|auf|bei)\b
    | (?:meine|unsere|seine|ihre|deren)[rnm]?\s(?:\w+\s){0,2}?(?:post|rechnungs|privat|wohn|heimat|liefer)?
      (?:anschrift|adresse)\b
    | (?:post|rechnungs|privat|wohn|liefer)(?:anschrift|adresse)\b
    | (?:ziehe|ziehen|zieht|auszug|umzug)\b[^.!?\n]{0,30}?\baus\b
    | (?:rechnung|unterlagen|expos[eé]|brief|post|schicken|senden|schickt|sendet)\b[^.!?\n]{0,40}?\ban\b
    | (?:unser|mein|ihr|sein)e?[nmrs]?\s(?:\w+\s)?(?:büro|kanzlei|praxis|geschäft|laden|firma|sitz|filiale)\b
      [^.!?\n]{0,30}?\b(?:in|im|an|am)\b
    | (?:notar\w*|beurkundung|caf[eé]|restaurant|kanzlei|bank)\b[^.!?\n]{0,30}?\b(?:in|im|an|am)\b
    | zur\smiete\b
    | (?:live|lives|living|reside|resides|residing|based)\b[^.!?\n]{0,30}?\b(?:at|in|on)\b
    | (?:my|our|his|her|their)\s(?:\w+\s){0,2}?address\b
    | (?:moving|move|moved)\sout\sof\b
    | (?:invoice|documents|brochure|letter|post|send|sent|posted|delivered)\b[^.!?\n]{0,40}?\bto\b
    | (?:my|our|his|her|their|solicitor['’]?s|notary['’]?s|lawyer['’]?s)\s(?:\w+\s)?
      (?:office|practice|shop|branch|headquarters)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# What may stand between those words and the address, which begins with a capital letter or a digit.
_BETWEEN = re.compile(
    r"[\s:(,–-]*(?:(?:der|dem|den|die|das|in|im|an|am|auf|lautet|ist|jetzt|nun|folgende\w*|mich|uns|at|on|the|is|are"
    r"|now|no|number|us|me|currently|located|befindet|sich|liegt)\b[\s:(,–-]*)*(?=[A-ZÄÖÜ\d])"
)
# Where one of these stands in the sentence, it is a property that is spoken of.
_ASKED = re.compile(
    r"interess|besichtig|wohnung|\bhaus\b|hauses\b|objekt|immobilie|anzeige|inserat|angebot|verkauf|vermiet|mieter"
    r"|heizung|\bfrei\b|\bflat\b|apartment|\bproperty|\bhouse\b|listing|advert|\bview|interested|\brent\b|\bsale\b"
    r"|tenant|available|\blet\b|\blease",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"[!?\n]|\.(?=\s+[^\W\d_]|\s*$)")
_SHORT = re.compile(r"(?:str|pl|g|w|st|ave|rd|nr|no|dr|prof)$", re.IGNORECASE)


def other_places(text: str) -> Iterator[tuple[int, int]]:
    """The places (start, end) in a text behind such words, up to the end of the sentence at the most."""
    for said in _SAYS_SO.finditer(text[:_MOST_TEXT]):
        between = _BETWEEN.match(text, said.end())
        if between is None:
            continue
        begin = between.end()
        end = _sentence_end(text, begin)
        earliest = max(0, said.start() - _REACH)
        sentence = max(text.rfind(sign, earliest, said.start()) for sign in ("\n", ". ", "! ", "? "))
        asked = _ASKED.search(text, max(sentence, earliest), end)
        if asked is None:
            yield begin, end
        elif asked.start() > begin:  # "I live at …, and am interested in …"
            yield begin, asked.start()


def _sentence_end(text: str, begin: int) -> int:
    last = min(len(text), begin + _REACH)
    for found in _SENTENCE_ENDS.finditer(text, begin, last):
        if found.group() != "." or not _SHORT.search(text, begin, found.start()):
            return found.start()
    return last
