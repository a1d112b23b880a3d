"""`linkbot init`: asks for what is needed, one thing at a time, tries each answer at once, and writes `.env`."""

from __future__ import annotations

import ipaddress
import secrets
import subprocess
import sys
import webbrowser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from bot.cli.env_file import write
from bot.cli.terminal import err, fail, said, say, show
from bot.language import Sentence, sentence, speak

if TYPE_CHECKING:
    from bot.crm import Check
    from bot.settings import Settings

SLACK_PAGE = "https://api.slack.com/apps?new_app=1"
SHOWN = 4  # last letters of a secret that is there already
STARTTLS_PORT = 143


def init() -> None:
    """Set Linkbot up: ask for what is needed, check each answer, write .env, and end with the doctor."""
    say(sentence("cli.init.hello", file=str(_file())))
    _language()
    if _now().missing_key():
        _write(LINKBOT_SECRET_KEY=secrets.token_urlsafe(32))
        say(sentence("cli.init.key"))
    if not _now().linkbot_workspace:  # it gave its token when it installed the app
        _slack()
    _crm()
    _made_ready()
    if "onoffice" in _now().crm:
        _mailboxes()
    _run("sync", sentence("cli.init.sync"))
    status = _run("doctor", sentence("cli.init.doctor"))
    say(sentence("cli.init.done" if status == 0 else "cli.init.not_done"))
    raise typer.Exit(status)


def _file() -> Path:
    from bot.settings import own_env_file

    return own_env_file()


def _now() -> Settings:
    from bot.settings import SettingsError, load

    try:
        return load()
    except SettingsError as error:
        fail(error.message)


def _write(**values: str) -> None:
    try:
        _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(_file(), **values)
    except OSError as error:
        fail(sentence("cli.init.cannot_write", file=str(_file()), reason=str(error.strerror)))


def _ask(question: Sentence, *, known: str = "", hidden: bool = False) -> str:
    """What a person types, without blanks around it; with nothing typed what is known already."""
    shown = ("…" + known[-SHOWN:]) if known and hidden else known
    if sys.stdin.isatty():
        text = str(typer.prompt(said(question), default=shown, show_default=bool(shown), hide_input=hidden))
        return known if text.strip() == shown else text.strip()
    say(question)
    line = sys.stdin.readline()
    if not line:
        _ended()
    return line.strip() or known


def _ended() -> NoReturn:
    fail(sentence("cli.init.ended"))


def _page(url: str) -> None:
    """Open a page where a person sits at a screen; its address is said in any case."""
    say(sentence("cli.init.page", url=url))
    if not sys.stdin.isatty():
        return
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is not webbrowser.GenericBrowser:  # one that would run in this very terminal
        browser.open(url)


def _until_right(ask: Callable[[], dict[str, str]], wrong: Callable[[Settings], Iterable[Check]]) -> None:
    """Ask until what was answered makes sense and works; only then it is written."""
    from bot.settings import SettingsError, load

    while True:
        values = ask()
        try:
            settings = load(answers=values)
        except SettingsError as error:
            say(error.message, "red", on=err)
            continue
        if show(wrong(settings), on=err) == 0:
            _write(**values)
            return


def _language() -> None:
    def ask() -> dict[str, str]:
        return {"LINKBOT_LANGUAGE": _ask(sentence("cli.init.language"), known=_now().linkbot_language).casefold()}

    _until_right(ask, lambda _: ())
    speak(_now().linkbot_language)


def _slack() -> None:
    from bot.app import slack_checks

    _page(SLACK_PAGE)
    say(sentence("cli.init.slack_app"))

    def token() -> dict[str, str]:
        known = _now().slack_bot_token.get_secret_value()
        return {"SLACK_BOT_TOKEN": _ask(sentence("cli.init.bot_token"), known=known, hidden=True)}

    def app_token() -> dict[str, str]:
        known = _now().slack_app_token.get_secret_value()
        return {"SLACK_APP_TOKEN": _ask(sentence("cli.init.app_token"), known=known, hidden=True)}

    def given(settings: Settings, name: str) -> list[Check]:
        from bot.crm import Check

        value = getattr(settings, name.lower()).get_secret_value()
        missing = Check(sentence("doctor.settings"), False, sentence("cli.not_set", names=name))
        return [missing] if not value else slack_checks(settings)

    _until_right(token, lambda now: (c for c in given(now, "SLACK_BOT_TOKEN") if c.name.id != "slack.socket"))
    _until_right(app_token, lambda now: (c for c in given(now, "SLACK_APP_TOKEN") if c.name.id == "slack.socket"))


def _crm() -> None:
    def which() -> dict[str, str]:
        return {"CRM": _ask(sentence("cli.init.crm"), known=",".join(_now().crm)).casefold()}

    _until_right(which, lambda _: ())
    for vendor in _now().crm:
        {"onoffice": _onoffice, "zoho": _zoho, "csv": _csv}[vendor]()


