"""How well one record fits a mail: evidence in bits for what agrees, against it for what is missing or contradicts."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.matching.described import Described, describe
from bot.matching.find import NICK_BITS, Seen, Sight
from bot.matching.index import Index
from bot.matching.reading import Sign, Zone
from bot.matching.tables import COMMON, LEGAL_FORMS, PARTICLES, SALUTATIONS, STREET_WORDS, TITLES, nicknames
from bot.matching.vocabulary import Role
from bot.matching.words import Field
from bot.records import Category, Record

ZONE_BITS = {
    Zone.SENDER: 2.0,
    Zone.SUBJECT: 1.0,
    Zone.TEXT: 0.0,
    Zone.QUOTED: 0.0,
    Zone.SIGNATURE: -3.0,
    Zone.RECIPIENT: -2.0,
}
IDENTIFIER_BITS = {"e": 40.0, "p": 34.0, "r": 34.0, "d": 8.0}
ANCHORS = 8  # places of one word that are tried


@dataclass(slots=True)
class Part:
    """A field of the record and the words of the mail (indices, inclusive) that agree with it."""

    field: Field
    first: int
    last: int
    record: str
    bits: float
    sign: Sign | None = None


@dataclass(slots=True)
class Fit:
    """How one record fits: `bits` for, `missing` and `against` it; `claims` are the bits of each word it explains."""

    row: int
    record: Record
    bits: float = 0.0
    missing: float = 0.0
    against: float = 0.0
    exact: float = 0.0
    coverage: float = 0.0
    weak: bool = False  # a bare surname, a street without its number: says little however rare
    parts: list[Part] = field(default_factory=list)
    claims: dict[int, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Evidence for minus evidence against, in bits."""
        return self.bits + self.exact - self.missing - self.against


