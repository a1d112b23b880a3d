"""The catalogue of a language."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.language import LANGUAGES, Sentence, plain, sentence, speak, words

FOLDER = Path(__file__).parents[3] / "bot" / "language"


def test_sentences_within_are_said_in_the_same_language() -> None:
    inner = sentence("list.and", first="Anna", last="Ben")
    assert words()("plain", text=inner) == "Anna and Ben"
    assert words()(sentence("plain", text=(plain("Anna"), "Ben", "Cem"))) == "Anna, Ben and Cem"
    assert words()("plain", text=("Anna",)) == "Anna"
    assert words().listed(["Anna", "Ben"], "list.or") == "Anna or Ben"


def test_an_unknown_message_is_no_sentence() -> None:
    with pytest.raises(KeyError):
        words()(Sentence("there.is.no.such.message"))


def test_the_command_line_speaks_the_language_it_is_told_to() -> None:
    speak("de")
    try:
        assert words() is words("de")
        assert words("en").language == "en"
    finally:
        speak("en")
    assert words() is words("en")


def test_a_language_without_a_file_is_english() -> None:
    assert words("tlh") is words()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_there_twice_or_empty(language: str) -> None:
    text = (FOLDER / f"{language}.po").read_text("utf-8")
    catalogue = read_po(io.StringIO(text), locale=language, abort_invalid=True)
    found = [message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id]
    assert text.count("\nmsgid ") == len(found) + 1, "a message stands there twice"
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
