import json
import re
from importlib.resources import files

import pytest

from bot.crm.onoffice.errors import Kind, error, meaning, meanings
from tests.needs import need
from tests.saying import english


def test_every_code_of_the_public_list_has_a_meaning() -> None:
    facts = (need("shared") / "facts" / "onoffice.md").read_text(encoding="utf-8")
    listed = {int(code) for code in re.findall(r"^- `(\d+)` ", facts, re.MULTILINE)} - {0}
    assert len(listed) == 286
    assert set(meanings()) == listed


def test_no_code_has_two_meanings() -> None:
    groups = json.loads(files("bot.crm.onoffice").joinpath("errors.json").read_text(encoding="utf-8"))["groups"]
    codes = [code for group in groups for code in group["codes"]]
    assert len(codes) == len(set(codes)) == 286


@pytest.mark.parametrize(
    ("numbers", "kind", "words"),
    [
        ([22, 137, *range(41, 50)], Kind.CREDENTIALS, "token and secret"),
        ([158], Kind.CREDENTIALS, "network address"),
        ([51], Kind.PERMANENT, "mailbox assigned"),
        ([62, 63, 94, 287], Kind.RETRY, "no longer where"),
        ([61], Kind.RETRY, "mailbox"),
        ([80, 292, 293], Kind.PERMANENT, "no longer in onOffice"),
        ([136], Kind.PERMANENT, "clock"),
        ([174, 253, 156], Kind.PERMANENT, "right"),
        ([23, 24, 25], Kind.PERMANENT, "API is enabled"),
        ([297, 298, 299], Kind.OURS, "didn't understand"),
        ([69, 151], Kind.PERMANENT, "too short"),
        ([1], Kind.RETRY, "try again"),
    ],
)
def test_the_codes_that_matter_say_what_to_do(numbers: list[int], kind: Kind, words: str) -> None:
    for number in numbers:
        found = error(number)
        assert found.kind is kind, number
        assert words in english(found.message), number
        assert found.permanent is (kind is not Kind.RETRY), number
        assert found.code == str(number)


@pytest.mark.parametrize("number", sorted(meanings()))
def test_each_sentence_is_one_for_people(number: int) -> None:
    say = english(meaning(number).say)
    assert say.endswith(".")
    assert "Please" in say
    assert str(number) not in say
    assert not re.search(r"%s|HMAC|HTTP|JSON|null", say)


def test_an_unknown_code_keeps_its_number_for_the_administrator() -> None:
    found = error(99999)
    assert found.permanent
    assert "99999" in english(found.message)
