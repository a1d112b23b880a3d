"""How mail programs write a forward's header, language by language: written down by hand, not made of the table.

One row of `programs.txt` is: language | words of the header in the program's order | the date as the program writes it.
All of them speak of one moment, 6 April 2023 at 16:17, a Thursday.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SENDER, TO = "Jürgen Müller-Lüdenscheidt <juergen@example.de>", "max@example.com"
CC = ("Zoë van der Berg <zoe@example.org>", "Büro <buero@example.com>")
SUBJECT = "Rückfrage: Wohnung Müllerstraße 12"
BODY = "Guten Tag,\n\nist sie noch frei?\n\nGruß\nJürgen"


@dataclass(frozen=True)
class Written:
    """A forward as a program writes it, and what must not be asked of it because the program leaves it out."""

    program: str
    language: str
    text: str
    no_address: bool = False
    header: bool = True
    reply_to: str = ""


def all_written() -> Iterator[Written]:
    """Every row of every program."""
    cc = ", ".join(CC)
    values: tuple[str, ...]
    labels: tuple[str, ...]
    for language, sender, date in _rows("Gmail"):
        lines = [f"{sender}: {SENDER}", f"Date: {date}", f"Subject: {SUBJECT}", f"To: <{TO}>", f"Cc: {cc}"]
        yield Written("Gmail", language, _text("---------- Forwarded message ---------", *lines, "", "", BODY))
    for language, sender, sent, to, copy, subject, date in _rows("Outlook"):
        colon = " : " if language == "fr" else ": "
        values = (SENDER, date, f"{TO} <{TO}>", "; ".join(CC), SUBJECT)
        lines = [f"{one}{colon}{value}" for one, value in zip((sender, sent, to, copy, subject), values, strict=True)]
        yield Written("Outlook", language, _text(*lines, "", BODY))
        yield Written("Outlook.com", language, _text("_" * 32, *lines, "", BODY))
        yield Written("Outlook for Mac", language, _text(*lines, BODY))
    for language, above, sender, subject, date, to, copy, answer, when in _rows("Apple"):
        values = (SENDER, SUBJECT, when, TO, cc, "Privat <privat@example.org>")
        colon = " : " if language == "fr" else ": "
        labels = (sender, subject, date, to, copy, answer)
        lines = [f"{one}{colon}{value}" for one, value in zip(labels, values, strict=True)]
        quoted = [f"> {line}" for line in (f"{above}{colon.rstrip()}", "", *lines, "", *BODY.split("\n"))]
        yield Written("Apple Mail", language, _text(*quoted), reply_to="privat@example.org")
        ios = [f"> {line}" for line in (*lines[:1], *lines[2:5], *lines[1:2], "", *BODY.split("\n"))]
        yield Written("iOS", language, _text(f"{above}{colon.rstrip()}", "", *ios))
    for language, above, subject, date, sender, to, copy, answer in _rows("Thunderbird"):
        values = (SUBJECT, "Thu, 6 Apr 2023 16:17:30 +0200", SENDER, "privat@example.org", TO, cc)
        colon = " : \t" if language == "fr" else ": \t"
        labels = (subject, date, sender, answer, to, copy)
        lines = [f"{one}{colon}{value}" for one, value in zip(labels, values, strict=True)]
        yield Written(
            "Thunderbird",
            language,
            _text(f"-------- {above} --------", *lines, "", "", "", BODY),
            reply_to="privat@example.org",
        )
    for language, above, sender, to, copy, sent, subject, date in _rows("Yahoo"):
        colon = " : " if language == "fr" else ": "
        labels, values = (sender, to, copy, sent, subject), (SENDER, f'"{TO}" <{TO}>', cc, date, SUBJECT)
        line = "".join(f"{one}{colon}{value}" for one, value in zip(labels, values, strict=True))
        yield Written("Yahoo", language, _text(f"----- {above} ----- {line}", BODY))
        lines = [f"{one}{colon}{value}" for one, value in zip(labels, values, strict=True)]
        yield Written("Yahoo's app", language, _text(f"   ----- {above} -----", *lines, "", BODY))
    for language, above, sender, date, subject, to, copy, when in _rows("Hubspot"):
        colon = "：" if language == "ja" else ": "
        labels, values = (sender, date, subject, to, copy), (SENDER, when, SUBJECT, TO, cc)
        lines = [f"{one}{colon}{value}" for one, value in zip(labels, values, strict=True)]
        yield Written("HubSpot", language, _text(f"---------- {above} ---------", *lines, "", BODY))
    name, address = SENDER[:-1].split(" <")
    for language, line in _rows("Outlook mac"):
        shown = line.format(name=name, address=address)
        body = [f"    {row}" if row else "" for row in BODY.split("\n")]
        no_address = "{address}" not in line
        yield Written("Outlook for Mac, one line", language, _text(shown, "", *body), no_address, header=False)


def _rows(program: str) -> Iterator[list[str]]:
    sections = Path(__file__).with_name("programs.txt").read_text("utf-8").split("\n\n")
    (rows,) = (one.strip().split("\n")[1:] for one in sections if one.startswith(f"[{program}]"))
    for row in rows:
        yield [cell.strip() for cell in row.split(" | ")]


def _text(*lines: str) -> str:
    return "\n".join(["Bitte ablegen", "", *lines])
