from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import jsonschema
import psycopg
import pytest

from tests.commands.slack_reads import marked_up
from tests.journeys.world import World
from tests.needs import SHARED

SCHEMAS = SHARED / "facts"
SURFACES = {"message": "slack-blockkit-message.schema.json", "modal": "slack-blockkit-view.schema.json"}


@pytest.fixture(scope="session", params=["socket-sqlite", "http-postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A sandbox and a bot, both ways in which Slack can reach it and both databases."""
    mode, _, database = str(request.param).partition("-")
    folder = tmp_path_factory.mktemp(mode)
    if database == "sqlite":
        url = f"sqlite:///{folder}/linkbot.db"
    else:
        server = str(request.getfixturevalue("postgres_server"))
        name = f"journeys_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        url = f"{server}/{name}"
    world = World(folder, url, mode)
    world.start()
    try:
        yield world
        blocks_fit_slacks_schemas(world)
        nothing_is_linked_by_slack(world)
        no_mail_text_is_left_behind(world)
        everything_is_readable_for_its_owner_only(world)
    finally:
        world.stop()


def blocks_fit_slacks_schemas(world: World) -> None:
    """Every block that the bot posted in the whole run, against the schemas where they are at hand."""
    posted = world.control.get("/_control/posted").json()
    for surface, name in SURFACES.items():
        if not (SCHEMAS / name).exists():
            continue  # tests/needs.py says so
        validator = jsonschema.Draft7Validator(json.loads((SCHEMAS / name).read_text("utf-8")))
        for entry in posted:
            if entry["surface"] == surface:
                validator.validate(entry["payload"])


def nothing_is_linked_by_slack(world: World) -> None:
    """In no message and in no window would Slack make a link or a mention of a mail's words."""
    for entry in world.control.get("/_control/posted").json():
        for _ in marked_up(entry["payload"]):
            pass  # it asserts that each text is verbatim


def no_mail_text_is_left_behind(world: World) -> None:
    """The secret words of the mails stand in no log and nowhere readable in a database, workflow tables included."""
    words = (b"Pfefferkuchen", b"Gingerbread")
    everything = world.bot.output().encode() + world.database_dump()
    assert everything
    assert [word for word in words if word in everything] == []


def everything_is_readable_for_its_owner_only(world: World) -> None:
    """The database with its write-ahead log, the workflows' own, and the index."""
    logs = {world.bot.log, world.sandbox.log}  # ours, not the bot's
    kept = [path for path in world.folder.rglob("*") if path.is_file() and path not in logs]
    assert kept or not world.database_url.startswith("sqlite")
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []


@pytest.fixture(autouse=True)
def nothing_was_violated(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each journey: Slack's stand-in has seen nothing that Slack would refuse."""
    if "world" not in request.fixturenames:
        yield
        return
    world: World = request.getfixturevalue("world")
    before = len(world.state("violations")["violations"])
    yield
    assert world.state("violations")["violations"][before:] == []


@pytest.fixture
def nothing_stays_open(world: World) -> Iterator[None]:
    """Other journeys look for the window that a person has open."""
    yield
    for view in world.state("views")["views"][::-1]:
        world.call("close", user=view["user"], view_id=view["id"])
