import json
import re
from typing import Any

import pytest

from bot.crm.zoho.errors import Fault, Kind, error, faults, normal, rules
from tests.saying import english

PAGE = "$.Emails[0]."


def item(code: str, message: str = "", **details: Any) -> dict[str, Any]:
    return {"code": code, "message": message, "details": details, "status": "error"}


# Every error of the page on associate_email and of the OpenAPI files' examples, with the sort of thing it is.
DOCUMENTED: list[tuple[dict[str, Any], Kind, str, str]] = [
    (
        item("INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one"),
        Kind.OURS,
        "",
        "address",
    ),
    (item("OAUTH_SCOPE_MISMATCH", "Unauthorized"), Kind.CREDENTIALS, "", "permission"),
    (item("NO_PERMISSION", "Only Admin Role/Profile Users will have permission"), Kind.PERMANENT, "", "administrator"),
    (item("INTERNAL_ERROR", "Internal Server Error"), Kind.RETRY, "", "try again"),
    (item("INVALID_REQUEST_METHOD", "The http request method type is not a valid one"), Kind.OURS, "", "understand"),
    (item("FILE_SIZE_EXCEEDS", "Total file(s) size should not exceed 10MB"), Kind.PERMANENT, "attachment", "10 MB"),
    (item("DUPLICATE_DATA", "duplicate data"), Kind.PERMANENT, "", "already"),
    (item("INVALID_DATA", "provided file id is improper"), Kind.RETRY, "attachment", "uploaded anew"),
    (item("INVALID_DATA", "Provide a Proper owner id"), Kind.PERMANENT, "owner", "user"),
    (
        item("INVALID_DATA", "the parent entity id given seems to be invalid"),
        *(Kind.PERMANENT, "linked_record", "no longer in Zoho"),
    ),
    (item("INVALID_DATA", "the api_name given seems to be invalid"), Kind.PERMANENT, "linked_module", "kind of record"),
    (item("INVALID_DATA", "the related id given seems to be invalid"), Kind.PERMANENT, "record", "no longer in Zoho"),
    (item("MANDATORY_NOT_FOUND", "required field not found"), Kind.OURS, "", "lacks something"),
    (item("INVALID_MODULE", "permission denied to access the api"), Kind.PERMANENT, "", "kind of record"),
    (item("INVALID_MODULE", "the module name given seems to be invalid"), Kind.PERMANENT, "", "kind of record"),
    (item("STORAGE_ SPACE_EXCEEDS", "storage space exceeds"), Kind.PERMANENT, "", "storage"),
    (item("STORAGE_SPACE_EXCEEDS", "storage space exceeds"), Kind.PERMANENT, "", "storage"),
    (
        item("INVALID_DATA", "invalid data", maximum_length=1, api_name="Emails", json_path="$.Emails"),
        Kind.OURS,
        "",
        "hand",
    ),
    (item("INVALID_DATA", "invalid data", api_name="from", json_path=PAGE + "from"), Kind.PERMANENT, "mail", "sender"),
    (
        item("INVALID_DATA", "invalid data", api_name="email", json_path=PAGE + "from.email"),
        *(Kind.PERMANENT, "mail", "sender"),
    ),
    (item("INVALID_DATA", "invalid data", json_path="$.Emails[0].to[3]"), Kind.PERMANENT, "mail", "recipient"),
    (item("INVALID_DATA", "invalid data", json_path=PAGE + "date_time"), Kind.PERMANENT, "mail", "date"),
    (item("INVALID_DATA", "invalid data", json_path=PAGE + "attachments"), Kind.RETRY, "attachment", "anew"),
    (item("INVALID_DATA", "invalid data", param_name="page_token"), Kind.RETRY, "page_token", "anew"),
    (item("TOO_MANY_REQUESTS", "too many requests. please try again after some time"), Kind.RETRY, "", "pause"),
    (item("INVALID_TOKEN", "invalid oauth token"), Kind.CREDENTIALS, "", "connect Zoho anew"),
    (item("AUTHENTICATION_FAILURE", "Authentication failed"), Kind.CREDENTIALS, "", "connect Zoho anew"),
    (item("VIRUS_DETECTED", "…"), Kind.PERMANENT, "attachment", "virus"),
    (item("failure_in_attachment_handling", "…"), Kind.PERMANENT, "attachment", "attachment"),
]


@pytest.mark.parametrize(("body", "kind", "about", "words"), DOCUMENTED)
@pytest.mark.parametrize("envelope", ["flat", "Emails"])
def test_every_documented_error_says_what_to_do(
    body: dict[str, Any], kind: Kind, about: str, words: str, envelope: str
) -> None:
    (fault,) = faults(body if envelope == "flat" else {"Emails": [body]})
    found = error(fault, writes=True)
    assert (found.kind, found.about) == (kind, about)
    assert words in english(found.message)
    assert found.permanent is (kind is not Kind.RETRY)
    assert found.uncertain is (body["code"] == "INTERNAL_ERROR")


def test_signing_in_refused_for_good_is_told_from_being_asked_to_wait() -> None:
    (withdrawn,) = faults({"error": "invalid_code"})
    (wait,) = faults(
        {"error_description": "You have made too many requests", "error": "Access Denied", "status": "failure"}
    )
    assert error(withdrawn).permanent
    assert "connect Zoho anew" in english(error(withdrawn).message)
    assert not error(wait).permanent
    assert "wait" in english(error(wait).message)


@pytest.mark.parametrize(
    "body",
    [
        {"Emails": [{"code": "SUCCESS", "details": {"message_id": "1"}, "status": "success"}]},
        {"data": [{"id": "1", "status": "Open", "code": "A7"}]},  # a record with a field of that name
        {"data": []},
        {"access_token": "1000.x"},
        [],
        None,
    ],
)
def test_answers_that_are_no_errors(body: Any) -> None:
    assert faults(body) == []


def test_an_unknown_error_keeps_its_code_for_the_administrator() -> None:
    found = error(Fault("SOMETHING_NEW"))
    assert found.permanent
    assert "SOMETHING_NEW" in english(found.message)


def test_codes_in_all_their_spellings() -> None:
    assert normal("STORAGE_ SPACE_EXCEEDS") == "STORAGE_SPACE_EXCEEDS"
    assert normal("Access Denied") == "ACCESS_DENIED"
    assert all(rule.code == normal(rule.code) for rule in rules())


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule.code}-{rule.says or rule.path}")
def test_each_sentence_is_one_for_people(rule: Any) -> None:
    assert english(rule.say).endswith(".")
    assert rule.code == "DUPLICATE_DATA" or "lease" in english(rule.say)
    assert not re.search(
        r"[A-Z]{3,}_|json|OAuth|HTTP|token\b(?! in the settings)", english(rule.say).replace("refresh token", "")
    )
    assert rule.says == rule.says.lower()


def test_no_rule_is_hidden_behind_a_wider_one() -> None:
    seen: list[str] = []
    for rule in rules():
        assert rule.code not in seen, f"{rule.code} comes after its default"
        if not rule.says and not rule.path:
            seen.append(rule.code)


def test_neither_words_nor_ids_of_a_request_reach_the_message() -> None:
    fault = Fault(
        "INVALID_DATA",
        "invalid data",
        {"api_name": "subject", "value": "Secret viewing", "json_path": PAGE + "subject"},
    )
    assert "Secret" not in json.dumps([error(fault).message.dump(), error(fault).code])
