"""What the files beside the code say, held against the code: the manifest, the example settings, the README."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.main import get_command

from bot.cli.linkbot import app
from bot.settings import Settings
from commands.ids import COMMAND, SHORTCUT
from tests.needs import SHARED

ROOT = Path(__file__).parent.parent
SCHEMA = SHARED / "facts" / "slack-manifest.schema.json"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8")))


@pytest.mark.needs("shared")
def test_the_manifest_is_one_that_slack_takes(manifest: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(manifest)


def test_the_manifest_names_what_the_code_listens_to(manifest: dict[str, Any]) -> None:
    features = manifest["features"]
    assert [s["callback_id"] for s in features["shortcuts"]] == [SHORTCUT]
    assert [c["command"] for c in features["slash_commands"]] == [COMMAND]


def test_every_scope_has_its_reason(manifest: dict[str, Any]) -> None:
    text = (ROOT / "manifest.yml").read_text("utf-8")
    explained = (ROOT / "docs" / "slack-setup.md").read_text("utf-8")
    for scope in manifest["oauth_config"]["scopes"]["bot"]:
        assert re.search(rf"- {scope} # \S", text), scope
        assert f"`{scope}`" in explained, scope


def test_the_example_settings_are_all_settings() -> None:
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    known = {name.upper() for name in Settings.model_fields}
    # For other addresses than the vendors' own: tests and stand-ins set them, people do not.
    elsewhere = {"SLACK_API_URL", "SLACK_FILE_HOSTS", "ONOFFICE_API_URL", "ZOHO_ACCOUNTS_URL", "ZOHO_API_URL"}
    assert named == known - elsewhere


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = get_command(app).commands  # type: ignore[attr-defined] # a group of commands
    for name in commands:
        assert f"`linkbot {name}" in readme, name


def test_links_between_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_every_dependency_is_explained() -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for line in declared:
        name = re.split(r"[\[<>=]", line)[0]
        assert name in explained, name
