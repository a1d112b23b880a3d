"""Trying again: which failures are worth it, and after which waits, as steps of a durable workflow."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypedDict

import sqlalchemy as sa

from bot import telemetry
from bot.crm import CRMError
from bot.durable.engine import Durable
from bot.language import SILENCE, Sentence, sentence
from bot.logs import origin
from bot.mail import MailboxError
from bot.surface import SurfaceError

DEFECT = sentence("link.defect")

DEFECT_CODE = "defect"
DATABASE_CODE = "database"
MAILBOX_CODE = "mailbox"

log = logging.getLogger(__name__)


class Verdict(TypedDict):
    """The answer of a step, small enough for the workflow tables. `message` is what is said of it,
    as `Sentence.dump` gives it, and no mail text."""

    ok: bool
    value: Any
    permanent: bool
    message: str
    code: str
    wait: float


def succeeded(value: Any = None) -> Verdict:
    return Verdict(ok=True, value=value, permanent=False, message="", code="", wait=0.0)


def failed(message: Sentence, code: str, *, permanent: bool, wait: float = 0.0) -> Verdict:
    return Verdict(ok=False, value=None, permanent=permanent, message=message.dump(), code=code, wait=wait)


def judged(work: Callable[[], Any], settle: float = 0.0) -> Verdict:
    """Run work and turn the failures that are part of life into a verdict; others are defects and go on up.

    After a call whose effect is uncertain at least `settle` seconds must pass: it may still land.
    """
    try:
        return succeeded(work())
    except CRMError as error:
        wait = settle if error.uncertain else 0.0
        return failed(error.message, error.code, permanent=error.permanent, wait=wait)
    except MailboxError as error:
        return failed(error.message, MAILBOX_CODE, permanent=error.permanent)
    except SurfaceError as error:
        return failed(SILENCE, error.code, permanent=error.permanent, wait=error.retry_after)


def retried(
    durable: Durable, name: str, work: Callable[[], Any], waits: Sequence[float], settle: float = 0.0
) -> Verdict:
    """A durable step that is tried again after each of the waits (seconds) while it fails only for now.

    A defect ends in a verdict too, and within the step: the engine would write down the text of its error.
    """
    for wait in (*waits, None):
        verdict: Verdict = durable.step(name, lambda: bounded(name, work, settle))
        if verdict["ok"] or verdict["permanent"] or wait is None:
            return verdict
        telemetry.again(name, verdict["code"])
        durable.sleep(max(wait, verdict["wait"]))
    raise AssertionError("the last wait is None")


def bounded(name: str, work: Callable[[], Any], settle: float = 0.0) -> Verdict:
    """As `judged`, at the boundary of a piece of work: a database that is away and a defect are verdicts too."""
    try:
        return judged(work, settle)
    except sa.exc.SQLAlchemyError as error:
        log.warning("the database failed in step %r: %s", name, origin(error))
        return failed(DEFECT, DATABASE_CODE, permanent=False)
    except Exception as error:  # noqa: BLE001 - the boundary of a workflow: a defect must end in a sentence too
        # Only its kind is logged: the text of an unforeseen error could hold words of the mail.
        log.error("defect in step %r: %s", name, origin(error))
        return failed(DEFECT, DEFECT_CODE, permanent=False)
