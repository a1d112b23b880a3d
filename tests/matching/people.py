"""A small invented directory for the tests."""

from __future__ import annotations

from bot.records import Category, Record, RecordRef


def ref(id_: str, kind: str = "address") -> RecordRef:
    return RecordRef("onoffice", kind, id_)


def person(id_: str, given: str, family: str, **more: object) -> Record:
    name = f"{given} {family}".strip()
    return Record(ref(id_), Category.PERSON, name, given_name=given, family_name=family, **more)  # type: ignore[arg-type]


def company(id_: str, name: str, **more: object) -> Record:
    return Record(ref(id_), Category.COMPANY, name, **more)  # type: ignore[arg-type]


def estate(id_: str, street: str, number: str, postal_code: str, city: str, **more: object) -> Record:
    more = {"name": "", **more}
    return Record(
        ref(id_, "estate"), Category.PROPERTY, street=street, house_number=number, postal_code=postal_code, city=city,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def deal(id_: str, name: str, **more: object) -> Record:
    return Record(RecordRef("zoho", "Deals", id_), Category.DEAL, name, **more)  # type: ignore[arg-type]


DIRECTORY = [
    person("1", "Anna", "Müller", emails=("anna.mueller@example.de",), phones=("+49 30 1234567",)),
    person("2", "Andreas", "Müller", company="Zschopauer Holzbau GmbH"),
    person("3", "Hans-Joachim", "Sonntag", title="Dr."),
    person("4", "Alexander", "von der Heide"),
    person("5", "Katharina", "Groß-Lüdtke"),
    person("6", "Peter", "Meier"),
    person("7", "Peter", "Meier"),
    person("8", "Élodie", "Durañona", emails=("e.duranona@example.com",)),
    person("9", "William", "O'Brien", phones=("0171 9876543",)),
    person("10", "Jürgen", "Weiß"),
    company("20", "Zschopauer Holzbau GmbH", emails=("info@zschopauer-holzbau.example",)),
    company("21", "Kestrel & Söhne Hausverwaltung GmbH & Co. KG"),
    estate("30", "Lindenstraße", "12", "12345", "Berlin", reference="E-01001", name="Helle Wohnung am Park"),
    estate("31", "Lindenstraße", "14a", "12345", "Berlin", reference="E-01002", name="Stilles Gartenhaus"),
    estate("32", "Berliner Straße", "7", "04103", "Leipzig", reference="2001-017", name="Remise mit Kamin"),
    estate("33", "Am Berg", "3", "01067", "Dresden", reference="E-01004", name="Villa Morgensonne"),
    estate("34", "Maple Avenue", "742", "62704", "Springfield", reference="US77", name="Bungalow"),
    deal("40", "Verkauf Rosenquartier Potsdam BA 2"),
]
