"""The Web API's front door: token, arguments and scopes are checked here, then the method is carried out.

Source: docs.slack.dev/apis/web-api. A refusal has status 200 and an error code, save 429 (too many requests).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.faults import Faults
from sandbox.slack.errors import SlackError, missing_scope
from sandbox.slack.workspace import APP_TOKEN
from sandbox.slack.world import JSON, World

# What is wrong with the caller, not with the world: these show a mistake in the bot.
BLUNDERS = {
    "unknown_method", "invalid_arguments", "invalid_blocks", "missing_scope", "invalid_auth", "not_authed",
    "not_allowed_token_type", "no_text", "msg_too_long", "invalid_attachments", "invalid_metadata_format",
    "metadata_too_large", "too_many_attachments", "markdown_text_conflict", "view_too_large", "invalid_trigger_id",
    "expired_trigger_id", "exchanged_trigger_id", "push_limit_reached", "duplicate_external_id",
}  # fmt: skip
# Methods that only ask whether something is right.
QUESTIONS = {"api.test", "blocks.validate"}
# What Slack's own client adds to every call.
COMMON = {"team_id": "str"}
RETRY_AFTER_SECONDS = "1"

Call = Callable[[JSON], JSON]


@dataclass(frozen=True)
class Method:
    """A method: its arguments with their kinds (str, int, bool, json), its scopes, its caller: bot, app, anybody."""

    call: Call
    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    caller: str = "bot"


class WebApi:
    def __init__(self, world: World, scopes: frozenset[str], faults: Faults, methods: Mapping[str, Method]) -> None:
        self._world = world
        self._scopes = scopes
        self._faults = faults
        self._methods = methods

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]

        async def effect() -> web.StreamResponse:
            try:
                return web.json_response({"ok": True, **self._carried_out(name, request, await _asked(request))})
            except SlackError as error:
                if error.error in BLUNDERS and name not in QUESTIONS:
                    self._world.violation(error.error, f"{name}: {error.detail}")
                return web.json_response(error.as_json())

        answer = await self._faults.around(f"slack.{name}", request, effect, refusal)
        answer.headers["X-OAuth-Scopes"] = ",".join(sorted(self._scopes))
        return answer

    def _carried_out(self, name: str, request: web.Request, asked: JSON) -> JSON:
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", more={"req_method": name})
        _check_token(self._world, method.caller, request.headers.get("Authorization", ""), asked.pop("token", None))
        arguments = _arguments(method, asked)
        for scope in method.scopes:
            if scope not in self._scopes:
                raise missing_scope(scope, self._scopes)
        return method.call(arguments)


def refusal(value: Any) -> web.StreamResponse:
    """A fault's value as Slack would say it: a status, or an error code."""
    if value in (429, "429", "ratelimited", "rate_limited"):
        headers = {"Retry-After": RETRY_AFTER_SECONDS}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if isinstance(value, int) or str(value).isdigit():
        return web.Response(status=int(value), text="The service is not available right now.")
    return web.json_response({"ok": False, "error": str(value or "internal_error")})


async def _asked(request: web.Request) -> JSON:
    """The arguments, wherever they are: query, form or JSON."""
    asked: JSON = dict(request.query)
    if request.method != "POST":
        return asked
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return {**asked, **body}
    return {**asked, **await request.post()}


def _check_token(world: World, caller: str, header: str, argument: Any) -> None:
    if caller == "anybody":
        return
    token = header.removeprefix("Bearer ").strip() or argument
    if not token:
        raise SlackError("not_authed")
    kind = "bot" if token in world.bot_tokens else "app" if token == APP_TOKEN else None
    if kind is None:
        raise SlackError("account_inactive" if token in world.revoked_tokens else "invalid_auth")
    if kind != caller:
        raise SlackError("not_allowed_token_type")


def _arguments(method: Method, asked: JSON) -> JSON:
    known = {**COMMON, **method.required, **method.optional}
    wrong = [f"[ERROR] unknown argument: {name}" for name in asked if name not in known]
    wrong += [f"[ERROR] missing required field: {name}" for name in method.required if asked.get(name) in (None, "")]
    if wrong:
        raise SlackError("invalid_arguments", wrong)
    return {name: _converted(name, value, known[name]) for name, value in asked.items() if value is not None}


def _converted(name: str, value: Any, kind: str) -> Any:
    """A value as its kind; in forms everything is a string."""
    try:
        if kind == "json":
            return json.loads(value) if isinstance(value, str) else value
        if kind == "int":
            return int(value)
    except (ValueError, TypeError) as error:
        raise SlackError("invalid_arguments", [f"[ERROR] must be valid {kind} [json-pointer:/{name}]"]) from error
    if kind == "bool":
        if value in (True, "1", "true", "True"):
            return True
        if value in (False, "0", "false", "False"):
            return False
        raise SlackError("invalid_arguments", [f"[ERROR] must be a boolean [json-pointer:/{name}]"])
    if not isinstance(value, str):
        raise SlackError("invalid_arguments", [f"[ERROR] must be a string [json-pointer:/{name}]"])
    return value
