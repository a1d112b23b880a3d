"""Words that nobody sees in an HTML mail: they are no text of it, and not in the HTML that is handed on."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from bot.mail import Participant, read_eml, sanitize
from bot.mail.bodies import shown_bodies
from bot.mail.visible import HIDDEN_BY_TOO_MUCH, shown_html

# Each shows every "seen" and hides every "gone".
SHEETS = {
    "a class": "<style>.x{display:none}</style><p>seen <span class='y x'>gone</span></p>",
    "an id, and visibility": "<style>#x{visibility:hidden}</style><p>seen<i id=x>gone</i></p>",
    "a tag": "<style>article{display:none}</style><article>gone</article>seen",
    "a comment round the rules": "<style><!-- p.x{display:none} --></style><p class=x>gone</p>seen",
    "inside something": "<style>.a p{display:none}</style><div class=a><div><p>gone</p></div></div><p>seen</p>",
    "right inside something": "<style>.a>p{display:none}</style><div class=a><p>gone</p><div><p>seen</p></div></div>",
    "behind something": "<style>h1+p{display:none}</style><h1>seen</h1><p>gone</p><p>seen</p>",
    "an attribute": "<style>[data-x=y]{display:none}</style><p data-x=y>gone</p><p data-x=z>seen</p>",
    "not": "<style>p:not(.x){display:none}</style><p>gone</p><p class=x>seen</p>",
    "several, one of them wrong": "<style>!!,.x{display:none}</style><p class=x>gone</p>seen",
    "the stronger rule wins": "<style>p{display:none}p.x{display:block}</style><p>gone</p><p class=x>seen</p>",
    "the later rule wins": "<style>.x{display:none}.y{display:block}</style><p class='x y'>seen</p>",
    "the element's own style wins": "<style>.x{display:none}</style><p class=x style='display:block'>seen</p>",
    "unless it is important": "<style>.x{display:none!important}</style><p class=x style='display:block'>gone</p>seen",
    "for screens": "<style>@media screen{.x{display:none}}</style><p class=x>gone</p>seen",
    "for phones or print only": "<style>@media (max-width:600px){p{display:none}}@media print{p{display:none}}</style>"
    "<style media=print>p{display:none}</style><p>seen</p>",
    "the pointer over it": "<style>a:hover{display:none}</style><a href='https://example.com'>seen</a>",
    "everything white": "<style>*{color:#fff}</style><p>gone</p><p style='color:#000'>seen</p>",
}
STYLES = {
    "display": "<div style='DISPLAY : NONE !important'>gone</div>seen",
    "visibility": "<div style='visibility:hidden'>gone<b style='visibility:visible'>seen</b>gone</div>",
    "no size": "<p style='font-size:0'>gone<b style='font-size:12pt'>seen</b>gone</p>",
    "no size of anything inside": "<p style='font-size:0'><b style='font-size:2em'>gone</b></p>seen",
    "no size in short": "<p style='font:0/0 Arial'>gone</p><p style='font:bold 11pt Arial'>seen</p>",
    "a pixel": "<font style='font-size:1px'>gone</font>seen",
    "opacity": "<div style='opacity:0'>gone<b style='opacity:1'>gone</b></div><p style='opacity:.6'>seen</p>",
    "Outlook": "<div style='mso-hide:all'>gone</div>seen",
    "no height": "<div style='max-height:0;overflow:hidden'>gone</div><div style='max-height:0'>seen</div>",
    "a box of a pixel": "<p style='position:absolute;width:1px;height:1px;overflow:hidden'>gone</p>seen",
    "off the screen": "<p style='position:absolute;left:-9999px'>gone</p><p style='left:-9999px'>seen</p>",
    "indented away": "<p style='text-indent:-9999px'>gone</p><p style='text-indent:-18pt;margin-left:36pt'>seen</p>",
    "moved away": "<p style='margin-left:-9999px'>gone</p><p style='transform:scale(0)'>gone</p>seen",
    "clipped": "<p style='position:absolute;clip:rect(0,0,0,0)'>gone</p><p style='clip-path:inset(50%)'>gone</p>seen",
    "transparent": "<b style='color:transparent'>gone</b><b style='color:rgba(0,0,0,0)'>gone</b>seen",
}
COLOURS = {
    "white on white": "<font color=white>gone</font><i style='color:#FFF'>gone</i><i style='color:rgb(255,255,255)'>"
    "gone</i><i style='color:hsl(0,0%,100%)'>gone</i><i style='color:#fefefe'>gone</i><i style='color:#999'>seen</i>",
    "the table's colour": "<table bgcolor=navy><tr><td><font color='#ffffff'>seen</font><p style='color:navy'>gone</p>"
    "</td></tr></table>",
    "a colour from far outside": "<div style='background-color:#333'><table><tr><td style='color:white'>seen"
    "<b style='color:#333'>gone</b></td></tr></table></div>",
    "the body's": "<body bgcolor=black text=black>gone<p><font color=ffffff>seen</font></p></body>",
    "the body's, by style": "<body style='background:#000;color:#000'>gone<p style='color:#fff'>seen</p></body>",
    "a link has a colour of its own": "<div style='color:#fff'>gone<a href='https://example.com'>seen</a></div>",
    "a white button": "<a style='background:#c00;color:#fff' href='https://example.com'>seen</a>",
    "a picture behind": "<table><tr><td background='x.png' style='color:#fff'>seen</td></tr></table>",
    "a gradient behind": "<p style='background:linear-gradient(red,blue);color:#fff'>seen</p>",
    "something unknown": "<p style='background:var(--x);color:#fff'>seen</p><p style='color:var(--y)'>seen</p>",
    "a shadow": "<p style='color:#fff;text-shadow:0 0 2px #000'>seen</p>",
}
ELEMENTS = {
    "hidden": "<p hidden>gone</p><p hidden=until-found>gone</p>seen",
    "no script": "<noscript>gone</noscript><template>gone</template>seen",
    "closed details": "<details><summary>seen</summary>gone<p>gone</p>gone</details>",
    "open details": "<details open><summary>seen</summary>seen<p>seen</p></details>",
    "closed dialog": "<dialog>gone</dialog>seen",
    "in place of something": "<iframe>gone</iframe><video>gone</video><object>gone</object>seen",
    "a title": "<head><title>gone</title></head>seen",
    "hidden from screen readers only": "<p aria-hidden=true>seen</p>",
}
ALL = SHEETS | STYLES | COLOURS | ELEMENTS


@pytest.mark.parametrize("case", ALL)
def test_words_are_read_as_they_are_shown(case: str) -> None:
    html = ALL[case]
    shown = shown_bodies("", html)
    assert "gone" not in shown.text and shown.text.count("seen") == html.count("seen") and not shown.notes
    cleaned = sanitize(shown.html or "")
    assert "gone" not in cleaned and cleaned.count("seen") == html.count("seen")


def test_a_document_that_hides_nothing_stays_as_it_is() -> None:
    html = "<html><head><style>p{color:#222}</style></head><body><p style='color:red'>A &amp; B</p></body></html>"
    assert shown_html(html) == (html, True)


def test_an_address_behind_hidden_words_is_gone_too() -> None:
    html = "<p style='font-size:0'><a href='mailto:gone@example.com'>gone</a></p><p>seen</p>"
    assert "gone" not in (shown_bodies("", html).html or "")


def test_what_is_hidden_stays_out_where_a_forward_is_cut_from_its_style_sheet() -> None:
    message = _mail(
        "",
        "<html><head><style>.x{display:none}</style></head><body><p>Bitte ablegen</p><p>Von: Erika Muster "
        "&lt;erika@example.de&gt;<br>Gesendet: Mittwoch, 18. November 2026 09:31<br>An: max@example.com<br>"
        "Betreff: Wohnung</p><p>Ist sie frei?</p><p class=x>Lindenstraße 12</p></body></html>",
        "WG: Wohnung",
    )
    mail = read_eml(message.as_bytes())
    assert mail.sender == Participant("Erika Muster", "erika@example.de") and mail.text == "Ist sie frei?"
    assert "Lindenstraße" not in (mail.html or "")


@pytest.mark.parametrize(
    "plain",
    [
        "Guten Tag, es geht um die Ulmenallee 3.",
        "Ihr Mailprogramm zeigt kein HTML an.",
        "Guten Tag,\n\nist die Lindenstraße 12 noch frei? Und die Ulmenallee 3?",
    ],
)
def test_a_plain_text_that_says_other_things_than_the_html_is_not_read(plain: str) -> None:
    mail = read_eml(_mail(plain, "<p>Guten Tag,</p><p>ist die Lindenstraße 12 noch frei?</p>").as_bytes())
    assert mail.text == "Guten Tag,\n\nist die Lindenstraße 12 noch frei?"


def test_a_forward_that_only_the_plain_text_tells_of_is_none() -> None:
    plain = "Von: Erika Muster <erika@example.de>\nGesendet: 18.11.2026 09:31\nAn: max@example.com\nBetreff: x\n\nHallo"
    mail = read_eml(_mail(plain, "<p>siehe Anlage</p>", "WG: Wohnung").as_bytes())
    assert mail.forward is None and mail.text == "siehe Anlage"


def test_a_plain_text_beside_an_empty_page_is_read() -> None:
    assert read_eml(_mail("Hallo", "<html><body></body></html>").as_bytes()).text == "Hallo"
    assert read_eml(_mail("Hallo", "<p style='display:none'>Guten Tag</p>").as_bytes()).text == ""


@pytest.mark.parametrize(
    "html",
    [
        "<style>" + "".join(f"div div{{color:#{i:06x}}}" for i in range(2_500)) + "</style>" + "<div>x" * 2_000,
        "<style>" + ".x{display:none}" * 20_000 + "</style><p class=x>gone</p>",
    ],
)
def test_style_sheets_made_to_be_expensive_are_said(html: str) -> None:
    shown = shown_bodies("Hallo", html)
    assert HIDDEN_BY_TOO_MUCH in shown.notes and "gone" not in shown.text


def _mail(plain: str, html: str, subject: str = "Wohnung") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "max@example.com", "info@example.com", subject
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    return message
