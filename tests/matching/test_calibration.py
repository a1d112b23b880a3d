"""Probabilities: what they are made from, and the fit of their weights."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from bot.matching import MailWords, Matcher
from bot.matching.decide import AGAINST, FOR, Place, Verdict, calibration, compete, features, place
from bot.matching.find import candidates, look
from bot.matching.index import Index
from bot.matching.reading import read
from bot.matching.scale import weigh
from bot.matching.weigh import Form
from bot.records import Record
from tests.matching.people import DIRECTORY, person, ref

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "calibrate_matching.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("calibrate_matching", SCRIPT)
    assert spec and spec.loader
    module = sys.modules["calibrate_matching"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chance(records: list[Record], text: str, id_: str) -> float:
    matches = Matcher(records).match(MailWords(text=text))
    return next((match.probability for match in matches if match.ref == ref(id_)), 0.0)


def test_each_form_and_place_has_a_weight_for_each_feature() -> None:
    (length,) = {len(features(verdict, 5.0)) for verdict in verdicts()}
    for form in Form:
        for where in Place:
            assert len(calibration()[form][where]) == length, (form, where)


def verdicts() -> list[Verdict]:
    index = Index.build(DIRECTORY, "DE")
    mail = MailWords("Peter Meier", text="Anna Mueler und Andreas Müller, Lindenstr. 12 in Berlin, Villa Morgensonne")
    sight = look(read(mail, frozenset(), (), "DE"), index)
    return compete(weigh(sight, index, candidates(sight, index)))


def test_places_in_the_competition() -> None:
    found = {verdict.fit.record.ref.id: verdict for verdict in verdicts()}
    assert place(found["1"]) is Place.MISSPELT
    assert place(found["30"]) is Place.AS_STORED
    assert found["6"].equals == found["7"].equals == 1
    assert found["1"].equals == 0


def test_who_is_as_good_is_as_likely() -> None:
    text = "Bitte Peter Meier anrufen."
    assert chance(DIRECTORY, text, "6") == pytest.approx(chance(DIRECTORY, text, "7"), abs=0.1)


def test_another_persons_name_is_no_misspelling() -> None:
    steven = person("60", "Steven", "Scholl")
    others = [person(f"6{i}", given, "Scholz") for i, given in enumerate(("Ida", "Udo", "Eva", "Jan"), 1)]
    strangers = [person(f"6{i}", given, "Kwiatkowski") for i, given in enumerate(("Ida", "Udo", "Eva", "Jan"), 1)]
    text = "Der Kontakt Steven Scholz wartet auf eine Antwort."
    assert chance([*DIRECTORY, steven, *others], text, "60") < chance([*DIRECTORY, steven, *strangers], text, "60")


def test_half_a_misspelt_name_in_small_letters_is_nobody() -> None:
    warren = person("60", "Warren", "Sanders")
    assert chance([*DIRECTORY, warren], "Das Dach wurde in den letzten Jahren saniert.", "60") < 0.1
    assert chance([*DIRECTORY, warren], "Warrren Sanders hat angerufen.", "60") > 0.5


def test_what_speaks_for_or_against_a_record_never_does_the_opposite() -> None:
    for form in Form:
        for where in Place:
            weights = calibration()[form][where]
            assert min(weights[FOR]) >= 0 >= max(weights[AGAINST]), (form, where)


def test_the_fit_finds_the_weights_that_made_the_data(script: ModuleType) -> None:
    chances = np.random.default_rng(3)
    weights = np.zeros(AGAINST.stop)
    weights[[0, FOR.start, AGAINST.start]] = -1.0, 2.0, -0.5
    x = np.column_stack([np.ones(20_000), chances.normal(size=(20_000, AGAINST.stop - 1))])
    y = (chances.random(20_000) < script.probabilities(x, weights)).astype(float)
    assert script.fit(x, y, np.ones(20_000)) == pytest.approx(weights, abs=0.15)


def test_the_fit_stays_finite_where_all_are_right(script: ModuleType) -> None:
    x = np.ones((500, AGAINST.stop))
    weights = script.fit(x, np.ones(500), np.ones(500))
    assert 0.99 < script.probabilities(x, weights)[0] < 1


def test_sizes_count_the_same_and_so_do_folders_of_a_size(script: ModuleType) -> None:
    sizes, counts = [3, 3, 6], [100, 300, 1200]
    total = [share * count for share, count in zip(script.shares(sizes, counts), counts, strict=True)]
    assert total[0] == pytest.approx(total[1])
    assert total[0] + total[1] == pytest.approx(total[2])
    assert sum(total) == pytest.approx(sum(counts))
