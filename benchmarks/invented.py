"""An invented directory and labelled mails that mention its records: for benchmarks and for calibration.

    python benchmarks/invented.py --n 10000 --mails 500 --seed 1 --out FOLDER

Writes `directory.jsonl` (records as `linkbot match` reads them) and `mails.jsonl` (id, from, to, subject, text, `gold`:
for each mention the ids that its words fit, `soft`: ids that are neither right nor wrong). Everything follows from
the seed.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

Row = dict[str, Any]

GIVEN = [
    "Marlies", "Egon", "Rüdiger", "Ortrud", "Thorben", "Wiebke", "Nils", "Ronja", "Helmut", "Käthe", "Detlef",
    "Irina", "Jannik", "Swantje", "Uwe", "Birte", "Axel", "Gudrun", "Malte", "Frauke", "Olaf", "Elke", "Jörg",
    "Heike", "Volker", "Silke", "Dirk", "Anke", "Torsten", "Maren", "Ingo", "Svenja", "Hauke", "Antje", "Lars",
    "Britta", "Henning", "Dörte", "Karsten", "Meike", "Jens", "Kirsten", "Holger", "Inken", "Tilman", "Solveig",
    "Bodo", "Friederike", "Ansgar", "Almut", "Gero", "Sigrun", "Lothar", "Edeltraud", "Emre", "Aylin", "Murat",
    "Elif", "Kemal", "Defne", "Paweł", "Zofia", "Jerzy", "Halina", "Luca", "Chiara", "Matteo", "Bianca", "Grace",
    "Owen", "Harriet", "Miles", "Ruth", "Desmond", "Robert", "Elisabeth", "Alexander", "Katharina", "Wilhelm",
    "Margarete", "Sebastian", "Johanna", "Tobias", "Christina",
]  # fmt: skip
ONSET = [
    "B", "Br", "D", "Dr", "F", "Fl", "Fr", "G", "Gl", "Gr", "H", "J", "K", "Kl", "Kn", "Kr", "L", "M", "N", "P",
    "Pf", "R", "S", "Sch", "Schl", "Schm", "Schn", "Schw", "St", "T", "Tr", "V", "W", "Z", "Zw",
]  # fmt: skip
CORE = ["a", "e", "i", "o", "u", "au", "ei", "eu", "ie", "ö", "ü", "ä"]
CODA = [
    "b", "ck", "d", "ff", "g", "hn", "l", "lk", "ll", "m", "mm", "n", "nd", "ng", "nk", "nn", "nt", "nz", "p", "r",
    "rg", "rk", "rm", "rn", "rs", "rt", "s", "st", "tt", "tz", "x",
]  # fmt: skip
ENDING = ["", "", "e", "er", "el", "en", "ke", "mann", "bauer", "berg", "hausen", "stein", "ow", "ski", "sen", "ing"]
STEM = [
    "Kastell", "Ziegel", "Mohn", "Distel", "Hagebutten", "Wacholder", "Holunder", "Silo", "Schleusen", "Brücken",
    "Fähr", "Leuchtturm", "Kapitäns", "Pastor", "Küster", "Schäfer", "Hirten", "Köhler", "Glocken", "Uhren",
    "Zeppelin", "Planeten", "Saturn", "Rubin", "Opal", "Basalt", "Granit", "Kiesel", "Torf", "Schilf", "Binsen",
    "Otter", "Biber", "Dachs", "Iltis", "Luchs", "Marder", "Igel", "Kranich", "Schwalben", "Staren", "Zeisig",
    "Pirol", "Milan", "Sperber", "Anger", "Bleichen", "Seiler", "Müller", "Haupt", "Bahnhof", "Garten", "Dorf",
    "Schul", "Wald", "Kirch",
]  # fmt: skip
WAY = ["straße", "straße", "straße", "weg", "weg", "gasse", "allee", "platz", "ring", "stieg", "damm"]
TOWN_STARTS = ["Ober", "Nieder", "Alt", "Neu", "Klein", "Groß", "Hohen", "Wester", "Oster", "Mittel", "Bad", "Sankt"]
TOWN_ENDS = ["wedel", "kirch", "münde", "au", "roda", "linden", "brück", "fels", "heide", "moor", "beuren", "leben"]
TOWN = [start + end for start in TOWN_STARTS for end in TOWN_ENDS]
TRADE = [
    "Tiefbau", "Brandschutz", "Druckerei", "Gleisbau", "Fliesen", "Orthopädie", "Reinigung", "Catering",
    "Spedition", "Zimmerei", "Raumausstattung", "Vermessung", "Kältetechnik", "Treppenbau", "Baumpflege", "Estrich",
    "Gerüstbau", "Optik",
]  # fmt: skip
PRAISE = ["Bezugsfertige", "Barrierefreie", "Freistehende", "Zentrale", "Energieeffiziente", "Idyllische", "Geräumige"]
THING = ["Etagenwohnung", "Villenhälfte", "Praxisfläche", "Hofstelle", "Souterrainwohnung", "Werkstatt", "Scheune"]
EXTRA = ["mit Wintergarten", "mit Carport", "in Hanglage", "mit Sauna", "ohne Käuferprovision", "am Waldrand"]
LEGAL = ["GmbH", "GmbH", "GmbH & Co. KG", "AG", "KG", "e.K.", "OHG", "Ltd."]
MAIL_HOSTS = ["example.com", "example.org", "example.net", "mail.example"]
FILLER = [
    "Wir melden uns, sobald die Unterlagen vollständig sind.",
    "Der Zähler wurde letzte Woche abgelesen.",
    "Können wir den Schlüssel am Montag abholen?",
    "Die Nachbarn haben nichts dagegen.",
    "Im Herbst soll das Dach gemacht werden.",
    "The lift was repaired last month.",
    "Please let us know by Friday.",
    "We would prefer a ground floor flat.",
    "Das Gutachten kostet etwa 1.450 Euro.",
    "Um 15:30 Uhr ist noch ein Termin frei.",
    "Die Wohnung hat 3 Zimmer und 84 m².",
    "Der Müller im Film war der Mörder.",
    "Ein großer Garten wäre schön.",
]
ABOUT_PERSON = [
    "Bitte {} anrufen.",
    "Ich habe mit {} gesprochen.",
    "{} hat noch Fragen.",
    "We met {} last week.",
    "Cc: {}",
]
ABOUT_PLACE = ["Es geht um {}.", "Ist {} noch zu haben?", "Viewing of {} please.", "Zum Objekt {}: wann passt es?"]
OTHER_WAY = {"straße": "weg", "weg": "straße", "gasse": "straße", "allee": "straße", "platz": "weg"}
ROUGHLY = 0.08  # of the mentions are only nearly the record's words
ABOUT_COMPANY = ["Die Rechnung kommt von {}.", "{} macht ein Angebot.", "We hired {}."]
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}


class World:
    """Names with a long tail, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - invented data, nothing secret
        make = self.random
        self.surnames = list(dict.fromkeys(
            make.choice(ONSET) + make.choice(CORE) + make.choice(CODA) + make.choice(ENDING) for _ in range(9000)
        ))  # fmt: skip
        self.streets = [stem + way for stem in STEM for way in dict.fromkeys(WAY)]
        make.shuffle(self.streets)

    def often(self, items: list[str], flat: int) -> str:
        """One of the items, the first ones most often."""
        return items[min(len(items) - 1, int(flat * (self.random.paretovariate(0.8) - 1)))]

    def title(self, city: str) -> str:
        """A property's title; some agents write poetry, some only what it is."""
        make = self.random
        if make.random() < 0.3:
            return f"Objekt in {city}"
        return f"{make.choice(PRAISE)} {make.choice(THING)} {make.choice(EXTRA)}, {city}"

    def directory(self, n: int) -> list[Row]:
        """Persons, companies, properties and deals."""
        make, rows = self.random, []
        companies: list[Row] = []
        for i in range(n):
            share = make.random()
            if share < 0.15 or not companies:
                name = f"{self.often(self.surnames, 60)} {make.choice(TRADE)} {make.choice(LEGAL)}"
                row: Row = {"id": f"c{i}", "kind": "company", "name": name, "emails": [f"info@firm{i}.example"]}
                companies.append(row)
            elif share < 0.7:
                given, family = self.often(GIVEN, 12), self.often(self.surnames, 40)
                if make.random() < 0.06:
                    family += "-" + self.often(self.surnames, 40)
                row = {
                    "id": f"p{i}",
                    "kind": "person",
                    "name": f"{given} {family}",
                    "given_name": given,
                    "family_name": family,
                }
                if make.random() < 0.6:
                    row["emails"] = [f"{plain(given)}.{plain(family)}{i}@{make.choice(MAIL_HOSTS)}".lower()]
                if make.random() < 0.5:
                    row["phones"] = [f"+49 {make.choice((30, 171, 4421, 5139))} {make.randint(100000, 99999999)}"]
                if make.random() < 0.4:
                    row["company"] = make.choice(companies)["name"]
            elif share < 0.93:
                street, city = self.often(self.streets, 30), self.often(TOWN, 10)
                number = f"{make.randint(1, 140)}{make.choice(['', '', '', '', 'a', 'b'])}"
                code = f"{10000 + TOWN.index(city) * 97 + make.randint(0, 3)}"
                row = {"id": f"e{i}", "kind": "property", "name": self.title(city), "reference": f"KX-{i:06d}",
                       "street": street, "house_number": number, "postal_code": code, "city": city}  # fmt: skip
            else:
                name = f"Bauvorhaben {self.often(self.surnames, 80)} {make.choice(TOWN)} {make.randint(2020, 2030)}"
                row = {"id": f"d{i}", "kind": "deal", "name": name}
            rows.append(row)
        return rows

    def spelling(self, text: str, noise: int) -> str:
        """A text as somebody in a hurry writes it; noise 0 (as stored) to 2 (with a slip)."""
        make = self.random
        if noise and make.random() < 0.5:
            text = plain(text)
        if noise and make.random() < 0.4:
            text = text.replace("straße", "str.").replace("strasse", "str.")
        letters = [
            i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i - 1].isalpha() and text[i + 1].isalpha()
        ]
        if noise > 1 and letters:
            i = make.choice(letters)
            text = make.choice((text[:i] + text[i + 1 :], text[:i] + text[i] + text[i:],
                                text[:i] + text[i + 1] + text[i] + text[i + 2 :]))  # fmt: skip
        return text

    def mails(self, rows: list[Row], count: int) -> list[Row]:
        """Mails that mention some records, and some people and places that are none."""
        make = self.random
        same = defaultdict(list)
        for row in rows:
            if row["kind"] == "person":
                same["family|" + row["family_name"]].append(row["id"])
        by_street = defaultdict(list)
        for row in rows:
            same[_identity(row)].append(row["id"])
            if row["kind"] == "property":
                same[row["name"]].append(row["id"])
            by_street[row.get("street"), row.get("house_number")].append(row["id"])
        mails = []
        for number in range(count):
            said, gold, soft = make.sample(FILLER, make.randint(2, 8)), [], []
            for row in make.sample(rows, make.choice((0, 1, 1, 2, 2, 3))):
                noise = make.choice((0, 0, 1, 1, 2))
                roughly = self._roughly(row, same) if make.random() < ROUGHLY else None
                sentence, right = roughly or self._mention(row, noise, same)
                said.append(sentence)
                gold.append(right)
                soft += by_street[row.get("street"), row.get("house_number")] if row["kind"] == "property" else []
            for row in make.sample(rows, make.randint(0, 2)):
                if sentence := self._nearly(row, same, by_street):
                    said.append(sentence)
            make.shuffle(said)
            text = "Guten Tag,\n\n" + " ".join(said) + "\n\nViele Grüße\nKim Beispiel\n"
            people = {"from": "Kim Beispiel <kim@office.example>", "to": "team@office.example"}
            if make.random() < ROUGHLY and (
                firms := [row for row in make.sample(rows, 20) if row["kind"] == "company"]
            ):
                people["from"] = f"Kim Neumeyer <kim.neumeyer@{firms[0]['emails'][0].partition('@')[2]}>"
                gold.append([firms[0]["id"]])
            mails.append({"id": f"m{number}", **people, "subject": "Anfrage", "text": text, "gold": gold, "soft": soft})
        return mails

    def _roughly(self, row: Row, same: dict[str, list[str]]) -> tuple[str, list[str]] | None:
        """A sentence that means a record and has only nearly its words, with the ids that it fits."""
        make = self.random
        if row["kind"] == "person":
            given, family = row["given_name"], row["family_name"]
            if row.get("phones") and make.random() < 0.3:
                return f"Tel. {''.join(c for c in row['phones'][0] if c.isdigit())}", [row["id"]]
            relatives = same["family|" + family]
            name = make.choice((f"{given[:3]}i {family}", f"{given[:4]}y {family}", f"{given} {family.split('-')[0]}"))
            if len(relatives) < 4 and make.random() < 0.3:
                return make.choice(ABOUT_PERSON).format(f"Frau {make.choice(GIVEN)} {family}"), relatives
            return make.choice(ABOUT_PERSON).format(name), same[_identity(row)]
        if row["kind"] == "property":
            street, number = row["street"], row["house_number"]
            way = next((way for way in OTHER_WAY if street.endswith(way)), "")
            if way and make.random() < 0.5:
                street = street.removesuffix(way) + OTHER_WAY[way]
            else:
                number = f"{number}/{make.randint(1, 30)}"
            return make.choice(ABOUT_PLACE).format(f"{street} {number}, {row['city']}"), same[_identity(row)]
        if row["kind"] == "company":
            return make.choice(ABOUT_COMPANY).format(f"Fa. {row['name'].split()[0]}"), [row["id"]]
        return None

    def _mention(self, row: Row, noise: int, same: dict[str, list[str]]) -> tuple[str, list[str]]:
        make, right = self.random, same[_identity(row)]
        if row["kind"] == "person":
            given, family = self.spelling(row["given_name"], noise // 2), self.spelling(row["family_name"], noise)
            if make.random() < 0.12 and row.get("emails"):
                return ABOUT_PERSON[0].format(row["emails"][0]), [row["id"]]
            name = make.choice(
                (f"{given} {family}", f"{given} {family}", f"{family}, {given}", f"Frau {given} {family}")
            )
            return make.choice(ABOUT_PERSON).format(name), right
        if row["kind"] == "property":
            if make.random() < 0.15 and not row["name"].startswith("Objekt"):
                return make.choice(ABOUT_PLACE).format(f"„{self.spelling(row['name'], noise)}“"), same[row["name"]]
            if make.random() < 0.25:
                return make.choice(ABOUT_PLACE).format(row["reference"].replace("-", make.choice("- /"))), [row["id"]]
            street = self.spelling(row["street"], noise)
            place = make.choice(("{} {}, {} {}", "{0} {1} in {3}")).format(
                street, row["house_number"], row["postal_code"], self.spelling(row["city"], noise // 2)
            )
            return make.choice(ABOUT_PLACE).format(place), right
        name = row["name"]
        if row["kind"] == "company" and noise and make.random() < 0.5:
            name = name.rsplit(" ", 1)[0] if not name.endswith("KG") else name.split(" GmbH")[0]
        return make.choice(ABOUT_COMPANY).format(self.spelling(name, noise)), right

    def _nearly(self, row: Row, same: dict[str, list[str]], by_street: dict[Any, list[str]]) -> str:
        """A sentence about somebody or something that only looks like this record."""
        make = self.random
        if row["kind"] == "person":
            given = make.choice([g for g in GIVEN if g[:2] != row["given_name"][:2]])
            other = {"kind": "person", "name": f"{given} {row['family_name']}"}
            return "" if _identity(other) in same else make.choice(ABOUT_PERSON).format(other["name"])
        if row["kind"] == "property":
            number = str(make.randint(141, 190))
            taken = (row["street"], number) in by_street
            return "" if taken else make.choice(ABOUT_PLACE).format(f"{row['street']} {number}, {row['city']}")
        return ""


def plain(text: str) -> str:
    """German letters written without a German keyboard."""
    for letter, spelt in UMLAUTS.items():
        text = text.replace(letter, spelt)
    return text


def _identity(row: Row) -> str:
    if row["kind"] == "property":
        return f"{row['street']}|{row['house_number']}|{row['city']}"
    name = row["name"].removesuffix("GmbH & Co. KG").strip()
    return f"{row['kind']}|{name.rsplit(' ', 1)[0] if row['kind'] == 'company' and name == row['name'] else name}"


def main() -> None:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    world = World(args.seed)
    rows = world.directory(args.n)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, lines in (("directory", rows), ("mails", world.mails(rows, args.mails))):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (args.out / f"{name}.jsonl").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
