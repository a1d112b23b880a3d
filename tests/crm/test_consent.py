"""What is about consent is known, in German and English, by the vendor's name or by the label."""

from __future__ import annotations

import pytest

from bot.crm.consent import is_consent


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("DSGVOStatus", "DSGVO-Status"),
        ("newsletter_aktiv", "Newsletter"),
        ("Email_Opt_Out", "Email Opt Out"),
        ("SMS_Opt_In", ""),
        ("Data_Processing_Basis", ""),
        ("ind_1234", "Einwilligung in die Datenverarbeitung"),
        ("ind_1235", "Werbung erlaubt"),
        ("GDPR_Consent", ""),
        ("Unsubscribed_Mode", ""),
        ("cf_7", "Contact permission"),
    ],
)
def test_consent_is_known(name: str, label: str) -> None:
    assert is_consent(name, label)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("HerkunftKontakt", "Herkunft Kontakt"),
        ("Lead_Source", "Lead Source"),
        ("Briefanrede", ""),
        ("Option", "Option"),
    ],
)
def test_other_fields_are_not_about_consent(name: str, label: str) -> None:
    assert not is_consent(name, label)
