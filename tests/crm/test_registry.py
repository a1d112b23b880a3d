import pytest

from bot.crm.onoffice import OnOffice, OnOfficeConfig
from bot.crm.registry import REGISTRY, build
from bot.crm.tokens import MemoryTokenStore, TokenStore
from bot.crm.zoho import Zoho, ZohoConfig
from bot.crm.zoho.data_centres import UnknownDataCentreError
from bot.records import Category
from tests.saying import raises

ONOFFICE = OnOfficeConfig(token="t" * 32, secret="s" * 64)
ZOHO = ZohoConfig(client_id="1000.X", client_secret="hidden-secret", refresh_token="hidden-refresh")


def test_the_chosen_crms_are_built_and_no_other() -> None:
    assert set(REGISTRY) == {"onoffice", "zoho", "csv"}
    built = build(["zoho", "onoffice"], {"onoffice": ONOFFICE, "zoho": ZOHO})
    assert isinstance(built["zoho"], Zoho)
    assert isinstance(built["onoffice"], OnOffice)
    assert list(build(["zoho"], {"onoffice": ONOFFICE, "zoho": ZOHO})) == ["zoho"]


def test_each_vendor_gets_its_own_place_for_tokens() -> None:
    asked: list[str] = []

    def tokens(vendor: str) -> TokenStore:
        asked.append(vendor)
        return MemoryTokenStore()

    build(["zoho"], {"zoho": ZOHO}, tokens)
    assert asked == ["zoho"]


@pytest.mark.parametrize(("vendors", "words"), [(["salesforce"], "there is no CRM"), (["zoho"], "settings")])
def test_what_is_missing_is_said(vendors: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        build(vendors, {"onoffice": ONOFFICE})


def test_a_data_centre_that_does_not_exist_is_said() -> None:
    with raises(UnknownDataCentreError, "data centre"):
        build(["zoho"], {"zoho": ZohoConfig("a", "b", "c", data_centre="fr")})


def test_secrets_do_not_show_when_a_config_is_printed() -> None:
    assert "hidden" not in repr(ZOHO)
    assert "tttt" not in repr(ONOFFICE)
    assert "ssss" not in repr(ONOFFICE)


def test_what_each_vendor_can_do() -> None:
    built = build(["zoho", "onoffice"], {"onoffice": ONOFFICE, "zoho": ZOHO})
    assert built["onoffice"].capabilities.undo
    assert built["onoffice"].capabilities.needs_mailbox
    assert built["onoffice"].capabilities.categories[Category.PROPERTY] == 1
    assert not built["zoho"].capabilities.undo
    assert not built["zoho"].capabilities.needs_mailbox