class Scale:
    """Weighs records against one mail."""

    def __init__(self, sight: Sight, index: Index) -> None:
        self.sight = sight
        self.index = index
        self.reading = sight.reading
        self.vocabulary = index.vocabulary

    def weigh(self, row: int) -> Fit | None:
        """The best fit of a record; None if the mail does not mention it."""
        record = self.index.record(row)
        if record is None:
            return None
        words = describe(record)
        signs = self.sight.exact.get(row, [])
        fits = list(self._fits(row, record, words))
        best = max(fits, key=lambda fit: fit.score, default=None)
        if not signs:
            return best
        if best is None or (best.score < 0):
            best = Fit(row, record, coverage=1.0)
        self._add_signs(best, signs)
        return best

    def _fits(self, row: int, record: Record, words: Described) -> list[Fit]:
        fits: list[Fit | None] = []
        if record.category is Category.PERSON:
            fits.append(self._person(Fit(row, record), words))
        else:
            fits.append(self._phrase(Fit(row, record), words))
        if words.street:
            fits.append(self._address(Fit(row, record), words))
        return [fit for fit in fits if fit is not None]

    def _add_signs(self, fit: Fit, signs: list[tuple[str, Sign]]) -> None:
        kinds = {"e": Field.EMAIL, "p": Field.PHONE, "r": Field.REFERENCE, "d": Field.EMAIL}
        if fit.weak and any(key[0] != "d" for key, _ in signs):
            fit.weak = False
        best = 0.0
        for key, sign in signs:
            bits = IDENTIFIER_BITS[key[0]]
            digits = sum(map(str.isdigit, key))
            if key[0] == "r":
                bits = min(bits, 5.0 * (len(key) - 2))
                if digits == len(key) - 2:
                    bits = min(bits, 3.3 * digits + 6)
            fit.claims[-1 - (sign.start * 64 + sign.source)] = bits  # signs are words of their own
            if not any(part.sign is not None and part.record == key[2:] for part in fit.parts):
                fit.parts.append(Part(kinds[key[0]], -1, -1, key[2:] if key[0] != "d" else "@" + key[2:], bits, sign))
            best = max(best, bits + ZONE_BITS[sign.zone])
        if best < 10 and not fit.bits:
            fit.weak = True
        fit.exact = best
        fit.against = 0.0 if best > 20 else fit.against
        fit.missing = 0.0 if best > 20 else fit.missing

    # ---- persons

    def _person(self, fit: Fit, words: Described) -> Fit | None:
        best: Fit | None = None
        tried = 0
        for family in words.family:
            for spot in self.sight.seen.get(family, ())[:ANCHORS]:
                tried += 1
                found = self._person_at(Fit(fit.row, fit.record), words, family, spot)
                if best is None or found.score > best.score:
                    best = found
        return best

    def _person_at(self, fit: Fit, words: Described, anchor: str, spot: Seen) -> Fit:
        reading, bits = self.reading, self.vocabulary.bits
        used: dict[int, float] = {}
        total = 0.0
        for family in words.family:
            worth = bits(Role.FAMILY, family)
            total += worth
            near = spot if family == anchor else self._near(family, spot, 3)
            if near is None:
                fit.missing += 0.5 * min(worth, 10.0)
            else:
                self._use(fit, used, near, Field.NAME, family, max(1.0, worth - near.cost))
        given_found = False
        first = words.given[:1]
        for given in words.given:
            near = self._near(given, spot, 4, before=3)
            if near is None or near.index in used:
                continue
            if near.cost >= NICK_BITS and given != words.given[0] and given_found:
                continue
            given_found = True
            worth = bits(Role.GIVEN, given)
            total += worth
            self._use(fit, used, near, Field.NAME, given, max(0.5, worth - near.cost))
        if not given_found and first:
            given_found = self._short_given(fit, used, words, spot)
        if not given_found:
            fit.weak = True
            fit.missing += 2.0
            fit.against += self._other_given(used, spot, words)
        else:
            fit.against += self._intruders(used)
        self._finish(fit, used, total + 1.0)
        if words.company:
            self._company(fit, used, words, spot)
        if not reading.capital[spot.index]:
            fit.against += 3.0 if given_found else 8.0
        return fit

    def _use(self, fit: Fit, used: dict[int, float], near: Seen, kind: Field, word: str, worth: float) -> None:
        used[near.index] = worth
        if near.last != near.index:
            used[near.last] = 0.1
        fit.bits += worth
        fit.parts.append(Part(kind, near.index, near.last, word, worth))

    def _finish(self, fit: Fit, used: dict[int, float], total: float) -> None:
        fit.claims = dict(used)
        fit.coverage = min(1.0, fit.bits / total)
        if used:
            fit.bits += ZONE_BITS[self.reading.zones[next(iter(used))]]

    def _near(self, word: str, spot: Seen, reach: int, before: int | None = None) -> Seen | None:
        """The cheapest and nearest place of a word around a spot."""
        places = self.reading.places
        here = places[spot.index]
        best, best_rank = None, (99.0, 0)
        for other in self.sight.seen.get(word, ()):
            distance = places[other.index] - here
            if -(before if before is not None else reach) <= distance <= reach and other.index != spot.index:
                rank = (other.cost, abs(distance))
                if rank < best_rank:
                    best, best_rank = other, rank
        return best

    def _neighbours(self, used: dict[int, float], spot: Seen) -> list[tuple[int, bool]]:
        """The words where a given name would stand: before the surname, or after it and a comma. (index, certain)"""
        reading, found = self.reading, []
        i = min([spot.index, *(u for u in used if u <= spot.index)]) - 1
        while (
            i >= 0
            and (reading.words[i] in PARTICLES or reading.words[i] in TITLES)
            and reading.between(i).strip(" .-") == ""
        ):
            i -= 1
        if (
            i >= 0
            and reading.between(i).strip(" -.") == ""
            and reading.between(i).count(".") <= (len(reading.words[i]) <= 2)
        ):
            found.append(i)
        j = spot.last + 1
        if (j < len(reading.words) and reading.between(spot.last) in (", ", ",")) or (
            j < len(reading.words) and reading.between(spot.last) == " "
        ):
            found.append(j)
        return [(k, True) for k in found if k not in used]

    def _short_given(self, fit: Fit, used: dict[int, float], words: Described, spot: Seen) -> bool:
        """An initial or a clipped form of the given name beside the surname."""
        given = words.given[0]
        for k, _ in self._neighbours(used, spot):
            word = self.reading.words[k]
            if len(word) == 1 and given[0] == word and self.reading.capital[k]:
                self._use(fit, used, Seen(k, k, 0.0), Field.NAME, given, 3.5)
                return True
            if len(word) >= 3 and given.startswith(word):
                self._use(
                    fit, used, Seen(k, k, 0.0), Field.NAME, given, max(2.0, self.vocabulary.bits(Role.GIVEN, given) - 3)
                )
                return True
        return False

    def _other_given(self, used: dict[int, float], spot: Seen, words: Described) -> float:
        """Bits against: another person's given name stands beside the surname."""
        reading, cost = self.reading, 0.0
        for k, _ in self._neighbours(used, spot):
            word = reading.words[k]
            if word in SALUTATIONS or word in TITLES or word in COMMON or not word.isalpha():
                continue
            if len(word) == 1:
                if reading.capital[k] and words.given and k < spot.index:
                    cost = max(cost, 12.0)
                continue
            after = k > spot.index
            if self.vocabulary.has(Role.GIVEN, word) or word in nicknames():
                cost = max(cost, 12.0 if not after else 4.0 if reading.between(spot.last) == " " else 12.0)
            elif reading.capital[k] and not after:
                cost = max(cost, 3.0)
        before = spot.index - 1
        if before >= 0 and reading.between(before) == "-" and before not in used:
            cost += 4.0
        if reading.between(spot.last) == "-":
            cost += 4.0
        following = spot.last + 1
        if following < len(reading.words) and reading.between(spot.last) == " ":
            word = reading.words[following]
            if word in STREET_WORDS or word in LEGAL_FORMS:
                cost += 6.0
        return cost

    def _intruders(self, used: dict[int, float]) -> float:
        """Bits against: capitalised words that stand between the words of a name."""
        reading = self.reading
        first, last = min(used), max(used)
        cost = 0.0
        for k in range(first + 1, last):
            word = reading.words[k]
            if k not in used and word not in PARTICLES and word not in TITLES and len(word) > 1:
                cost += 3.0 if reading.capital[k] else 5.0
        for k in range(first, last):
            if any(c in ".;:!?\n" for c in reading.between(k)) and len(reading.words[k]) > 2:
                cost += 4.0
        return cost

    def _company(self, fit: Fit, used: dict[int, float], words: Described, spot: Seen) -> None:
        """The person's company, named nearby."""
        gained = 0.0
        taken: dict[int, float] = {}
        for word in words.company:
            near = self._near(word, spot, 16)
            if near is not None and near.index not in used:
                gained += max(0.5, self.vocabulary.bits(Role.EMPLOYER, word) - near.cost)
                taken[near.index] = 0.0
        if gained > 5.0:
            fit.bits += min(gained, 9.0)
            if gained > 8.0:
                fit.weak = False
            first, last = min(taken), max(taken)
            if self.reading.source[first] == self.reading.source[last] and last - first < 8:
                fit.parts.append(Part(Field.COMPANY, first, last, " ".join(words.company), gained))

    # ---- addresses

    def _address(self, fit: Fit, words: Described) -> Fit | None:
        main = max(words.street, key=lambda w: (w not in COMMON, w not in STREET_WORDS, len(w)))
        best: Fit | None = None
        for spot in self.sight.seen.get(main, ())[:ANCHORS]:
            found = self._address_at(Fit(fit.row, fit.record), words, main, spot)
            if found is not None and (best is None or found.score > best.score):
                best = found
        return best

    def _address_at(self, fit: Fit, words: Described, main: str, spot: Seen) -> Fit | None:
        reading, bits = self.reading, self.vocabulary.bits
        used: dict[int, float] = {}
        total = 0.0
        first, last = spot.index, spot.last
        for word in words.street:
            worth = bits(Role.STREET, word)
            total += worth
            near = spot if word == main else self._near(word, spot, len(words.street))
            if near is None:
                fit.missing += 0.7 * worth
            else:
                first, last = min(first, near.index), max(last, near.last)
                self._use(fit, used, near, Field.STREET, word, max(0.5, worth - near.cost))
        written, index, index_end = self._written_number(first, last)
        if words.number:
            total += 6.0
            if not written:
                fit.weak = True
                fit.missing += 5.0
            else:
                agreement = _numbers_agree(words.number, written)
                if agreement <= 0:
                    return None
                self._use(fit, used, Seen(index, index_end, 0.0), Field.STREET, words.number, 6.0 * agreement)
                fit.against += 0.0 if agreement == 1 else 4.0
        self._place(fit, used, words, spot)
        self._finish(fit, used, total)
        if not reading.capital[spot.index] and not written:
            fit.against += 6.0
        return fit

    def _written_number(self, first: int, last: int) -> tuple[str, int, int]:
        """The house number written after the street, or before it as in English; ("", …) if there is none."""
        reading = self.reading
        words = reading.words
        k = last + 1
        for k in (last + 1, last + 2):
            if k < len(words) and words[k][:1].isdigit() and "\n" not in reading.between(k - 1):
                if (k == last + 2 and words[last + 1] not in ("nr", "no", "numer", "hausnumer")) or len(
                    words[k].rstrip("abcdefgh")
                ) > 4:
                    continue
                text, end = words[k], k
                gap = reading.between(k)
                if (
                    text.isdigit()
                    and k + 1 < len(words)
                    and gap in (" ", "")
                    and len(words[k + 1]) == 1
                    and words[k + 1] in "abcdefghijk"
                ):
                    text, end = text + words[k + 1], k + 1
                elif (
                    k + 1 < len(words)
                    and gap.strip() in ("-", "–", "/")
                    and words[k + 1].isdigit()
                    and len(words[k + 1]) <= 3
                ):
                    text, end = f"{text}-{words[k + 1]}", k + 1
                return text, k, end
        k = first - 1
        if k >= 0 and words[k][:1].isdigit() and reading.between(k) == " ":
            return words[k], k, k
        return "", -1, -1

    def _place(self, fit: Fit, used: dict[int, float], words: Described, spot: Seen) -> None:
        """Postal code and city around the street."""
        bits = self.vocabulary.bits
        if words.postal_code:
            near = self._near(words.postal_code, spot, 7, before=4)
            if near is not None and near.index not in used:
                self._use(fit, used, near, Field.CITY, words.postal_code, 6.0)
            elif self._other_postal_code(used, words.postal_code):
                fit.against += 8.0
        worth = got = 0.0
        for word in words.city:
            near = self._near(word, spot, 8, before=5)
            worth += bits(Role.CITY, word)
            if near is not None and near.index not in used:
                gain = max(0.5, bits(Role.CITY, word) - near.cost)
                got += gain
                self._use(fit, used, near, Field.CITY, word, gain)
        if words.city and not got and self._other_city(used):
            fit.against += 7.0

    def _after(self, used: dict[int, float]) -> range:
        last = max(used)
        return range(last + 1, min(last + 4, len(self.reading.words)))

    def _other_postal_code(self, used: dict[int, float], code: str) -> bool:
        words = self.reading.words
        return any(words[k].isdigit() and len(words[k]) == len(code) and words[k] != code for k in self._after(used))

    def _other_city(self, used: dict[int, float]) -> bool:
        for k in self._after(used):
            if k != max(used) + 1 and self.reading.between(k - 1).strip(" ,") not in ("", "in"):
                return False
            word = self.reading.words[k]
            if word.isdigit() or word in ("in",):
                continue
            return self.vocabulary.has(Role.CITY, word)
        return False

    # ---- companies, deals, titles

    def _phrase(self, fit: Fit, words: Described) -> Fit | None:
        phrase, bits = words.phrase, self.vocabulary.bits
        seen = [(bits(words.role, w), j, w) for j, w in enumerate(phrase) if w in self.sight.seen]
        if not seen:
            return None
        best: Fit | None = None
        for _, j, word in sorted(seen, reverse=True)[:2]:
            for spot in self.sight.seen[word][:ANCHORS]:
                found = self._phrase_at(Fit(fit.row, fit.record), words, j, spot)
                if best is None or found.score > best.score:
                    best = found
        return best

    def _phrase_at(self, fit: Fit, words: Described, anchor: int, spot: Seen) -> Fit:
        reading, bits = self.reading, self.vocabulary.bits
        used: dict[int, float] = {}
        total = 0.0
        here = reading.places[spot.index]
        kind = Field.TITLE if fit.record.category is Category.PROPERTY else Field.NAME
        for j, word in enumerate(words.phrase):
            worth = bits(words.role, word)
            total += worth
            if j == anchor:
                near: Seen | None = spot
            else:
                expected = here + j - anchor
                near, best = None, (99.0, 0)
                for other in self.sight.seen.get(word, ()):
                    off = abs(reading.places[other.index] - expected)
                    if off <= 2 + abs(j - anchor) // 2 and other.index not in used and (other.cost, off) < best:
                        near, best = other, (other.cost, off)
            if near is None:
                fit.missing += max(2.0, 0.8 * worth) if not word[0].isdigit() else max(6.0, 0.8 * worth)
            else:
                self._use(fit, used, near, kind, word, max(0.5, worth - near.cost))
        self._finish(fit, used, total)
        if len(used) == 1 and len(words.phrase) > 1:
            fit.weak = True
        if not any(reading.capital[k] for k in used):
            fit.against += 1.0
        fit.against += 0.5 * self._intruders(used)
        return fit


def _numbers_agree(record: str, written: str) -> float:
    """1 for the same house number, less where a range or a missing letter leaves doubt, 0 for another number."""
    if record == written:
        return 1.0
    ends = written.split("-")
    if ends[0] == record or ends[-1] == record:
        return 0.8
    if (
        len(ends) == 2
        and all(e.isdigit() for e in ends)
        and record.isdigit()
        and int(ends[0]) <= int(record) <= int(ends[1])
    ):
        return 0.6
    if record.rstrip("abcdefghijk") == written.rstrip("abcdefghijk") and (record.isdigit() or written.isdigit()):
        return 0.3
    return 0.0
