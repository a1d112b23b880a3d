"""Mails of every kind that reach the reader, each broken in its own way: what `make fuzz` and the tests read."""

from __future__ import annotations

import copy
import json
import time
from base64 import encodebytes
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from random import Random
from typing import Any, Literal

from bot.mail import (
    UnreadableMail,
    fingerprint,
    from_json,
    mails_in_slack_message,
    needs_html,
    read_file,
    read_slack_file,
    read_text,
    sanitize,
    to_dict,
    to_json,
    understand,
    wording,
)
from tests.mail.layouts import ALL, Content, choices
from tests.mail.leads.test_form import ARRANGEMENTS
from tests.mail.leads.test_structured import LD, PARTS
from tests.mail.samples import BLOCK, forward, original, outlook_file
from tests.mail.test_html import PROGRAMS
from tests.mail.test_slack import mail_file
from tests.mail.test_visible import ALL as SHOWN
from tests.saying import english

Kind = Literal["file", "text", "html", "slack"]

_CONTENT = Content(
    name="Muster, Erika",
    address="erika@example.de",
    to=(("Max Müller", "max@example.com"), ("", "info@example.com")),
    cc=(("Büro", "buero@example.com"),),
    subject="AW: Wohnung in der Müllerstraße",
    body="Guten Tag,\n\nist sie noch frei?\n\nAm 17.11.2026 um 08:00 schrieb Max <max@example.com>:\n> Ja\n",
    note="Bitte ablegen.",
)
_TOKENS = [
    *("\n", "\r\n", "\r", "\n\n", " ", "\t", "\xa0", "\ufeff", "\u2028", "\0", "ſ", "İ", "：", "*", ">", "> ", "|"),
    *("ﬁ", "<", "@", '"', "\\", "(", ")", "[", "]", ",", ";", ":", "=", "--", "=?utf-8?q?", "?=", "=?utf-8?b?4pyT?="),
    *("Von: ", "From:", "An: ", "Datum: ", "Betreff: ", "Date: 99.99.9999", "Subject: Re: Fwd: ", "Fwd: ", "AW: "),
    *("-----Original Message-----", "---------- Forwarded message ---------", "_" * 32, "[mailto:a@b.de]", "<a@b.de>"),
    *("Am 1.2.2026 schrieb X <a@b.de>:", "on behalf of", "im Auftrag von", "Ende der weitergeleiteten Nachricht"),
    *("Content-Type: message/rfc822\n\n", "Content-Transfer-Encoding: base64\n", "charset=x-unknown", "boundary=b"),
    *("Content-Type: text/html\n", "format=flowed", "--b--\n", "filename*=utf-8''%ff.eml", "Message-ID: <", "&#0;"),
    *("<!ENTITY a 'b'>", "&a;", "<adf>", "</adf>", "<objekt>", "]]>", "BEGIN:VCARD\n", "END:VCARD\n", "TEL;CELL:0"),
    *("BEGIN:VEVENT\n", "ATTENDEE;CN=", "mailto:", "Name: ", "E-Mail: ", "Telefon", "Nachricht:\n", "--- Name ---\n"),
    *("<div>", "</div>", "<br>", "<table><tr><td>", "<blockquote type=cite>", "<!--", "<pre>", "<a href=mailto:", "%"),
    *("<style>", "</style>", ".x{display:none}", "style='color:#fff'", "style='font-size:0'", " hidden ", "@media{"),
]  # fmt: skip
_STRANGE: list[Any] = [
    None,
    True,
    -1,
    0,
    1e300,
    "",
    "\0",
    "check_file_info",
    "email",
    [],
    {},
    [None],
    [[]],
    {"x": [{}]},
]


@dataclass(frozen=True)
class Sample:
    """One input of the reader; `value` is bytes of a file, text, HTML, or an object of Slack."""

    kind: Kind
    value: Any


@cache
def seeds() -> tuple[Sample, ...]:
    """Whole mails: forwards in every layout and language, in every container, and mails that are no forwards."""
    texts = [layout(words, _CONTENT) for layout, locale in ALL for words in choices(locale)[:2]]
    found = [Sample("text", text) for text in texts]
    found += [Sample("text", f"Notiz\n\n{outer}\n\n{inner}") for outer, inner in zip(texts, texts[7:], strict=False)]
    found += [Sample("html", html) for html in (*PROGRAMS.values(), *SHOWN.values())]
    found += [Sample("slack", mail_file(plain_text=text)) for text in texts[::9]]
    found += [Sample("slack", mail_file(plain_text="", preview=html)) for html in PROGRAMS.values()]
    found += [Sample("file", message.as_bytes()) for message in _messages(texts)]
    found += [Sample("file", raw) for raw in (_encoded_attachment(), outlook_file(), original().as_bytes())]
    found += _enquiries()
    return tuple(found)


