"""The database as the commands need it: opened and made ready, with a sentence for whatever is wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

from bot.connections import Storage, create_storage
from bot.settings import Settings
from storage import migrate
from storage.copying import NotEmptyError, copy
from storage.engine import create_engine, normalise_url
from storage.vault import BrokenSealError

CORRECT_IT = "Correct it in the environment or in .env."
NOT_CURRENT = ("The database is not up to date.", "Run: linkbot db upgrade")
IN_MEMORY = ("DATABASE_URL names no file, so everything would be lost.", "Set it to one: sqlite:///linkbot.db")
WRONG_KEY = (
    "LINKBOT_SECRET_KEY is not the one with which something was stored.",
    "Put the old key back behind the new one (new,old), or remove and add the mailboxes again.",
)
# What SQLite says (sqlite.org/rescode.html), and what it means to whoever set the address.
_SQLITE = {
    "unable to open": (
        "The database file {file} cannot be opened.",
        "Check DATABASE_URL, and that Linkbot may write into its folder.",
    ),
    "readonly": ("The database file {file} cannot be written.", "Let Linkbot write to it and into its folder."),
    "locked": (
        "The database file {file} is in use by another program.",
        "Stop that one, or try again in a minute.",
    ),
    "not a database": ("{file} is not a database of Linkbot's.", "Check DATABASE_URL."),
    "malformed": ("The database file {file} is damaged.", "Put back a backup of it."),
    "full": ("The disk of the database file {file} is full.", "Make room on it."),
}

T = TypeVar("T")
log = logging.getLogger(__name__)


class DatabaseError(Exception):
    """The database cannot be used: `detail` says why, `remedy` what to do."""

    def __init__(self, detail: str, remedy: str) -> None:
        super().__init__(f"{detail} {remedy}")
        self.detail = detail
        self.remedy = remedy


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Raises DatabaseError for whatever using the database at this DATABASE_URL may raise."""
    try:
        yield
    except BrokenSealError:
        raise DatabaseError(*WRONG_KEY) from None
    except migrate.NewerDatabaseError:
        raise DatabaseError("The database was made by a newer Linkbot.", "Update this Linkbot.") from None
    except sa.exc.SQLAlchemyError as error:
        # Its own text may hold what was being stored.
        log.debug("the database: %s", type(getattr(error, "orig", None) or error).__name__)
        raise DatabaseError(*_meaning(url, error)) from None


def _meaning(url: str, error: sa.exc.SQLAlchemyError) -> tuple[str, str]:
    address = normalise_url(url)
    if address.get_backend_name() == "sqlite":
        said = str(getattr(error, "orig", None) or error)
        for words, (detail, remedy) in _SQLITE.items():
            if words in said:
                return detail.format(file=address.database), remedy
    elif isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
        where = f"{address.host or 'this machine'}:{address.port or 5432}"
        return (
            f"The database at {where} cannot be reached, or does not let Linkbot in.",
            "Check DATABASE_URL (host, port, user, password, name), and that the database is running.",
        )
    return "The database refused what Linkbot asked of it.", "Check DATABASE_URL, and that its user may make tables."


def open_storage(settings: Settings) -> Storage:
    """Storage as the settings say, though perhaps not up to date. Raises DatabaseError."""
    return _open(settings, lambda: create_storage(settings))


def _open(settings: Settings, open_it: Callable[[], T]) -> T:
    try:
        address = normalise_url(settings.database_url)
        if address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:") and not address.host:
            raise DatabaseError(*IN_MEMORY)
        return open_it()
    except (sa.exc.ArgumentError, ImportError):  # another driver than Linkbot's
        raise DatabaseError("DATABASE_URL must begin with sqlite:/// or postgresql://.", CORRECT_IT) from None
    except ValueError as error:
        raise DatabaseError(f"{error}.", CORRECT_IT) from None
    except OSError as error:
        detail = f"The folder of the database cannot be made: {error.strerror}."
        raise DatabaseError(detail, "Check DATABASE_URL.") from None


def make_ready(settings: Settings) -> None:
    """SQLite is brought up to date by itself; PostgreSQL, which other processes use too, by the release step. Raises
    DatabaseError."""
    engine = open_storage(settings).engine
    try:
        with explained(settings.database_url):
            if engine.dialect.name == "sqlite":
                migrate.upgrade(engine)
            elif not migrate.is_current(engine):
                raise DatabaseError(*NOT_CURRENT)
    finally:
        engine.dispose()


def upgrade(settings: Settings) -> None:
    """Apply the migrations that are missing; that needs no key. Raises DatabaseError."""
    engine = _open(settings, lambda: create_engine(settings.database_url))
    with explained(settings.database_url):
        migrate.upgrade(engine)


def copy_into(settings: Settings, url: str, progress: Callable[[str, int], None]) -> int:
    """Copy this database into the one at `url`, which is brought up to date first. Gives how many rows there were.
    Raises DatabaseError."""
    there = settings.model_copy(update={"database_url": url})
    source = _open(settings, lambda: create_engine(settings.database_url))
    target = _open(there, lambda: create_engine(url))
    if source.url == target.url:
        raise DatabaseError("That is the database that is used already.", "Name another one.")
    with explained(settings.database_url):
        migrate.upgrade(source)
    with explained(url):
        migrate.upgrade(target)
        try:
            return copy(source, target, progress)
        except NotEmptyError:
            raise DatabaseError("There is something in that database already.", "Name an empty one.") from None