def _works(vendor: str) -> Callable[[Settings], Iterable[Check]]:
    """What is wrong with the access to one CRM, by its own checks, whatever the others still lack; what else its checks
    show comes with the doctor."""

    def check(settings: Settings) -> Iterable[Check]:
        from bot.cli.terminal import stored
        from bot.connections import create_crms
        from bot.crm import Check

        alone = settings.model_copy(update={"crm": (vendor,)})
        if missing := alone.missing_for_crm():
            return [Check(sentence("doctor.settings"), False, sentence("cli.not_set", names=str(n))) for n in missing]
        with stored(alone) as storage:
            return list(create_crms(alone, storage)[vendor].checks())[:1]

    return check


def _onoffice() -> None:
    say(sentence("cli.init.onoffice"))

    def ask() -> dict[str, str]:
        now = _now()
        return {
            "ONOFFICE_TOKEN": _ask(
                sentence("cli.init.onoffice_token"), known=now.onoffice_token.get_secret_value(), hidden=True
            ),
            "ONOFFICE_SECRET": _ask(
                sentence("cli.init.onoffice_secret"), known=now.onoffice_secret.get_secret_value(), hidden=True
            ),
        }

    _until_right(ask, _works("onoffice"))


def _zoho() -> None:
    from bot.cli.refresh_token import connect
    from bot.crm import CRMError
    from bot.crm.zoho import CONSENT, UnknownDataCentreError, data_centre

    now = _now()
    # What was typed once is offered again where the code turns out to be wrong.
    centre, client_id, secret = now.zoho_dc, now.zoho_client_id, now.zoho_client_secret.get_secret_value()
    while True:
        typed = _ask(sentence("cli.init.zoho_dc"), known=centre)
        try:
            data_centre(typed)
        except UnknownDataCentreError as error:
            say(error.message, "red", on=err)
            continue
        centre = typed
        client_id = _ask(sentence("cli.zoho.client_id"), known=client_id)
        secret = _ask(sentence("cli.zoho.client_secret"), known=secret, hidden=True)
        given = {"ZOHO_DC": centre, "ZOHO_CLIENT_ID": client_id, "ZOHO_CLIENT_SECRET": secret}
        say(sentence("cli.zoho.make_code", scopes=CONSENT))
        code = _ask(sentence("cli.zoho.code"), hidden=True)
        try:
            found = connect(now, client_id, secret, centre, code)
        except CRMError as error:
            say(error.message, "red", on=err)
            continue
        show(found.checks, on=err)
        if found.complete:
            token = next(said(line) for line in found.lines if said(line).startswith("ZOHO_REFRESH_TOKEN="))
            _write(**given, ZOHO_REFRESH_TOKEN=token.partition("=")[2])
            return
        for scope in found.missing:
            say(sentence("cli.zoho.missing_scope", scope=scope), "red", on=err)
        say(sentence("cli.zoho.code_again"), on=err)


def _csv() -> None:
    def ask() -> dict[str, str]:
        return {"CSV_FILES": _ask(sentence("cli.init.csv"), known=",".join(map(str, _now().csv_files)))}

    _until_right(ask, _works("csv"))


def _made_ready() -> None:
    from bot.cli.terminal import database

    with database(_now()):
        say(sentence("cli.database.current"))


def _mailboxes() -> None:
    """Add mailboxes until nothing more is named. The first one is wanted: without it no mail is found."""
    from bot.cli.terminal import stored
    from bot.connections import add

    say(sentence("cli.init.mailboxes"))
    while True:
        with stored(_now()) as storage:
            known = [box.identity for box, _ in storage.mailboxes.all()]
        if known:
            say(sentence("cli.init.mailboxes_known", names=", ".join(known)))
        identity = _ask(sentence("cli.init.mailbox" if not known else "cli.init.mailbox_more"))
        if not identity and known:
            return
        if "@" not in identity:
            say(sentence("mailbox.no_address", mailbox=identity), "red", on=err)
            continue
        host, port = _host(_ask(sentence("cli.init.imap", example=f"imap.{identity.partition('@')[2]}")))
        user = _ask(sentence("cli.init.imap_user"), known=identity)
        password = _ask(sentence("cli.mailbox.password"), hidden=True)
        tls = "none" if _is_this_machine(host) else "starttls" if port == STARTTLS_PORT else "ssl"
        problem = add(
            _now(), identity, host=host, port=port, user=user, tls=tls, folders=[], password=password, check=True
        )
        if problem:
            say(problem, "red", on=err)
        else:
            say(sentence("cli.mailbox.stored", mailbox=identity))


def _host(text: str) -> tuple[str, int | None]:
    """A server's name, and the port where one stands behind it."""
    host, _, port = text.rpartition(":")
    return (host, int(port)) if host and port.isdecimal() and len(port) <= len("65535") else (text, None)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _run(command: str, what: Sentence) -> int:
    """Another command, as a person would type it."""
    say(what)
    return subprocess.run([sys.executable, "-m", "bot", command], check=False).returncode  # noqa: S603 - our own
