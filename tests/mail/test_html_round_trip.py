"""Forwards of every program and language in the markup that programs use: written as HTML and read back."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import islice

import pytest

from bot.mail.html import to_text
from bot.mail.inline import unwrap_html
from tests.mail.programs import CC, SENDER, SUBJECT, TO, Written, all_written

SHARES = 3  # each form takes every third forward, the next form the next ones
LIST, LINK = "<ul><li>noch <b>frei</b>?</li></ul>", '<a href="https://example.de">Bild</a>'
BODY = f"<p>Guten Tag,</p>{LIST}<table><tr><td>3 &lt; 4</td><td>{LINK}</td></tr></table>"


def linked(value: str) -> str:
    """Addresses as links between brackets."""
    shown = escape(value, quote=False)
    for address in ("juergen@example.de", "zoe@example.org", "buero@example.com"):
        shown = shown.replace(f"&lt;{address}&gt;", f'&lt;<a href="mailto:{address}">{address}</a>&gt;')
    return shown


def cells(line: str) -> tuple[str, str]:
    mark = "：" if "：" in line[:12] else ":"
    label, _, value = line.partition(mark)
    return f"{label}{mark}", linked(value.strip())


def gmail(above: list[str], header: list[str]) -> str:
    lines = "<br>".join(linked(line) for line in [*above, *header])
    return f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{lines}<br></div><br><br>{BODY}</div>'


def outlook(above: list[str], header: list[str]) -> str:
    rows = "<br>".join(f"<b>{label}</b> {value}" for label, value in map(cells, header))
    head = "".join(f"<p>{line}</p>" for line in above)
    return (
        f'{head}<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{rows}<o:p></o:p></p></div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>{BODY}'
    )


def outlook_on_the_web(above: list[str], header: list[str]) -> str:
    rows = "<br>\n".join(f"<b>{label}</b> {value}" for label, value in map(cells, header))
    head = "".join(f"<div>{line}</div>" for line in above if set(line) != {"_"})
    return (
        f'<div id="appendonsend"></div>{head}<hr style="display:inline-block;width:98%" tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">{rows}</font><div>&nbsp;</div></div><div>{BODY}</div>'
    )


def thunderbird(above: list[str], header: list[str]) -> str:
    rows = "".join(
        f'<tr><th nowrap="nowrap" valign="BASELINE" align="RIGHT">{label} </th><td>{value}</td></tr>'
        for label, value in map(cells, header)
    )
    table = f'<table class="moz-email-headers-table" cellspacing="0" border="0"><tbody>{rows}</tbody></table>'
    return f'<div class="moz-forward-container">{"<br>".join(above)}{table}<br><br>{BODY}</div>'


def apple(above: list[str], header: list[str]) -> str:
    rows = "".join(
        f'<div style="margin: 0px;"><span style="color:#000"><b>{label} </b></span><span>{value}<br></span></div>'
        for label, value in map(cells, header)
    )
    head = "".join(f"<div>{line}</div>" for line in above)
    return (
        f'<blockquote type="cite">{head}<br class="Apple-interchange-newline">{rows}<br><div>{BODY}</div></blockquote>'
    )


def ios(above: list[str], header: list[str]) -> str:
    rows = "<br>".join(f"<b>{label}</b> {value}" for label, value in map(cells, header))
    head = "".join(f"<br>{line}<br><br>" for line in above)
    quotes = [f'<blockquote type="cite"><div dir="ltr">{one}</div></blockquote>' for one in (f"{rows}<br><br>", BODY)]
    return f'<div dir="ltr">{head}</div>{"".join(quotes)}'


def open_xchange(above: list[str], header: list[str]) -> str:
    rows = "".join(f"<div>{label} {value}</div>" for label, value in map(cells, header))
    head = "".join(f"<div>{line}</div>" for line in above)
    return f'<blockquote type="cite">{head}{rows}<div>&nbsp;</div><div>&nbsp;</div>{BODY}</blockquote>'


def gmx(above: list[str], header: list[str]) -> str:
    rows = "<br/>\n".join(f"<b>{label}</b>&nbsp;{value}" for label, value in map(cells, header))
    head = "".join(f"<div>{line}</div>" for line in above)
    return (
        f'<div name="quote" style="margin:10px 5px; border-left:2px solid #C3D9E5;">{head}'
        f'<div style="margin:0 0 10px 0;">{rows}</div><div name="quoted-content">{BODY}</div></div>'
    )


def yahoo(above: list[str], header: list[str]) -> str:
    rows = "".join(f"<div><b>{label}</b> {value}</div>" for label, value in map(cells, header))
    head = "".join(f"<div>{line}</div>" for line in above)
    inside = f"{head}{rows}<div><br></div><div>{BODY}</div>"
    return f'<div id="ydp1yahoo_quoted_1" class="yahoo_quoted"><div>{inside}</div></div>'


def two_columns(above: list[str], header: list[str]) -> str:
    rows = "".join(
        f"<tr><td><p><b>{label}</b></p></td><td><p>{value}</p></td></tr>" for label, value in map(cells, header)
    )
    return f"{''.join(f'<p>{line}</p>' for line in above)}<table>{rows}</table><p>&nbsp;</p>{BODY}"


FORMS: tuple[Callable[[list[str], list[str]], str], ...] = (
    gmail, outlook, outlook_on_the_web, thunderbird, apple, ios, open_xchange, gmx, yahoo, two_columns,
)  # fmt: skip


def parts(written: Written) -> tuple[list[str], list[str]] | None:
    """The lines above a header, and the header; None where the program writes it in one line."""
    lines = [line.removeprefix(">").removeprefix(" ").strip() for line in written.text.split("\n")[2:]]
    first = next((i for i, line in enumerate(lines) if SENDER in line or SUBJECT in line), -1)
    header = []
    for line in lines[first:]:
        if not line or line.startswith("Guten Tag"):
            break
        header.append(line)
    return (([line for line in lines[:first] if line], header)) if len(header) >= 5 else None


@pytest.mark.parametrize("form", FORMS, ids=lambda one: str(one.__name__))
def test_written_as_html_and_read_back(form: Callable[[list[str], list[str]], str]) -> None:
    seen, share = 0, FORMS.index(form) % SHARES
    for written in islice(all_written(), share, None, SHARES):
        found = parts(written)
        if found is None:
            continue
        seen += 1
        note = "<div>Bitte <i>ablegen</i><br></div>"
        html = f"<html><head><style>p {{}}</style></head><body>{note}{form(*found)}</body></html>"
        read = unwrap_html(html, f"WG: {SUBJECT}")
        assert read is not None, html
        mail, body = read
        assert str(mail.sender) == SENDER and mail.subject == SUBJECT, html
        assert [str(one) for one in mail.to] == [TO] and tuple(str(one) for one in mail.cc) == CC, html
        assert mail.date is not None and mail.date.strftime("%Y-%m-%d %H:%M") == "2023-04-06 16:17", html
        assert mail.note == "Bitte ablegen", html
        assert BODY in body and "juergen" not in body and "ablegen" not in body, body
        assert mail.text.split() == to_text(BODY).split(), html
    assert seen > 200 // SHARES
