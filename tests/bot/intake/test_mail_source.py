"""What is fetched of an arrival, and what a failed download costs."""

from __future__ import annotations

import pytest

from bot.intake.mail_source import mails_of
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
    file = mail_file(plain_text="Neue Anfrage", attachments=[part], **{"from": [{"address": "noreply@example.org"}]})
    (mail,) = mails_of({"file": file}, surface)
    found = understand(mail).customer
    assert found is not None
    assert found.address == ("noreply@example.org" if isinstance(surface, Refusing) else "e@example.de")
    assert mail.text == "Neue Anfrage"
    assert mail.attachments[0].url == "https://files/x"
