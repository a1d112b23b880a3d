"""HTML bodies: forwards in the markup of the mail programs, cleaning, and text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail import Participant, sanitize, to_text
from bot.mail.inline import find_original, unwrap_html

ERIKA = Participant("Erika Muster", "erika@example.de")
BODY = "<p>Guten <i>Tag</i>, 3 &lt; 4</p>"
LINK = '&lt;<a href="mailto:erika@example.de">erika@example.de</a>&gt;'
GMAIL = f"""<html><body><div dir="ltr">Bitte <b>ablegen</b><br><br><div class="gmail_quote">
<div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>Von: <strong class="gmail_sendername"
dir="auto">Erika Muster</strong> <span dir="auto">{LINK}</span><br>Date: Mi., 18. Nov. 2026 um 09:31 Uhr<br>
Subject: Wohnung<br>To:  &lt;<a href="mailto:max@example.com">max@example.com</a>&gt;<br></div><br><br>{BODY}</div>
</div></body></html>"""
OUTLOOK = f"""<html><head><style>p {{ margin: 0 }}</style></head><body><div class="WordSection1">
<p class="MsoNormal">Bitte ablegen<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div>
<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Von:</b>
<a href="mailto:erika@example.de">Erika Muster</a> <br><b>Gesendet:</b> Mittwoch, 18. November 2026 09:31<br>
<b>An:</b> Max Makler &lt;max@example.com&gt;<br><b>Betreff:</b> Wohnung<o:p></o:p></p></div></div>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>{BODY}</div></body></html>"""
OUTLOOK_LIVE = f"""<div>Bitte ablegen</div><hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">
<b>Von:</b> Erika Muster {LINK}<br><b>Gesendet:</b> Mittwoch, 18. November 2026 09:31<br><b>An:</b> max@example.com
<br><b>Betreff:</b> Wohnung</font><div>&nbsp;</div></div>{BODY}"""
THUNDERBIRD = f"""<html><body><p>Bitte ablegen</p><div class="moz-forward-container"><br><br>
-------- Weitergeleitete Nachricht --------<table class="moz-email-headers-table"><tbody>
<tr><th align="RIGHT">Betreff: </th><td>Wohnung</td></tr>
<tr><th>Datum: </th><td>Wed, 18 Nov 2026 09:31:00 +0100</td></tr>
<tr><th>Von: </th><td>Erika Muster <a href="mailto:erika@example.de">&lt;erika@example.de&gt;</a></td></tr>
<tr><th>An: </th><td>max@example.com</td></tr></tbody></table><br><br>{BODY}</div></body></html>"""
APPLE = f"""<html><body>Bitte ablegen<br><div><br><blockquote type="cite">
<div>Anfang der weitergeleiteten Nachricht:</div>
<br class="Apple-interchange-newline"><div style="margin:0"><span><b>Von: </b></span><span>Erika Muster {LINK}<br>
</span></div><div><span><b>Betreff: </b></span><span><b>Wohnung</b><br></span></div><div><span><b>Datum: </b></span>
<span>18. November 2026 um 09:31:00 MEZ<br></span></div><div><span><b>An: </b></span><span>max@example.com<br></span>
</div><br><div>{BODY}</div></blockquote></div></body></html>"""
PROGRAMS = {"Gmail": GMAIL, "Outlook": OUTLOOK, "Outlook.com": OUTLOOK_LIVE, "Thunderbird": THUNDERBIRD, "Apple": APPLE}


@pytest.mark.parametrize("program", PROGRAMS)
def test_forwards_in_html(program: str) -> None:
    read = unwrap_html(PROGRAMS[program], "Fwd: Wohnung")
    assert read is not None
    found, html = read
    assert found.sender == ERIKA and found.subject == "Wohnung"
    assert [one.address for one in found.to] == ["max@example.com"]
    assert found.date is not None and found.date.strftime("%Y-%m-%d %H:%M") == "2026-11-18 09:31"
    assert found.note == "Bitte ablegen" and found.text == "Guten Tag, 3 < 4"
    assert BODY in html and "Wohnung" not in html and "ablegen" not in html


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_reply_in_html_is_no_forward(program: str) -> None:
    if program in ("Outlook", "Outlook.com"):
        assert unwrap_html(PROGRAMS[program], "AW: Wohnung") is None


def test_text_and_html_complete_each_other() -> None:
    text = "Bitte ablegen\n\nVon: Erika Muster\nGesendet: Mittwoch, 18. November 2026 09:31\nAn: Max Makler\n"
    text += "Betreff: Wohnung\n\nGuten Tag, 3 < 4"
    read = find_original(text, OUTLOOK, "WG: Wohnung")
    assert read is not None and read[0].sender == ERIKA
    assert read[0].text == "Guten Tag, 3 < 4" and read[1] is not None and BODY in read[1]


def test_what_may_go_to_others() -> None:
    dirty = """<html><head><style>x</style></head><body onload="a()"><p style="color:red" class="x">Hallo
    <img src="https://track.example.com/p.gif" width=1><img src="cid:logo"><script>alert(1)</script>
    <a href="javascript:a()">weg</a> <a href="https://example.de" onclick="a()">da</a><iframe src="x"></iframe></p>
    <form action="/x"><input value="y"></form><table><tr><td colspan="2">a</td></tr></table>&lt;img&gt;</body></html>"""
    clean = sanitize(dirty)
    for bad in ("script", "alert", "style", "track", "onclick", "onload", "iframe", "form", "input", "class"):
        assert bad not in clean
    assert '<img src="cid:logo">' in clean and clean.count("<img") == 1 and "&lt;img&gt;" in clean
    assert 'href="https://example.de"' in clean and '<td colspan="2">a</td>' in clean


def test_html_as_text() -> None:
    assert (
        to_text("<p>Grüße</p><p>A &lt;a@example.de&gt;</p><style>x</style><script>y</script>")
        == "Grüße\n\nA <a@example.de>"
    )
    assert to_text("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>") == "a  b\nc  d"
    assert to_text("") == "" and to_text("nur Text & mehr") == "nur Text & mehr"


MARKS = ["<p>", "</p>", "<div", ">", "<br>", "<td>", "<!--", "-->", "&lt;", "a@b.de", "Von: ", "An: ", "Betreff: x"]
MARKS += ["<a href='mailto:x@y.de'>", "</a>", "\x00", "\ud800", "<pre>\n", "<![CDATA[", "<script>", "<table><tr>"]


@given(st.lists(st.sampled_from(MARKS), max_size=40).map("".join))
def test_any_html_is_read_without_an_error(html: str) -> None:
    unwrap_html(html, "Fwd: x")
    assert "<script" not in sanitize(html)
    to_text(html)


@pytest.mark.parametrize(
    "html", ["<div>" * 50_000 + "x", "<table><tr><td>" * 3_000, "<p>Von: a@b.de</p>" * 8_000, "<img src=x>" * 8_000]
)
def test_large_and_deep_documents_are_read(html: str) -> None:
    unwrap_html(html, "Fwd: x")
    sanitize(html)
    to_text(html)


@pytest.mark.parametrize("control", ["\x01", "\x0b", "\0", "\ufffe", "&#1;", "&#x1;", "&#x000b;", "&#xFFFE;"])
def test_control_characters_are_left_out(control: str) -> None:
    for program, html in PROGRAMS.items():
        strange = html.replace("Bitte", f"{control}Bitte").replace("Guten", f"{control}Guten{control}")
        strange = strange.replace("<br>", f"<br>{control}").replace("</p>", f"{control}</p>{control}")
        read = unwrap_html(strange, "Fwd: Wohnung")
        assert read is not None and read[0].sender == ERIKA and sanitize(read[1]), program
