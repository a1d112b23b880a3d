"""Weighs the candidates of one mail: the words of each by its kind, then its identifiers, then what the CRM relates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bot.matching.everyday import Meant
from bot.matching.find import Sight
from bot.matching.index import Index
from bot.matching.passages import outside
from bot.matching.persons import weigh_person
from bot.matching.phrases import weigh_phrase
from bot.matching.places import weigh_address
from bot.matching.reading import Reading
from bot.matching.references import refers
from bot.matching.signs import Cue, Sign, Zone
from bot.matching.vocabulary import Role
from bot.matching.weigh import ZONE_BITS, Fit, Form, Part, View
from bot.matching.words import Field, PassageRole
from bot.records import Category, Record, RecordRef

_IDENTIFIERS = {
    "e": (Field.EMAIL, 40.0),
    "p": (Field.PHONE, 34.0),
    "r": (Field.REFERENCE, 34.0),
    "d": (Field.EMAIL, 8.0),
}
_CERTAIN = 20.0
_NAMED = 22.0  # of a number, however short, behind a word that fits
_PERHAPS = 12.0  # of a number that may be another one's
_THREAD = 24.0
_ALSO = 6.0  # bits for one more reason of those that settle it
_RELATED = 6.0
_RELATED_PERHAPS = 1.0  # by somebody or something that may not be meant
_CLOSE = 2.0  # bits
_HALF = 0.5
_NAMES = frozenset((Field.NAME, Field.TITLE, Field.STREET))
_BRIEF = 2  # words
_LONGEST_GREETING = 5  # words before the name
_GREETINGS = frozenset(
    {"hallo", "hello", "hi", "hey", "dear", "geehrte", "geehrter", "geehrten", "liebe", "lieber", "moin", "servus"}
    | {"guten", "grus", "gruzi", "bonjour"}
)


class _Views(NamedTuple):
    """A mail whole, without people's own postal addresses, and without what sentences name as a place of another
    kind."""

    whole: View
    away: View
    asked: View


def weigh(sight: Sight, index: Index, rows: Iterable[int]) -> list[Fit]:
    """The fits of the records in these rows that have anything to do with the mail."""
    view = View(sight, index)
    away = outside(sight, PassageRole.HOME)
    asked = outside(away, PassageRole.PLACE)
    of_away = view if away is sight else View(away, index)
    views = _Views(view, of_away, of_away if asked is away else View(asked, index))
    fits = [fit for row in rows if (fit := _weigh(views, index, row, sight)) is not None]
    fits = [fit for fit in fits if fit.score > 0]
    for fit in fits:
        fit.said = frozenset(view.reading.words[k] for k in fit.claims if k >= 0)
        if fit.slips:
            fit.others = _others(fit, view)
    _relate(fits, view.reading)
    _doubt_passing(fits, view)
    return fits


def _weigh(views: _Views, index: Index, row: int, sight: Sight) -> Fit | None:
    found = index.store.get(row)
    if found is None:
        return None
    record, words = found
    empty = Fit(row, record, words)
    if record.category in (Category.PERSON, Category.COMPANY):
        best = _by_words(views.whole, empty)
    else:
        best = _of_thing(views, empty)
    signs = sight.exact.get(row)
    if not signs and row not in sight.said and row not in sight.thread:
        return best
    fit = best if best is not None and best.score > 0 else empty
    _identify(fit, signs or (), sight.reading)
    _remember(fit, views.whole, sight)
    _make_certain(fit)
    if not signs and fit.row not in sight.thread and not any(said.sure for said in sight.said[fit.row]):
        fit.weak = fit.weak or not fit.gain  # suggested, and not named by the mail itself
    return fit


def _of_thing(views: _Views, empty: Fit) -> Fit | None:
    """The fit of a property or deal. What a mail names only as where somebody lives or meets is not what it asks about:
    that is doubted."""
    best = _by_words(views.asked, empty)
    if views.asked is views.away or (best is not None and best.score > 0 and not best.weak):
        return best
    named = _by_words(views.away, empty)
    if named is None or (best is not None and best.score >= named.score):
        return best
    named.doubted = Field.OTHER_PLACE
    return named


def _by_words(view: View, empty: Fit) -> Fit | None:
    """The better of what an address and a name tell. Others live and work at an address, too: by that alone somebody is
    shown, and not ticked."""
    category = empty.record.category
    placed = weigh_address(view, empty) if empty.words.street else None
    settled = placed is not None and not placed.weak and placed.score > 0
    if settled and category not in (Category.PERSON, Category.COMPANY):
        return placed
    named = weigh_person(view, empty) if category is Category.PERSON else weigh_phrase(view, empty)
    if settled and placed is not None:
        placed.weak = named is None or named.score <= 0 or named.against > 0
        if not placed.weak:
            return placed
    return named if named is not None and (placed is None or named.score > placed.score) else placed


def _remember(fit: Fit, view: View, sight: Sight) -> None:
    """Add what people did before: aliases that they taught, and what they linked mails of the same thread to."""
    for said in sight.said.get(fit.row, ()):
        fit.parts.append(Part(Field.ALIAS, said.first, said.last, said.phrase, said.bits))
        if fit.gain and not said.sure:
            continue  # said once, it ticks nothing that the mail's own words do not
        for k in range(said.first, said.last + 1):
            fit.claims[k] = max(said.bits, fit.claims.get(k, 0.0))
        bits = said.bits + ZONE_BITS[view.reading.zones[said.first]]
        fit.exact = max(bits, fit.exact + _ALSO)
    if fit.row in sight.thread:
        fit.parts.append(Part(Field.THREAD, -1, -1, fit.record.name, _THREAD))
        fit.exact = max(_THREAD, fit.exact + _ALSO)


def _make_certain(fit: Fit) -> None:
    if any(part.sign and part.sign.zone is Zone.SENDER for part in fit.parts):
        fit.confirm()  # the sender's own company, by its domain
    if fit.exact > _CERTAIN:
        fit.meant = Meant.BY_NAME
        fit.weak = fit.bare = False
        if fit.doubted is Field.OTHER_PLACE:
            fit.doubted = None
        fit.form = Form.SIGN
        fit.against = fit.missing = 0.0
    elif not fit.gain:
        fit.weak = True
        fit.form = Form.DOMAIN


def _identify(fit: Fit, signs: Iterable[tuple[str, Sign]], reading: Reading) -> None:
    """Add the identifiers that the mail and the record share, each where it tells most."""
    best: dict[str, tuple[float, Sign]] = {}
    for key, sign in signs:
        bits = _IDENTIFIERS[key[0]][1] if key[0] != "r" else _number_bits(fit.record, key[2:], sign, reading)
        if key not in best or bits > best[key][0]:
            best[key] = bits, sign
    perhaps = False
    for key, (bits, sign) in best.items():
        kind, text = key[0], key[2:]
        fit.claims[sign.claim] = bits
        record = text if kind != "d" else "@" + text
        fit.parts.append(Part(_IDENTIFIERS[kind][0], -1, -1, record, bits, sign))
        fit.exact = max(fit.exact, bits + ZONE_BITS[sign.zone])
        perhaps = perhaps or (kind == "r" and bits == _PERHAPS)
    if perhaps and fit.exact <= _CERTAIN and not fit.gain:
        fit.exact, fit.doubted = _CERTAIN + 1.0, Field.OTHER_NUMBER


def _number_bits(record: Record, key: str, sign: Sign, reading: Reading) -> float:
    """What an external number in a mail tells about the record that has it."""
    if not refers(sign, reading.sources[sign.source][sign.start : sign.end], record):
        return _PERHAPS
    bits = min(_IDENTIFIERS["r"][1], 5.0 * len(key), 3.3 * len(key) + 6 if key.isdigit() else 99.0)
    if sign.cue in (Cue.PROPERTY, Cue.CUSTOMER):
        bits = max(bits, _NAMED)
    return bits if bits > _CERTAIN else _PERHAPS


def _relate(fits: list[Fit], reading: Reading) -> None:
    """Records that the CRM relates to each other lift each other when a mail mentions both.

    Somebody who is one of several that the same words fit lifts less: it may be the other one who is meant.
    """
    by_ref: dict[RecordRef, Fit] = {fit.record.ref: fit for fit in fits}
    related = {tuple(sorted((fit.record.ref, ref))) for fit in fits for ref in fit.record.related if ref in by_ref}
    if not related:
        return
    scores = {ref: fit.score for ref, fit in by_ref.items()}
    contested = {ref for ref in {ref for pair in related for ref in pair} if _contested(by_ref[ref], fits)}
    for one, other in related:
        for ref, partner in ((one, other), (other, one)):
            if scores[partner] > 6.0:
                fit, bits = by_ref[ref], _RELATED
                if partner in contested:
                    bits = _RELATED_PERHAPS
                else:
                    _explain_absent(fit, by_ref[partner])
                    fit.bare = False
                    if by_ref[partner].form is Form.SIGN:
                        fit.confirm()  # the company of somebody who is certain
                    half_said = fit.lost <= _HALF * fit.total
                    one_word = fit.form in (Form.DEAL, Form.TITLE) and len(fit.claims) == 1
                    fit.weak = fit.weak and (one_word or not half_said or _greeted(fit, reading))
                fit.exact += bits
                fit.parts.append(Part(Field.RELATED, -1, -1, by_ref[partner].record.name, bits))


def _greeted(fit: Fit, reading: Reading) -> bool:
    """Whether only a greeting names somebody, by the surname: "Hallo Herr Müller" is whom the mail was written to."""
    first = min(fit.claims)
    if fit.form is not Form.SURNAME or first < 0 or reading.zones[first] is not Zone.TEXT:
        return False
    k = first - 1
    while k >= 0 and first - k <= _LONGEST_GREETING and "\n" not in reading.between(k):
        if reading.words[k] in _GREETINGS:
            return True
        k -= 1
    return False


def _contested(fit: Fit, fits: list[Fit]) -> bool:
    """Whether much the same words fit another record of the same kind as well, and nothing else speaks for this one."""
    if fit.exact:
        return False
    half = _HALF * sum(fit.claims.values())
    return any(
        other is not fit
        and other.record.category is fit.record.category
        and other.score > fit.score - _CLOSE
        and sum(bits for k, bits in fit.claims.items() if k in other.claims) > half
        for other in fits
    )


def _doubt_passing(fits: list[Fit], view: View) -> None:
    """Where the sender is certain, another company that running text names in a word or two, without its legal form,
    is mentioned in passing ("the key is at …"): weak evidence that the mail is for its file."""
    senders = [fit for fit in fits if any(part.sign and part.sign.zone is Zone.SENDER for part in fit.parts)]
    if not senders:
        return
    for fit in fits:
        brief = len(fit.words.phrase) <= _BRIEF and not fit.formal
        if (
            fit.form is Form.COMPANY
            and brief
            and not fit.exact
            and view.reading.zones[min(fit.claims)] in (Zone.TEXT, Zone.QUOTED)
        ):
            fit.weak = fit.weak or not any(sender.words.company == fit.words.phrase for sender in senders)


def _others(fit: Fit, view: View) -> int:
    """How many records bear a name that stands in the mail as written and is taken for a misspelling here.

    "Scholz" is seldom meant to be "Scholl" where there are people called Scholz.
    """
    found = 0
    for part in fit.parts:
        if part.first == part.last >= 0 and part.record not in fit.said and part.field in _NAMES:
            found = max(found, view.vocabulary.having(_role(fit, part), view.reading.words[part.first]))
    return found


def _role(fit: Fit, part: Part) -> Role:
    if part.field is Field.STREET:
        return Role.STREET
    if fit.record.category is not Category.PERSON:
        return fit.words.role
    return Role.FAMILY if part.record in fit.words.family else Role.GIVEN


def _explain_absent(fit: Fit, partner: Fit) -> None:
    """A deal named after its customer needs no repetition of the customer's name where the customer is in the mail."""
    for word in {*partner.words.phrase, *partner.words.family, *partner.words.company}.intersection(fit.absent):
        missing, lost = fit.absent.pop(word)
        fit.missing -= missing
        fit.lost -= lost
    if partner.form is Form.SIGN:  # one of the few of somebody who is certain, not of all that there are
        fit.missing = max(0.0, fit.missing - _RELATED)
