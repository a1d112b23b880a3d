"""Tables of the language: letters, titles, particles, legal forms, street words; all folded (see `normal.fold`)."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

LETTERS = str.maketrans(
    {
        "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "a", "œ": "o", "ı": "i", "ħ": "h", "ŋ": "n",
        "ŧ": "t", "ĸ": "k", "ĳ": "ij", "ſ": "s",
    }
)  # fmt: skip

SALUTATIONS = frozenset({
    "herr", "herrn", "hr", "fr", "frau", "fraulein", "familie", "fam", "eheleute", "ehepaar", "mr", "mrs", "ms", "mis",
    "mister", "madam", "sir", "lady", "family", "monsieur", "madame", "mme", "sig", "signor", "signora", "senor",
    "senora", "pan", "pani", "bay", "bayan",
})  # fmt: skip
TITLES = frozenset({
    "dr", "prof", "doktor", "profesor", "dipl", "diplom", "ing", "mag", "magister", "msc", "bsc", "mba", "phd",
    "llm", "ra", "rain", "jr", "sr", "med", "jur", "rer", "nat", "pol", "phil", "habil", "ingenieur", "kfm",
    "kffr", "stb", "wp", "notar", "notarin", "freiherr", "graf", "grafin", "baron", "baronin",
})  # fmt: skip
PARTICLES = frozenset({
    "die", "von", "van", "vom", "zu", "zum", "zur", "de", "der", "den", "del", "della", "di", "da", "do", "dos", "du",
    "la", "le", "ten", "ter", "und", "y", "el", "al", "bin", "ibn",
})  # fmt: skip

# Articles and possessives that stand before things; German has "der", "die" and "den" before people's names, too.
THING_ARTICLES = frozenset({
    "das", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "zum", "beim", "im", "am", "ins",
    "kein", "keine", "unser", "unsere", "unserem", "unseren", "ihr", "ihre", "ihrem", "ihren", "dieses", "diesem",
    "welches", "the", "a", "an", "this", "that", "our", "your", "their",
})  # fmt: skip

LEGAL_FORMS = frozenset({
    "gmbh", "mbh", "ag", "kg", "kga", "ohg", "gbr", "ug", "se", "ek", "ekfm", "ev", "eg", "partg", "partgmbb", "mbb",
    "mb",
    "co", "cie", "inc", "incorporated", "ltd", "limited", "llc", "llp", "lp", "plc", "corp", "corporation",
    "company", "haftungsbeschrankt", "gesellschaft", "sarl", "sa", "srl", "spa", "bv", "nv", "oy", "ab", "as", "sp",
    "zo", "doo", "kgaa", "stiftung", "gesmbh", "ges", "e", "k", "v",
})  # fmt: skip

# The English street words, whose abbreviations need a word before them to be told from a title.
STREET_ABBREVIATIONS = {"st": "street", "ave": "avenu", "av": "avenu", "rd": "road", "dr": "drive", "ln": "lane",
    "blvd": "boulevard", "ct": "court", "sq": "square", "hwy": "highway", "pkwy": "parkway", "ter": "terrace",
    "cir": "circle", "cres": "crescent", "pl": "place"}  # fmt: skip
# German street words, which are written in one with the name or apart, or with a hyphen.
JOINED_STREET_WORDS = frozenset(
    {"strase", "weg", "gase", "allee", "platz", "ring", "ufer", "damm", "stieg", "steig", "chausee"}
)
# How they are shortened at the end of a name, before a full stop; "str." is understood wherever it stands.
SHORT_STREET_ENDINGS = {"g": "gase", "pl": "platz", "w": "weg", "al": "allee"}
STREET_WORDS = JOINED_STREET_WORDS | frozenset({
    "street",
    "avenu", "road", "drive", "lane", "boulevard", "court", "place", "square", "highway", "parkway", "terrace",
    "circle", "crescent", "way",
})  # fmt: skip

# The two ways to number streets of one name: II. Bickestraße, 2. Bickestraße.
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
ORDINALS = {roman: str(i) for i, roman in enumerate(_ROMAN, 1)} | {str(i): roman for i, roman in enumerate(_ROMAN, 1)}

# Words that are on nearly every page: they never lead to a record on their own.
COMMON = frozenset({
    "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "und", "oder",
    "aber", "auch", "als", "am", "an", "auf", "aus", "bei", "beim", "bis", "da", "damit", "dann", "dank",
    "denn", "dies", "diese", "diesem", "diesen", "dieser", "dieses", "doch", "dort", "durch", "er", "es", "etwa",
    "fur", "gern", "geht", "gegen", "haben", "hat", "hatte", "hatten", "hier", "ich", "ihm", "ihn", "ihnen", "ihr",
    "ihre", "ihrem", "ihren", "ihrer", "im", "in", "ins", "ist", "ja", "jetzt", "kann", "kein", "keine", "konnen",
    "man", "mehr", "mein", "meine", "mich", "mir", "mit", "mochte", "mus", "nach", "nicht", "nichts", "noch", "nun",
    "nur", "ob", "ohne", "schon", "sehr", "sein", "seine", "seit", "sich", "sie", "sind", "so", "soll",
    "sollte", "uber", "um", "uns", "unser", "unsere", "unter", "vom", "von", "vor", "war", "waren", "was", "wegen",
    "weil", "weiter", "wenn", "wen", "wer", "werden", "wie", "wir", "wird", "wo", "wurde", "wurden", "zu", "zum",
    "zur", "zwischen", "bitte", "vielen", "danke", "liebe", "lieber", "geehrte", "geehrter", "damen",
    "herren", "grus", "gruse", "grusen", "freundlichen", "besten", "hallo", "guten", "tag", "morgen", "abend",
    "moin", "freundlichem", "betreff", "anfrage", "termin", "tel", "telefon", "fax", "mobil", "mail", "email",
    "www", "http", "https", "com", "net", "org", "info", "re", "aw", "wg", "fwd", "fw", "uhr", "euro", "eur", "the",
    "a", "and", "or", "but", "of", "to", "on", "at", "by", "for", "from", "with", "as", "is", "are", "were", "be",
    "been", "being", "this", "that", "these", "those", "it", "its", "he", "she", "they", "we", "you", "your", "our",
    "us", "me", "my", "i", "him", "her", "his", "their", "them", "not", "no", "yes", "do", "dos", "did", "done",
    "has", "have", "had", "can", "could", "will", "would", "shall", "should", "may", "might", "must", "if", "then",
    "than", "there", "here", "when", "where", "which", "who", "whom", "what", "why", "how", "all", "any", "some",
    "more", "most", "very", "please", "thank", "thanks", "regards", "kind", "best", "dear", "hello", "hi",
    "sincerely", "subject", "sent", "wrote", "schrieb", "dienstag", "mittwoch", "donnerstag",
    "samstag", "januar", "februar", "marz", "april", "mai", "juni", "juli", "august", "september",
    "oktober", "november", "dezember", "january", "february", "march", "june", "july", "october", "december",
    "monday", "tusday", "wednesday", "thursday", "friday", "saturday", "sunday", "woche", "monat", "jahr", "zeit",
    "heute", "gestern", "vorgestern", "week", "month", "year", "day", "today", "yesterday", "tomorrow",
})  # fmt: skip

# Surnames that so many bear that one says nothing by itself, however few of them a directory has.
COMMON_SURNAMES = frozenset({
    "muller", "schmidt", "schneider", "fischer", "weber", "meyer", "wagner", "becker", "schulz", "hofmann", "schafer",
    "koch", "baur", "richter", "klein", "wolf", "schroder", "neumann", "schwarz", "zimmermann", "braun",
    "kruger", "hartmann", "lange", "schmitt", "werner", "schmitz", "krause", "meier", "lehmann", "schmid", "schulze",
    "maier", "kohler", "herrmann", "konig", "walter", "mayer", "huber", "kaiser", "fuchs", "peters", "lang", "scholz",
    "moller", "weis", "jung", "hahn", "schubert", "vogel", "friedrich", "keller", "gunther", "frank", "berger",
    "winkler", "roth", "beck", "lorenz", "baumann", "franke", "albrecht", "schuster", "simon", "ludwig", "bohm",
    "winter", "kraus", "martin", "schumacher", "kramer", "vogt", "stein", "jager", "otto", "sommer", "gros", "seidel",
    "gruber", "wimmer", "steiner", "moser", "hofer", "pichler", "smith", "jones", "taylor", "brown", "williams",
    "wilson", "johnson", "davies", "davis", "robinson", "wright", "thompson", "evans", "walker", "white", "roberts",
    "green", "hall", "wood", "harris", "clarke", "clark", "jackson", "miller", "anderson", "thomas", "moore", "lee",
    "king", "hill", "young", "allen", "scott", "lewis", "baker", "adams", "campbell", "mitchell", "garcia",
    "rodrigez", "martinez", "hernandez", "lopez", "gonzalez", "perez", "sanchez", "fernandez", "nguyen", "tran",
    "silva", "santos", "rosi", "ruso", "ferrari", "nowak", "kowalski", "yilmaz", "kaya", "demir", "celik", "sahin",
    "ozturk", "khan", "ahmed", "ali", "singh", "wang", "li", "zhang", "chen", "novak", "horvat", "popescu", "ivanov",
})  # fmt: skip

FREEMAIL = frozenset({
    "gmail.com", "googlemail.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de",
    "posteo.de", "mailbox.org", "outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "live.com", "live.de",
    "yahoo.com", "yahoo.de", "icloud.com", "me.com", "mac.com", "aol.com", "aol.de", "arcor.de", "proton.me",
    "protonmail.com", "bluewin.ch", "msn.com", "mail.com", "mail.de", "1und1.de", "vodafone.de", "kabelmail.de",
})  # fmt: skip

# Words before a number that say what it is the number of; a word may begin with one of them: Objektnummer.
PROPERTY_CUES = (
    "objekt", "immo", "expose", "anzeige", "inserat", "propert", "listing", "scout", "extern", "kennung",
    "kennzeichen", "referenc", "referenz", "referent", "referenci", "riferiment", "annunci", "annonce", "advert",
)  # fmt: skip
REFERENCE_WORDS = frozenset({"ref", "rif", "obj", "ihr", "ihre", "ihrer", "ihrem", "your"})
CUSTOMER_CUES = ("kunde", "kdnr", "kd", "customer", "client", "mandant", "kontaktnummer", "adresnummer")
OTHER_NUMBER_CUES = (
    "rechnung", "rg", "invoice", "auftrag", "order", "bestell", "purchase", "liefer", "deliver", "quittung",
    "receipt", "beleg", "ticket", "sendung", "paket", "tracking", "shipment", "konto", "account", "iban", "bic",
    "blz", "bank", "steur", "ust", "vat", "tax", "hrb", "hra", "handelsregister", "register", "postfach", "box",
    "pobox", "plz", "zip", "postleitzahl", "postcode", "versicherung", "police", "policy", "insurance", "vertrag",
    "contract", "mandatsref", "glaubiger", "zahler", "meter", "pin", "tan", "code", "paswort", "pasword", "meeting",
    "kennwort", "urkunde", "ur", "urnr", "flurstuck", "flur", "grundbuch", "blatt", "tel", "telefon", "phone",
    "mobil", "handy", "fax", "gutschrift", "mahnung", "storno", "buchung", "booking", "reservierung", "faktura",
    "factura", "fatura", "fature", "facture", "fattura", "betrag", "summe", "sum", "amount", "total", "preis",
    "price", "kosten", "zeichen", "akte", "aktenzeichen", "az", "unser", "unsere", "our", "seite", "page", "artikel",
    "article", "serien", "serial", "modell", "model", "gerat", "charge", "personal", "ausweis", "pas", "bestand",
    "hausgeld", "miete", "rent", "kaution",
)  # fmt: skip
ABOUT = frozenset({"zu", "zum", "zur", "fur", "uber", "for", "about", "to", "betreff", "betrift", "re", "regarding"})
OFFER_CUES = ("angebot", "offer", "quot")  # of a craftsman, or of a property: nobody can tell
NUMBER_WORDS = frozenset({"nr", "no", "nummer", "number", "num", "numero", "n", "nro", "id"})


def nicknames() -> dict[str, tuple[str, ...]]:
    """Short form or full form of a given name → the names it may stand for, folded, in both directions."""
    return _both_ways("nicknames.json")


@lru_cache(maxsize=1)
def short_forms() -> dict[str, tuple[str, ...]]:
    """The same with further short forms, which point to a name and are no proof of it."""
    table = {name: dict.fromkeys(others) for name, others in nicknames().items()}
    for name, others in _both_ways("short_forms.json").items():
        table.setdefault(name, {}).update(dict.fromkeys(others))
    return {name: tuple(others) for name, others in table.items()}


@lru_cache(maxsize=1)
def names_of_short_forms() -> dict[str, frozenset[str]]:
    """Short form of a given name → the full names that it is a short form of."""
    table: dict[str, set[str]] = {}
    for file in ("nicknames.json", "short_forms.json"):
        for full, shorts in _raw(file).items():
            for short in shorts.split():
                table.setdefault(short, set()).add(full)
    return {short: frozenset(full) for short, full in table.items()}


def _raw(file: str) -> dict[str, str]:
    raw: dict[str, str] = json.loads(files("bot.matching").joinpath(file).read_text("utf-8"))
    return raw


@lru_cache(maxsize=2)
def _both_ways(file: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for full, shorts in _raw(file).items():
        for short in shorts.split():
            table.setdefault(short, {})[full] = None
            table.setdefault(full, {})[short] = None
    return {name: tuple(others) for name, others in table.items()}