def _enquiries() -> list[Sample]:
    """Mails with structured parts, their bytes as they stand, and forms in several arrangements."""
    head = b"From: noreply@example.org\nTo: max@example.com\nSubject: {}\nMIME-Version: 1.0\n"
    found = []
    for name, kind, content in PARTS:
        mixed = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nNeue Anfrage\n\n--b\n"
        part = f'Content-Type: {kind}; name="{name}"\nContent-Disposition: attachment\n\n{content}\n--b--\n'
        found.append(Sample("file", head + mixed + part.encode()))
        found.append(Sample("text", content))
    page = f"<script type='application/ld+json'>{json.dumps(LD)}</script><p>Neue Anfrage</p>"
    found.append(Sample("file", head + b"Content-Type: text/html\n\n" + page.encode()))
    for arranged in ARRANGEMENTS:
        found.append(Sample("file", head + b"Content-Type: text/plain; charset=utf-8\n\n" + arranged.encode()))
        found.append(Sample("slack", mail_file(plain_text=arranged)))
    return found


def _messages(texts: list[str]) -> list[EmailMessage]:
    found = [forward(text.replace("\r\n", "\n"), In_Reply_To="<o1@example.de>") for text in texts[::5]]
    for html in PROGRAMS.values():
        found.append(forward())
        found[-1].add_alternative(html, subtype="html")
        found.append(forward())
        found[-1].set_content(html, subtype="html", cte="quoted-printable")
    attached = forward("anbei", "Fwd: Wohnung")
    attached.add_attachment(original())
    twice = forward("anbei", "Fwd: WG: Wohnung")
    twice.add_attachment(attached)
    files = forward("anbei", "Fwd: Wohnung")
    for name, content in (
        ("a.eml", original().as_bytes()),
        ("b.msg", outlook_file()),
        ("winmail.dat", b"\x78\x9f\x3e\x22"),
    ):
        files.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    flowed = forward(BLOCK)
    flowed.set_param("format", "flowed")
    return [*found, attached, twice, files, flowed]  # fmt: skip


def _encoded_attachment() -> bytes:
    head = b"From: max@example.com\nSubject: Fwd: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    part = b"--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    return head + part + encodebytes(original().as_bytes()) + b"--b--\n"


def mutated(name: str) -> Sample:
    """A seed with one to six things broken in it; the same for the same name."""
    random = Random(name)  # noqa: S311 - nothing secret
    seed = random.choice(seeds())
    times = random.randint(1, 6)
    if seed.kind == "slack":
        value = copy.deepcopy(seed.value)
        for _ in range(times):
            _break_object(value, random)
        return Sample("slack", value)
    as_text = seed.value.decode("latin-1") if isinstance(seed.value, bytes) else seed.value
    for _ in range(times):
        as_text = _broken(as_text, random)
    return Sample(seed.kind, as_text.encode("latin-1", "replace") if seed.kind == "file" else as_text)


def _broken(text: str, random: Random) -> str:
    """One change: cut, doubled, moved, spoilt, spliced with another seed, repeated, quoted or wrapped."""
    if not text:
        return random.choice(_TOKENS)
    begin = random.randrange(len(text))
    end = min(len(text), begin + int(random.paretovariate(0.7)))
    piece = text[begin:end]
    match random.randrange(10):
        case 0:
            return text[:begin] + text[end:]
        case 1:
            return text[:end] + piece + text[end:]
        case 2:
            rest = text[:begin] + text[end:]
            place = random.randrange(len(rest) + 1)
            return rest[:place] + piece + rest[place:]
        case 3:
            return text[:begin] + random.choice(_TOKENS) + text[begin:]
        case 4:
            return text[:begin] + random.choice(_TOKENS) + text[end:]
        case 5:
            return (
                text[:begin] + chr(random.choice([random.randrange(256), random.randrange(0xD800)])) + text[begin + 1 :]
            )
        case 6:
            other = random.choice(seeds()).value
            shown = other.decode("latin-1") if isinstance(other, bytes) else other if isinstance(other, str) else ""
            return text[:begin] + shown[random.randrange(len(shown) + 1) :]
        case 7:
            lines = text.split("\n")
            place = random.randrange(len(lines))
            return "\n".join(lines[:place] + [lines[place]] * random.choice([2, 20, 400]) + lines[place:])
        case 8:
            mark = random.choice(["> ", ">", "    ", "| ", "\t"])
            return text[:begin] + piece + "\n".join(mark + line for line in text[end:].split("\n"))
        case _:
            width = random.choice([20, 40, 72, 76, 78])
            cut = [line[i : i + width] for line in text.split("\n") for i in range(0, max(1, len(line)), width)]
            return "\n".join(cut)  # fmt: skip


