"""Logs hold what happened, never a mail's words and never a secret, at whatever level an operator sets."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier

from bot.logs import TALKATIVE, origin, quiet_logger, set_up

SECRET = "signing secret of the tests"
WORDS = "Pfefferkuchen"
BODY = json.dumps({"type": "event_callback", "team_id": "T1", "event": {"type": "message", "text": WORDS}})


@pytest.fixture(autouse=True)
def levels() -> Iterator[None]:
    """The levels and handlers of all loggers, as they were."""
    names = ["", *TALKATIVE, "linkbot.bolt", "linkbot.test"]
    before = {name: logging.getLogger(name).level for name in names}
    handlers = logging.root.handlers[:]
    yield
    logging.root.handlers[:] = handlers
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_user_id="U1", bot_id="B1")


def app() -> App:
    """Bolt as `create_app` makes it, with nothing registered: every request is wrong or unhandled."""
    return App(signing_secret=SECRET, authorize=authorize, logger=quiet_logger("linkbot.bolt"))


def request(*, signed: bool) -> BoltRequest:
    at = str(int(time.time()))
    signature = SignatureVerifier(SECRET if signed else "another").generate_signature(timestamp=at, body=BODY)
    headers = {"content-type": ["application/json"], "x-slack-request-timestamp": [at]}
    return BoltRequest(body=BODY, headers={**headers, "x-slack-signature": [str(signature)]})


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
@pytest.mark.parametrize(("signed", "status"), [(False, 401), (True, 404)])
def test_bolt_prints_no_request_that_it_refuses_or_nobody_handles(
    level: str, signed: bool, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up(level)
    assert app().dispatch(request(signed=signed)).status == status
    printed = "".join(capfd.readouterr())
    assert WORDS not in printed
    assert SECRET not in printed


def test_bolt_would_print_them_with_a_logger_of_another_level(capfd: pytest.CaptureFixture[str]) -> None:
    """Why the logger must be a quiet one: without it this very request ends up in the log."""
    set_up("INFO")
    talkative = logging.getLogger("linkbot.test")
    talkative.setLevel(logging.INFO)
    App(signing_secret=SECRET, authorize=authorize, logger=talkative).dispatch(request(signed=False))
    assert WORDS in "".join(capfd.readouterr())


@pytest.mark.parametrize("name", sorted(TALKATIVE))
def test_libraries_that_talk_too_much_are_held_back_at_debug(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    set_up("DEBUG")
    logging.getLogger(f"{name}.some.part").info(WORDS)
    logging.getLogger(f"{name}.some.part").debug(WORDS)
    logging.getLogger("bot.keeper").debug("ours")
    printed = "".join(capfd.readouterr())
    assert WORDS not in printed
    assert "DEBUG bot.keeper: ours" in printed


def test_an_error_is_told_by_its_kind_and_place() -> None:
    try:
        json.loads(WORDS)
    except ValueError as error:
        told = origin(error)
    assert told.startswith("JSONDecodeError at ")
    assert "decoder.py:" in told
    assert WORDS not in told
    assert origin(ValueError(WORDS)) == "ValueError at ?"
