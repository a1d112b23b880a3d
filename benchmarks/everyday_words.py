"""Make the table of everyday words that tells a company called "Haus & Garten" from a house and its garden.

    python benchmarks/everyday_words.py FOLDER_DE FOLDER_EN

The folders are the unpacked npm packages @zxcvbn-ts/language-de and @zxcvbn-ts/language-en (MIT), whose lists are
sorted by how often a word is written or spoken. Names are left out, unless they are everyday words themselves (Stein,
Rose). Writes bot/matching/everyday.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.matching.normal import fold

OUT = Path(__file__).parents[1] / "bot" / "matching" / "everyday.json"
SPOKEN_DE, WRITTEN_DE, SPOKEN_EN, WRITTEN_EN = 12_600, 6_000, 12_000, 4_000  # words from the top of each list
# A surname that is spoken as often as this is a word as well (Stein, Stone); one that is rarer is a name.
SURNAME_DE, SURNAME_EN = 12_600, 3_500
# Given names that are everyday words, too.
WORDS_TOO = """
amber angel april art august austin autumn bell bill bird blossom brandy bride bunny can candy chance charity
cherish cherry christian clay cliff clover cookie coral crystal daisy dale dallas dawn destiny di diamond doll dove
dusty early earnest east else em ember ernst eve fair faith fan fancy fern fine flora florida forest frank garden
garnet gates gay gene georgia ginger glory grace grant gray guy happy haven hazel heather heaven holly honey hope
iris isle ivory ivy jade jewel jewels joy june junior justice keen king kit kitty lake lane lasse laurel legend lily
line lion love lucky luna mag magnolia mark mars mason may meadow melodie mercy merry min misty mona morgen north
nova ocean olive opal orchid page paradise park patience peace peach pearl peg pen penny pet phoenix pine pit
pleasure poppy precious pride prince princess pure queen rain ray reed reef reine rich ridge ring river robin rock
roman rose row royal ruby rusty sage sailor sandy sea shell silver sky snow solar south spring star sterling stern
stone storm stormy sugar summer sunday sunny sunshine sydney terra trinity true tuesday use van velvet victory viola
violet virginia wade wave west will willow wind winter wonder woods young
"""
# Names of people that the lists of names lack, or that are among the most frequent words of subtitles.
NAMES = """
aaron abel abraham adams adolf adrian albert alexander andreas andrew anthony anton arnold arthur baker bauer beck
becker bender bernard bosse braun bruce carl carlos carter charles choi christ clark collins conrad cook cooper
daniel daniels david davis dean decker dennis duke edward fischer fisher franz friedrich fritz fuchs gabriel gary
georg george gordon grim groll hacker hans harry hartman harvey heinrich heinz henry herbert herman hofman holst
horst howard hubert hunter israel jack jackson jacob jager jakob james jason jasper jensen jim joe johan johannes
john johnson jonas jones jordan joseph kaiser karl katz kenny klaus koch kramer kurt leo lewis louis lucas ludwig
lukas luke luther lux mack marcus marks markus martin martini mason mathew mathias metzger meyer michael michel
miller monch muller nathan nelson oliver oswald otto parker patrick paul peter peters philipp reese reiner richard
richards richter robert roger rolf ros roy rus ryan sanders schafer schenk schilling schmidt schneider schreck
schultz scott sebastian simon smith springer stephen steven stevens straus taylor thomas todd tom turner tyler
vetter victor vincent vogel wagner walker walter watson wayne weber weigert werner wilhelm william williams wilson
wolf zach zimerman zimmerman zimmermann
"""
# Words of the trade, which mails to an estate agent are full of.
TRADE_DE = """
altbau anlage anlagen anwesen apartment ausbau bad balkon bau bauen bauplatz baugrund bestand betreuung bungalow
buro carport consulting dachgeschoss design dienstleistung dienstleistungen eigenheim eigentum eigentumswohnung
energie erdgeschoss facility ferienhaus ferienwohnung finanz finanzen finanzierung gartenbau gebaude gewerbe
grundbesitz grundstuck gutachten handwerk hausbau hausmeister hausverwaltung heizung immobilie immobilien
innenausbau invest investment kontor lage laden loft maisonette makler management maler mietwohnung modernisierung
montage neubau objekt objekte partner penthouse pflege planung projekt projekte rasen reinigung renovierung
sanierung sanitar service services solar technik terrasse umbau umzug unternehmen vermietung vermogen verwaltung
villa werkstatt wohnanlage wohnbau wohneigentum wohnen wohnpark wohnraum wohntraum wohnung wohnungen wohnungsbau
wiese zimmer
"""
TRADE_EN = """
agency apartments brokers building builders care cleaning construction consulting development developments estate
estates finance group holding holdings homes housing interiors investments landscaping letting lettings maintenance
mortgage mortgages move moving partners plumbing properties property realty removals renovation rental rentals
renovations residential roofing sales solutions studio surveyors trade trust ventures
"""


def listed(folder: str, name: str) -> list[str]:
    words: list[str] = json.loads((Path(folder) / "src" / f"{name}.json").read_text("utf-8"))
    return words


def everyday(de: str, en: str) -> dict[str, set[str]]:
    """Language → its everyday words, folded."""
    given = {fold(name) for folder in (de, en) for name in listed(folder, "firstnames")} - set(
        map(fold, WORDS_TOO.split())
    )
    found: dict[str, set[str]] = {}
    for language, folder, trade, spoken, written, rare in (
        ("de", de, TRADE_DE, SPOKEN_DE, WRITTEN_DE, SURNAME_DE),
        ("en", en, TRADE_EN, SPOKEN_EN, WRITTEN_EN, SURNAME_EN),
    ):
        surnames = {fold(name) for name in listed(folder, "lastnames")[:8000]}
        said = [(rank, fold(raw)) for rank, raw in enumerate(listed(folder, "commonWords")[:spoken]) if raw.isalpha()]
        read = {fold(raw) for raw in listed(folder, "wikipedia")[:written] if raw.isalpha()}
        words = {word for rank, word in said if rank < rare or word not in surnames} | (read - surnames)
        found[language] = {
            word for word in (words - given - set(NAMES.split())) | set(map(fold, trade.split())) if len(word) > 1
        }
    return found


def lines(words: Iterable[str]) -> dict[str, str]:
    """One line a letter, so that a change can be read."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words):
        by_letter.setdefault(word[0], []).append(word)
    return {letter: " ".join(found) for letter, found in by_letter.items()}


def main() -> int:
    if len(sys.argv) != 3:
        sys.stderr.write(__doc__ or "")
        return 2
    words = everyday(sys.argv[1], sys.argv[2])
    table = {language: lines(found) for language, found in words.items()}
    OUT.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", "utf-8")
    sys.stdout.write(f"{sum(map(len, words.values()))} words in {OUT}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
