"""The catalogue of a language: gettext's PO format, read with Babel. A language is one file beside this one."""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.language.sentence import Sentence, Value

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de")


@dataclass(frozen=True, slots=True)
class Words:
    """Says messages in one language; what it lacks is said in English."""

    language: str
    _messages: gettext.NullTranslations

    def __call__(self, message: str | Sentence, /, **values: Value) -> str:
        """The words of a message id with these values, or of a whole sentence. Values that are sentences are said in
        the same language; several are joined as the language joins a list. Raises KeyError for an unknown id or a
        value that is missing."""
        if isinstance(message, Sentence):
            if not message:
                return ""
            return self(message.id, **dict(message.values))
        template = self._template(message, values.get("count"))
        return template.format(**{name: self._value(value) for name, value in values.items()})

    def _template(self, message: str, count: Value | None) -> str:
        if isinstance(count, int):
            found = self._messages.ngettext(message, "", count)
            if found not in (message, ""):
                return found
        found = self._messages.gettext(message)
        if found == message:
            raise KeyError(message)
        return found

    def _value(self, value: Value) -> str | int | float:
        if isinstance(value, Sentence):
            return self(value)
        if isinstance(value, tuple):
            return self.listed([str(self._value(one)) for one in value])
        return value

    def number(self, value: float, digits: int = 0) -> str:
        """A number as the language writes it, with so many digits behind the point, none between thousands."""
        from babel.numbers import format_decimal  # here, as in `_read`

        return format_decimal(value, format=f"0.{'0' * digits}" if digits else "0", locale=self.language)

    def listed(self, words: list[str], joined_by: str = "list.and") -> str:
        """Several words as a list: "a, b and c". `joined_by` names the message with the last two (`list.or`)."""
        if len(words) < 2:
            return "".join(words)
        return self(joined_by, first=self("list.comma").join(words[:-1]), last=words[-1])


def words(language: str | None = None) -> Words:
    """The words of a language, or English where there is no file for it; without one, of the language of this
    process's terminal (`speak`). Read once."""
    language = _terminal.language if language is None else language
    return _words(language if language in LANGUAGES else ENGLISH)


@dataclass(slots=True)
class _Terminal:
    language: str = ENGLISH


# One person reads what a command prints; in Slack many read what one process says, so there the language is named.
_terminal = _Terminal()


def speak(language: str) -> None:
    """Which language the command line speaks from now on, in this process."""
    _terminal.language = language


def closest(locale: str) -> str | None:
    """The language among ours that a locale as Slack writes it ("de-AT") means; None where we do not speak it."""
    spoken = locale.replace("_", "-").casefold()
    while spoken not in LANGUAGES and "-" in spoken:
        spoken = spoken.rpartition("-")[0]
    return spoken if spoken in LANGUAGES else None


@cache
def _words(language: str) -> Words:
    return Words(language, _read(language))


def _read(language: str) -> gettext.GNUTranslations:
    # Here, because most commands say nothing before they are asked to.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    text = files("bot.language").joinpath(f"{language}.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(text), locale=language, abort_invalid=True))
    compiled.seek(0)
    messages = gettext.GNUTranslations(compiled)
    if language != ENGLISH:
        messages.add_fallback(_read(ENGLISH))
    return messages
