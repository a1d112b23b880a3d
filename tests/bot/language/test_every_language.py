"""Every language says everything that English does, with the same values, and short enough for where it stands."""

from __future__ import annotations

import io
import re
import string
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import bot.language
from bot.language import ENGLISH, LANGUAGES, closest, words

FOLDER = Path(bot.language.__file__).parent
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
# The longest that Slack takes (docs.slack.dev/reference/block-kit): of a button, a modal's title and its buttons, a
# placeholder, a label, an option, and what a button asks. Values count as the shortest that they may be.
PLACES = {
    r"button\..*": 75,
    r"window\.(title|done_title|refile_title|link|cancel|done_close)": 24,
    r"window\.placeholder\..*": 150,
    r"window\.(label|files|kept|kept_own|wrong)": 100,
    r"(undo|note)\.title": 100,
    r"(undo|note)\.(yes|no)": 30,
    r"undo\.(text|others_stay)": 100,
    r"note\.text": 300,
    r"slot\..*": 75,
    r"files\.option": 75,
}


@cache
def templates(language: str) -> Mapping[str, tuple[str, ...]]:
    """The words of each message, one for each plural form."""
    catalogue = read_po(io.BytesIO((FOLDER / f"{language}.po").read_bytes()), locale=language, abort_invalid=True)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in catalogue
        if message.id
    }


def values(forms: Iterable[str]) -> set[str]:
    return {name for one in forms for _, name, _, _ in string.Formatter().parse(one) if name is not None}


def marks(text: str) -> list[str]:
    """What stands out or acts: bold words, commands, links and mentions, emoji."""
    text = re.sub(r"\|[^>]*>", "|>", text)  # what a link is called is words
    return sorted(re.findall(r"[*`<>\n•→↩️✅☑⚠❌❓✂📝📎🎓🔎⏳]", text))


def test_each_file_is_a_language_and_each_language_a_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.po")} == set(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_missing_and_nothing_else_is_there(language: str) -> None:
    assert sorted(set(templates(ENGLISH)) - set(templates(language))) == []
    assert sorted(set(templates(language)) - set(templates(ENGLISH))) == []


@pytest.mark.parametrize("language", OTHERS)
def test_messages_ask_for_the_values_that_english_has(language: str) -> None:
    there = templates(language)
    wrong = {id_ for id_, forms in templates(ENGLISH).items() if id_ in there and values(forms) != values(there[id_])}
    assert wrong == set()


@pytest.mark.parametrize("language", OTHERS)
def test_what_has_plural_forms_in_english_has_all_that_the_language_needs(language: str) -> None:
    text = (FOLDER / f"{language}.po").read_text("utf-8")
    needed = read_po(io.StringIO(text), locale=language).num_plurals
    for id_, forms in templates(ENGLISH).items():
        if len(forms) > 1:
            assert len(templates(language)[id_]) == needed, id_


@pytest.mark.parametrize("language", OTHERS)
def test_what_stands_out_in_english_does_so_in_every_language(language: str) -> None:
    there = templates(language)
    for id_, forms in templates(ENGLISH).items():
        if len(forms) == 1 and id_ in there:
            assert marks(there[id_][0]) == marks(forms[0]), id_


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_that_sentences_name_are_called_so(language: str) -> None:
    """What a sentence asks to press stands on a button, in the menu of a message, or on a button of the window."""
    there = templates(language)
    buttons = {form for id_, forms in there.items() if re.match(r"(button|window|undo|note)\.", id_) for form in forms}
    for id_, forms in there.items():
        if re.match(r"(card|press|notice|window|undo|no_mail|help|files)\.", id_):
            for named in forms[0].split("*")[1::2]:
                heading = named.endswith((":", ".")) or "{" in named
                assert heading or named == "Link to CRM" or named in buttons, (id_, named)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("pattern", "most"), PLACES.items())
def test_nothing_is_longer_than_its_place(language: str, pattern: str, most: int) -> None:
    there = {id_: forms for id_, forms in templates(language).items() if re.fullmatch(pattern, id_)}
    assert there, "no message stands there"
    for id_, forms in there.items():
        for form in forms:
            assert len(re.sub(r"\{\w+\}", "", form)) <= most, (id_, len(form))


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_are_joined_as_the_language_does(language: str) -> None:
    say = words(language)
    both, either = {"en": ("a, b and c", "a or b"), "de": ("a, b und c", "a oder b")}[language]
    assert (say.listed(["a", "b", "c"]), say.listed(["a", "b"], "list.or")) == (both, either)


def test_one_and_several_are_told_apart_in_german() -> None:
    say = words("de")
    assert say("cli.purge_names", count=1) == "Gelöscht: 1 Name neben einer Mail."
    assert say("cli.purge_names", count=2) == "Gelöscht: 2 Namen neben Mails."


def test_numbers_are_written_as_the_language_does() -> None:
    assert (words("de").number(1.25, digits=1), words("en").number(1.25, digits=1)) == ("1,2", "1.2")


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de-DE", "de"), ("de_AT", "de"), ("de", "de"), ("en-US", "en"), ("EN-GB", "en"), ("fr-FR", None), ("", None)],
)
def test_a_locale_is_spoken_to_in_the_closest_language(locale: str, language: str | None) -> None:
    assert closest(locale) == language


@pytest.mark.parametrize("quotes", ["“", '"', "‚"])
def test_german_has_its_own_quotation_marks(quotes: str) -> None:
    for id_, forms in templates("de").items():
        for form in forms:
            outside = re.sub("„[^„“]*“", "", form)
            assert quotes not in outside, id_
            assert form.count("„") == form.count("“"), id_
