"""The Slack app's manifest, as Slack takes it: for Socket Mode as it lies beside, for HTTP with an address."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urljoin, urlsplit

import typer

from bot.cli.terminal import fail
from bot.language import sentence

SOCKET_MODE = Path(__file__).parent.parent / "manifest.yml"
# Where a workspace comes back to that installs the app by OAuth, and what is told of one that takes it out.
REDIRECT = "/slack/oauth_redirect"
FAREWELLS = ("app_uninstalled", "tokens_revoked")
LONGEST_URL = 3000  # of a request address, by the manifest's schema


def over_http(manifest: dict[str, Any], url: str) -> dict[str, Any]:
    """The manifest of an app that Slack calls at `url`, an address of events without a path of its own or with one.

    Where each address stands: https://docs.slack.dev/reference/app-manifest
    """
    made = deepcopy(manifest)
    events = url.rstrip("/") + ("" if urlsplit(url).path.strip("/") else "/slack/events")
    for command in made["features"]["slash_commands"]:
        command["url"] = events
    settings = made["settings"]
    settings["event_subscriptions"] = {"request_url": events, **settings["event_subscriptions"]}
    settings["interactivity"] |= {"request_url": events, "message_menu_options_url": events}
    settings["socket_mode_enabled"] = False
    return made


def for_several(manifest: dict[str, Any], url: str) -> dict[str, Any]:
    """The manifest of an app at `url` that several workspaces install by OAuth."""
    made = over_http(manifest, url)
    made["oauth_config"] = {"redirect_urls": [urljoin(url, REDIRECT)], **made["oauth_config"]}
    told = made["settings"]["event_subscriptions"]
    told["bot_events"] = [*told["bot_events"], *FAREWELLS]
    return made


def is_public(url: str) -> bool:
    """Whether Slack could call an address: https, a host, nothing that names a place in a page."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    whole = parts.scheme == "https" and bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)
    return whole and len(url) <= LONGEST_URL and not any(letter.isspace() for letter in url)


def manifest(
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="The bot's own https address: Slack calls it there, over HTTP.")
    ] = "",
    several: Annotated[
        bool, typer.Option("--several", help="With --url: for several workspaces, which install the app by OAuth.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, as Slack's own command line wants it.")] = False,
) -> None:
    """Print the Slack app's manifest, for Socket Mode or for HTTP."""
    import yaml

    text = SOCKET_MODE.read_text("utf-8")
    if url and not is_public(url):
        fail(sentence("cli.manifest.url", url=url))
    if several and not url:
        fail(sentence("cli.manifest.several_url"))
    if url or as_json:
        made = yaml.safe_load(text)
        if url:
            made = for_several(made, url) if several else over_http(made, url)
        if as_json:
            text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        else:
            text = yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=120)
    print(text, end="")  # noqa: T201 - a file for a machine, not a sentence for a person