def _break_object(value: Any, random: Random) -> None:
    """One entry somewhere in the object is taken away, spoilt or replaced."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = random.choice(keys)
    inner = value[key]
    if isinstance(inner, dict | list) and inner and random.random() < 0.7:
        _break_object(inner, random)
    elif isinstance(inner, str) and random.random() < 0.6:
        value[key] = _broken(inner, random)
    elif random.random() < 0.5:
        value[key] = copy.deepcopy(random.choice(_STRANGE))
    else:
        del value[key]


def read(sample: Sample) -> float:
    """Reads the sample in every way that its kind is read; gives the longest time of one reading, in seconds of
    processor time. Whatever is raised, but that a file holds no mail, is a defect, and so is a mail that cannot be
    stored or shown."""
    mails, longest = [], 0.0
    for reader in _READERS[sample.kind]:
        start = time.process_time()
        try:
            mails.append(reader(sample.value))
        except UnreadableMail as refused:
            assert english(refused.message).endswith(".")
        longest = max(longest, time.process_time() - start)
    for mail in mails:
        if mail is not None:
            assert from_json(to_json(mail)) == mail
            assert len(fingerprint(mail)) == 64
            start = time.process_time()
            to_dict(mail)
            wording(mail, understand(mail, ("max@example.com",)), ("max@example.com",))
            longest = max(longest, time.process_time() - start)
            sanitize(mail.html or "")
    return longest


def _shared(file: dict[str, Any]) -> None:
    needs_html(file)
    mails_in_slack_message({"files": [file], "attachments": [{"files": [file]}]})


_READERS: dict[Kind, tuple[Any, ...]] = {
    "file": (lambda raw: read_file("Mail.eml", raw),),
    "text": (
        read_text,
        lambda text: read_text(text, "WG: x"),
        lambda text: read_slack_file(mail_file(plain_text=text)),
    ),
    "html": (lambda html: read_slack_file(mail_file(plain_text=""), html),),
    "slack": (read_slack_file, _shared),
}


def hostile() -> dict[str, Sample]:
    """Mails made to be expensive, by what is too much in them."""
    head = "Von: Erika Muster <erika@example.de>\nGesendet: Mittwoch, 18. November 2026 09:31\nAn: {}\nBetreff: W\n\n"
    block = head.format("max@example.com")
    web = block.replace("<", "&lt;").replace("\n", "<br>")
    many = ", ".join(f"Person {i} <p{i}@example.com>" for i in range(1_000))
    forwards = "---------- Forwarded message ---------\nFrom: A <a@b.de>\nDate: 1.2.2026 10:00\nSubject: Fwd: x\n\n"
    texts = {
        "1 MB of lines": block + "Das ist eine Zeile mit Text.\n" * 35_000,
        "1 MB in one line": block + "a b c " * 170_000,
        "1,000 recipients": head.format(many),
        "1,000 recipients on lines": head.format(many.replace(", ", ",\n ")),
        "100,000 blank lines": "\n" * 100_000 + block,
        "100,000 lines of blanks": " \t\n" * 100_000 + block,
        "100,000 From: lines": "From:\n" * 100_000,
        "100,000 senders": "From: a@b.de\n" * 100_000,
        "100,000 dates": "Date: 99.99.2026 33:11 foo\nFrom: a@b.de\n\n" * 33_000,
        "attributions": "Am 1.2.2026 um 10:11 schrieb Otto Muster <a@b.de>:\n" * 20_000,
        "forwards in forwards": forwards * 9_000,
        "quote marks": ">" * 1_000_000,
        "addresses": "@" * 1_000_000,
        "colons": ":\n" * 300_000,
        "labels": "Name: " * 150_000,
        "labels on lines": "Name\nE-Mail\n" * 60_000,
        "labels without colons": "Name Erika E-Mail\n" * 50_000,
        "questions": "Wie heißen Sie?\n" * 60_000,
        "phone numbers": "030 1234567 " * 80_000,
        "digits": "0" * 1_000_000,
        "digits and blanks": "0 " * 500_000,
        "adf": "<adf>" * 200_000,
        "adf, closed": "<adf>" * 100_000 + "</adf>" * 100_000,
        "declarations": "<?" * 300_000 + "<adf></adf>",
    }
    htmls = {
        "40,000 nested div": "<div>" * 40_000 + web + "</div>" * 40_000,
        "40,000 nested b": "<div><b>" * 40_000 + web,
        "40,000 nested quotes": "<blockquote type=cite>" * 40_000 + web,
        "10,000 nested tables": "<table><tr><td>" * 10_000 + web,
        "100,000 From: paragraphs": "<p>From: a@b.de</p>" * 100_000,
        "1 MB of HTML lines": web + "Zeile mit Text<br>" * 60_000,
        "1 MB of HTML words": f"<p>{web}{'wort ' * 200_000}",
        "200,000 attributes": f"<a {'x=y ' * 200_000}>{web}",
        "30,000 links": web + "<a href='mailto:x@y.de'>Hans</a> " * 30_000,
        "4,000 rules": "<style>"
        + "".join(f"div div{{color:#{i:06x}}}" for i in range(4_000))
        + "</style>"
        + "<div>" * 200,
        "4,000 rules, 100,000 tags": f"<style>{'p{color:red}' * 2_900}</style>" + "<p>x</p>" * 100_000,
        "4,000 classes": "<style>"
        + "".join(f".c{i}{{color:red}}" for i in range(4_000))
        + "</style>"
        + f"<p class='{' '.join(f'c{i}' for i in range(4_000))}'>x</p>" * 60,
        "50,000 styles": web + "<p style='color:#fff;font-size:0'>x</p>y" * 50_000,
        "10,000 declarations": web + f"<p style='{'color:red;' * 10_000}'>x</p>" * 5,
        "200,000 brackets": f"<style>{'(' * 199_000}</style>{web}",
        "80,000 hidden": f"<style>.x{{display:none}}</style>{web}" + "<i class=x>x</i>y" * 80_000,
        "100,000 open cells": web + "<td>x" * 100_000,
        "100,000 scripts": "<script application/ld+json>" * 100_000,
        "100,000 open scripts": "<script " * 100_000,
        "deep JSON": f"<script type=application/ld+json>{'[' * 90_000}</script>{web}",
        "wide JSON": f"<script type=application/ld+json>[{','.join(['{}'] * 40_000)}]</script>{web}",
    }
    files = {
        "a.vcf": "BEGIN:VCARD\nFN:x\n" + "TEL:0\n" * 80_000 + "END:VCARD\n",
        "b.vcf": "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:" + "a=\n" * 200_000,
        "many.vcf": "BEGIN:VCARD\nFN:x\nEND:VCARD\n" * 20_000,
        "deep.ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" * 15_000,
        "wide.ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"
        + "ATTENDEE:mailto:a@b.de\n" * 20_000
        + "END:VEVENT\nEND:VCALENDAR",
        "deep.xml": "<openimmo_feedback>" + "<objekt>" * 100_000,
        "wide.xml": "<openimmo_feedback><interessent>" + "<tel>0</tel>" * 70_000 + "</interessent></openimmo_feedback>",
        "objects.xml": "<openimmo_feedback><interessent/>" + "<objekt/>" * 90_000 + "</openimmo_feedback>",
    }
    found = {name: Sample("text", text) for name, text in texts.items()}
    found |= {name: Sample("file", _attached(name, content)) for name, content in files.items()}
    found |= {f"{name}, .eml": Sample("file", _as_file(text, "plain")) for name, text in texts.items()}
    found |= {name: Sample("html", html) for name, html in htmls.items()}
    return found | {f"{name}, .eml": Sample("file", _as_file(html, "html")) for name, html in htmls.items()}


def _attached(name: str, content: str) -> bytes:
    head = "From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    return f'{head}Content-Type: application/octet-stream; name="{name}"\n\n{content}\n--b--\n'.encode()


def _as_file(text: str, subtype: str) -> bytes:
    head = "From: max@example.com\nTo: max@example.com\nSubject: WG: x\nMIME-Version: 1.0\n"
    return f"{head}Content-Type: text/{subtype}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}".encode()
