"""The database as the commands need it: opened and made ready, with a sentence for whatever is wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

from bot.connections import Storage, create_storage
from bot.language import Sentence, SpokenError, sentence, together
from bot.settings import Settings
from storage import migrate
from storage.copying import NotEmptyError, copy
from storage.engine import NoDatabaseError, OtherDatabaseError, create_engine, normalise_url
from storage.vault import SHORTEST_KEY, BrokenSealError, ShortKeyError

CORRECT_IT = sentence("database.correct_it")
NOT_CURRENT = (sentence("database.not_current"), sentence("database.run_upgrade"))
IN_MEMORY = (sentence("database.in_memory"), sentence("database.name_a_file"))
WRONG_KEY = (sentence("database.wrong_key"), sentence("database.old_key"))
T = TypeVar("T")
log = logging.getLogger(__name__)


class DatabaseError(SpokenError):
    """The database cannot be used: `detail` says why, `remedy` what to do."""

    def __init__(self, detail: Sentence, remedy: Sentence) -> None:
        super().__init__(together(detail, remedy))
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
        raise DatabaseError(sentence("database.newer"), sentence("database.update")) from None
    except sa.exc.SQLAlchemyError as error:
        # Its own text may hold what was being stored.
        log.debug("the database: %s", type(getattr(error, "orig", None) or error).__name__)
        raise DatabaseError(*_meaning(url, error)) from None


def _sqlite(file: str) -> dict[str, tuple[Sentence, Sentence]]:
    """What SQLite says (sqlite.org/rescode.html), and what it means to whoever set the address."""
    return {
        "unable to open": (sentence("database.cannot_open", file=file), sentence("database.check_folder")),
        "readonly": (sentence("database.read_only", file=file), sentence("database.let_write")),
        "locked": (sentence("database.in_use", file=file), sentence("database.stop_the_other")),
        "not a database": (sentence("database.not_ours", file=file), sentence("database.check_url")),
        "malformed": (sentence("database.damaged", file=file), sentence("database.put_back")),
        "full": (sentence("database.disk_full", file=file), sentence("database.make_room")),
    }


def _meaning(url: str, error: sa.exc.SQLAlchemyError) -> tuple[Sentence, Sentence]:
    address = normalise_url(url)
    if address.get_backend_name() == "sqlite":
        said = str(getattr(error, "orig", None) or error)
        for words, meaning in _sqlite(str(address.database)).items():
            if words in said:
                return meaning
    elif isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
        host, port = address.host or sentence("database.here"), address.port or 5432
        return sentence("database.unreachable", host=host, port=port), sentence("database.check_address")
    return sentence("database.refused"), sentence("database.check_rights")


def open_storage(settings: Settings) -> Storage:
    """Storage as the settings say, though perhaps not up to date. Raises DatabaseError."""
    return _open(settings, lambda: create_storage(settings))


def _open(settings: Settings, open_it: Callable[[], T]) -> T:
    try:
        address = normalise_url(settings.database_url)
        if address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:") and not address.host:
            raise DatabaseError(*IN_MEMORY)
        return open_it()
    except (sa.exc.ArgumentError, ImportError, OtherDatabaseError):  # another driver than Linkbot's
        raise DatabaseError(sentence("database.other"), CORRECT_IT) from None
    except NoDatabaseError:
        raise DatabaseError(sentence("database.no_address"), CORRECT_IT) from None
    except ShortKeyError:
        raise DatabaseError(sentence("database.short_key", least=SHORTEST_KEY), CORRECT_IT) from None
    except OSError as error:
        detail = sentence("database.no_folder", reason=str(error.strerror))
        raise DatabaseError(detail, sentence("database.check_url")) from None


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
        raise DatabaseError(sentence("database.same"), sentence("database.name_another"))
    with explained(settings.database_url):
        migrate.upgrade(source)
    with explained(url):
        migrate.upgrade(target)
        try:
            return copy(source, target, progress)
        except NotEmptyError:
            raise DatabaseError(sentence("database.not_empty"), sentence("database.name_empty")) from None
