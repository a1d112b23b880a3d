"""What is fetched of an arrival, and what a failed download costs."""

from __future__ import annotations

import pytest

from bot.intake.mail_source import NO_HTML, mails_of
from bot.mail import understand
from bot.surface import SurfaceError
from tests.bot.fakes import FakeSurface
from tests.mail.test_slack import mail_file

PERSON = b"<interessent><nachname>Muster</nachname><email>e@example.de</email></interessent>"
XML = b"<openimmo_feedback>" + PERSON + b"</openimmo_feedback>"


class Refusing(FakeSurface):
    def download(self, url: str) -> bytes:
        raise SurfaceError("file_unavailable", permanent=False)


@pytest.mark.parametrize("surface", [FakeSurface(files={"https://files/x": XML}), Refusing()])
def test_a_structured_part_is_fetched_and_a_failed_download_loses_nothing(surface: FakeSurface) -> None:
    part = {"filename": "openimmo_feedback.xml", "mimetype": "text/xml", "size": len(XML), "url": "https://files/x"}
    sender = {"from": [{"address": "noreply@example.org"}]}
    file = mail_file(plain_text="Neue Anfrage", attachments=[part], url_private=None, **sender)
    (mail,) = mails_of({"file": file}, surface)
    found = understand(mail).customer
    assert found is not None
    assert found.address == ("noreply@example.org" if isinstance(surface, Refusing) else "e@example.de")
    assert mail.text == "Neue Anfrage"
    assert mail.attachments[0].url == "https://files/x"


BODY = "https://files.slack.com/files-pri/T1-F1/wg"


def test_what_a_mail_shows_is_fetched_also_where_slack_gives_a_text() -> None:
    file = mail_file(subject="Frage", plain_text="Es geht um die Ulmenallee 3.")
    html = "<p>Guten Tag,</p><p>ist die <b>Lindenstraße 12</b> noch frei?</p>"
    (mail,) = mails_of({"file": file}, FakeSurface(files={BODY: html.encode()}))
    assert mail.text == "Guten Tag,\n\nist die Lindenstraße 12 noch frei?" and mail.html == html
    assert NO_HTML not in mail.notes


def test_without_the_right_to_files_the_plain_text_is_read_and_said_to_be() -> None:
    file = mail_file(subject="Frage", plain_text="Ist die Lindenstraße 12 noch frei?")
    (mail,) = mails_of({"file": file}, NoScope())
    assert mail.text == "Ist die Lindenstraße 12 noch frei?" and NO_HTML in mail.notes


@pytest.mark.parametrize("text", ["", "Ist die Lindenstraße 12 noch frei?"])
def test_while_slack_gives_no_file_a_mail_is_not_read(text: str) -> None:
    with pytest.raises(SurfaceError):
        mails_of({"file": mail_file(plain_text=text)}, Refusing())


class NoScope(FakeSurface):
    def download(self, url: str) -> bytes:
        raise SurfaceError("file_needs_scope", permanent=True)
