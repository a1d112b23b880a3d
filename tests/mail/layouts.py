"""The layouts in which mail programs forward, filled with the words of a language: forwards to read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from itertools import product

TABLE: dict[str, dict[str, list[str]]] = json.loads(files("bot.mail").joinpath("locales.json").read_text("utf-8"))
LOCALES = tuple(TABLE)


@dataclass(frozen=True)
class Content:
    """What a composed forward says; `cc` may be empty."""

    name: str
    address: str
    to: tuple[tuple[str, str], ...]
    cc: tuple[tuple[str, str], ...]
    subject: str
    body: str
    note: str


@dataclass(frozen=True)
class Words:
    """One choice of words from the table."""

    sender: str
    to: str
    cc: str
    subject: str
    date: str
    forwarded: str
    original: str
    prefix: str


def choices(locale: str) -> list[Words]:
    """Every word of the language at least once."""
    entry = TABLE[locale]
    keys = ("from", "to", "cc", "subject", "date", "forwarded", "original", "forward")
    longest = max(len(entry[key]) for key in keys)
    return [Words(*(entry[key][i % len(entry[key])] for key in keys)) for i in range(longest)]


def people(entries: tuple[tuple[str, str], ...], separator: str = ", ") -> str:
    return separator.join(f"{name} <{address}>" if name else address for name, address in entries)


def headers(words: Words, content: Content, order: str, colon: str = ": ", separator: str = ", ") -> list[str]:
    """Header lines; `order` names them by their first letters."""
    lines = {
        "f": f"{words.sender}{colon}{content.name} <{content.address}>",
        "d": f"{words.date}{colon}18.11.2026 09:31",
        "t": f"{words.to}{colon}{people(content.to, separator)}",
        "c": f"{words.cc}{colon}{people(content.cc, separator)}" if content.cc else "",
        "s": f"{words.subject}{colon}{content.subject}",
    }
    return [lines[letter] for letter in order if lines[letter]]


def gmail(words: Words, content: Content) -> str:
    lines = ["---------- Forwarded message ---------", *headers(words, content, "fdstc")]
    return "\n".join([content.note, "", *lines, "", content.body])


def thunderbird(words: Words, content: Content) -> str:
    lines = [f"-------- {words.forwarded} --------", *headers(words, content, "sdftc", ": \t")]
    return "\n".join([content.note, "", *lines, "", "", "", content.body])


def apple(words: Words, content: Content) -> str:
    lines = [f"{words.forwarded}:", "", *headers(words, content, "fsdtc"), "", *content.body.split("\n")]
    return "\n".join([content.note, "", *(f"> {line}" for line in lines)])


def outlook(words: Words, content: Content) -> str:
    lines = ["________________________________", *headers(words, content, "fdtcs", separator="; ")]
    return "\n".join([content.note, "", *lines, "", content.body])


def outlook_without_rule(words: Words, content: Content) -> str:
    return "\n".join([content.note, "", *headers(words, content, "fdtcs", separator="; "), "", content.body])


def outlook_plain(words: Words, content: Content) -> str:
    lines = [f"-----{words.original}-----", *headers(words, content, "fdtcs", separator="; ")]
    lines = [line.replace(f"<{content.address}>", f"[mailto:{content.address}]") for line in lines]
    return "\n".join([content.note, "", *lines, "", content.body])


def bold(words: Words, content: Content) -> str:
    lines = []
    for line in headers(words, content, "fdtcs"):
        label, _, value = line.partition(": ")
        lines.append(f"*{label}:* {value}")
    return "\n".join([content.note, "", f"{words.forwarded}:", "", *lines, "", content.body])


def quoted_original(words: Words, content: Content) -> str:
    lines = [f"---------- {words.original} ----------", *headers(words, content, "ftcds"), "\xa0", "\xa0"]
    return "\n".join([content.note, *(f"> {line}" for line in [*lines, *content.body.split("\n")])])


def spaced_colon(words: Words, content: Content) -> str:
    lines = [f"----- {words.forwarded} -----", *headers(words, content, "fdstc", " : ")]
    return "\r\n".join([content.note, "", *lines, "", content.body])


def one_blank_between(words: Words, content: Content) -> str:
    lines = "\n\n".join(headers(words, content, "fdtcs"))
    return "\n".join([content.note, "", f"---------- {words.forwarded} ----------", "", lines, "", content.body])


LAYOUTS: tuple[Callable[[Words, Content], str], ...] = (
    gmail,
    thunderbird,
    apple,
    outlook,
    outlook_without_rule,
    outlook_plain,
    bold,
    quoted_original,
    spaced_colon,
    one_blank_between,
)
ALL = tuple(product(LAYOUTS, LOCALES))
