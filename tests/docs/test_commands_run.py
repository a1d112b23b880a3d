"""Every command on README and the pages is run as it stands there, against the sandbox, or stands here with the reason
why not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pytest
from dotenv import dotenv_values

from bot.settings import Settings, load
from tests.docs.pages import commands, settings
from tests.docs.place import TEAM, Place
from tests.journeys.world import INFO
from tests.ports import free_port

# What is left open on a page ("[--port N]", "FILE") is filled in; what a page's example names is there in the sandbox.
FILLED_IN: Mapping[str, Sequence[str]] = {
    r"linkbot run [--socket \| --http]": ["linkbot run --socket", "linkbot run --http"],
    "linkbot sandbox [--port N]": ["linkbot sandbox --port {free_port} --imap-port 0 --quiet"],
    "python -m sandbox [--port 8080] [--imap-port 0] [--events-url URL] [--retry-scale 1.0] [--quiet]": [],  # the same
    "linkbot sync [--full]": ["linkbot sync"],
    "linkbot doctor [--probe] [--verbose]": ["linkbot doctor --verbose"],
    r"linkbot parse [FILE \| -] [--jsonl] [--staff NAME]": [
        "linkbot parse mail.eml --staff anna.berger@nordlicht.example",
        "linkbot parse --jsonl -",
    ],
    "linkbot match --directory F --mails F [--limit K]": [
        "linkbot match --directory directory.jsonl --mails mails.jsonl --limit 3"
    ],
    "linkbot match --directory F [--staff F] [--region XX] FILE…": [
        "linkbot match --directory directory.jsonl --staff staff.json --region DE mail.eml"
    ],
    "linkbot link FILE --dry-run": ["linkbot link mail.eml --dry-run"],
    "linkbot link --dry-run": [],
    "linkbot manifest [--url URL [--several]] [--json]": ["linkbot manifest --json"],
    "linkbot workspace remove TEAM": [f"linkbot workspace remove {TEAM}"],
    "linkbot --workspace TEAM COMMAND": [
        f"linkbot --workspace {TEAM} mailbox add {{box}} --host {{imap}}",
        f"linkbot --workspace {TEAM} sync",
    ],
    "linkbot mailbox add": ["linkbot mailbox add {box} --host {imap}"],
    "linkbot mailbox add info@your-agency.example --host imap.onoffice.de": ["linkbot mailbox add {box} --host {imap}"],
    "linkbot mailbox remove": ["linkbot mailbox remove {box}"],
    r"linkbot mailbox add \| list \| remove \| check": ["linkbot mailbox list"],
    r"linkbot alias list \| forget": ["linkbot alias list"],
    "linkbot alias forget": ["linkbot alias forget 1"],
    "linkbot stats [--weeks N]": ["linkbot stats --weeks 2"],
    "linkbot log list [--last N]": ["linkbot log list --last 5"],
    "linkbot log why NUMBER": ["linkbot log why 1"],
    r"linkbot log export [--format csv \| jsonl]": ["linkbot log export --format jsonl"],
    r"linkbot purge --person ADDRESS\|NAME": ["linkbot purge --person max.mustermann@example.de"],
    "linkbot purge": [],
    "linkbot purge --person": [],
    "linkbot db copy URL": ["linkbot db copy sqlite:///copy.db"],
    'make demo ARGS="--once --crm <vendor>"': ['make demo ARGS="--once --crm csv"'],
}
MINUTES = "takes minutes: run by hand, and what it prints stands on its page"
ONLINE = "installs from the network: python -m benchmarks.install runs it"
MACHINE = "changes the machine outside of its folder; python -m benchmarks.image installs in the same way"
DOCKER = "there is no container engine where the tests run; python -m benchmarks.image carries out the image's steps"
NOT_RUN: Mapping[str, str] = {
    r"python -m benchmarks\.": MINUTES,
    r"(\.venv/bin/)?linkbot demo": "tests/bot/cli/test_demo.py plays it",
    r"(uv tool|pipx) install \.": ONLINE,
    r"python -m pip install pip-audit": "installs from the network",
    r"git pull": "there is nothing newer",
    r"\S+ \S+ docker |\S+ docker ": DOCKER,
    r"python3 -m venv /opt|/opt/linkbot/|install -D|cp deploy|systemctl": MACHINE,
    r"linkbot --workspace \S+ init": "asks what linkbot init asks, which is run here",
    r"slack run": "Slack's own command line, which wants a real workspace",
}
# What a person answers to what is asked.
ANSWERS: Mapping[str, Sequence[str]] = {
    "linkbot init": [
        *("en", "{SLACK_BOT_TOKEN}", "{SLACK_APP_TOKEN}", "onoffice,zoho"),
        *("{ONOFFICE_TOKEN}", "{ONOFFICE_SECRET}", "eu", "{ZOHO_CLIENT_ID}", "{ZOHO_CLIENT_SECRET}", "{code}"),
        *("{box}", "{imap}:{imap_port}", "{box}", "{password}", ""),
    ],
    "linkbot mailbox add": ["{password}"],
    f"linkbot --workspace {TEAM} mailbox add": ["{password}"],
    "linkbot zoho connect": ["{code}"],
    "linkbot parse --jsonl": ['{{"id": "m1", "subject": "Fwd: x", "text": "From: max.mustermann@example.de"}}'],
}
# First what the others build upon; last what takes away.
FIRST = ["linkbot init", "linkbot run --socket"]
LAST = ["linkbot alias forget", "linkbot purge", "linkbot mailbox remove", f"linkbot workspace remove {TEAM}"]


def reason(text: str) -> str:
    """Why a command of the pages is not run; "" for one that is."""
    return next((why for pattern, why in NOT_RUN.items() if re.match(pattern, text)), "")


def lines() -> list[str]:
    """What is run, in order."""
    found: dict[str, None] = {}
    for text in commands():
        if not reason(text):
            for line in FILLED_IN.get(text, [text]):
                plain = re.sub(r"^(\.venv|/opt/linkbot)/bin/", "", line)
                found[{"linkbot run": "linkbot run --socket"}.get(plain, plain)] = None

    def place(line: str) -> tuple[int, int]:
        starts = [number for number, begin in enumerate(FIRST) if line == begin]
        ends = [number for number, begin in enumerate(LAST) if line.startswith(begin)]
        return (0, starts[0]) if starts else (2, ends[0]) if ends else (1, 0)

    return sorted(found, key=place)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("place"))
    made.start()
    made.install()
    yield made
    made.stop()


def test_each_command_on_the_pages_does_what_it_is_there_for(place: Place, postgres_url: str) -> None:
    place.shown = {"DATABASE_URL": postgres_url}
    box = place.imap["accounts"][0]
    known = {**place.env, "box": INFO, "imap": place.imap["host"], "imap_port": place.imap["port"]}
    known |= {"password": box["password"]}
    assert box["identity"] == INFO
    wrong: dict[str, str] = {}
    for line in lines():
        answers = next((given for begin, given in ANSWERS.items() if line.startswith(begin)), [])
        typed = "".join(f"{one}\n" for one in answers)
        if "{code}" in typed:
            known["code"] = place.code()
        try:
            command = line.format(free_port=free_port(), **known)
            if "mailbox add" in line:
                command += f" --port {place.imap['port']} --tls none"  # the sandbox's mail server is on this machine
            told = (
                serve(place, command)
                if re.match(r"linkbot (run|sandbox)", line)
                else run(place, command, typed.format(**known))
            )
            if line == "linkbot run --socket":
                place.teach()
        except AssertionError as error:
            wrong[line] = str(error)
            continue
        if "sandbox" not in line:  # which prints what a bot must be told
            for secret in ("SLACK_BOT_TOKEN", "ONOFFICE_SECRET", "ZOHO_CLIENT_SECRET"):
                assert place.env[secret] not in told, f"{line} printed {secret}"
    assert wrong == {}, "\n\n".join(wrong.values())
    written = dotenv_values(place.folder / ".env")
    assert written["CRM"] == "onoffice,zoho"


def run(place: Place, command: str, answers: str) -> str:
    if command.startswith("make "):
        command = command.replace(
            "make ", "make --dry-run --always-make ", 1
        )  # its recipe is of the commands tried here
    return place.run(command, answers)


def serve(place: Place, command: str) -> str:
    """What runs until it is ended: the bot, which links a mail, or the sandbox."""
    words = command.split()
    if "sandbox" in words:
        port = words[words.index("--port") + 1]
        return place.serve(["bot", *words[1:]], lambda: Place.answers(port))
    socket = "--socket" in words
    return place.serve(
        ["bot", *words[1:]],
        place.is_connected if socket else place.is_well,
        place.link_a_mail if socket else lambda: None,
    )


def test_what_is_not_run_has_its_reason_and_nothing_is_left_here_that_no_page_says() -> None:
    texts = list(commands())
    assert [pattern for pattern in NOT_RUN if not any(re.match(pattern, text) for text in texts)] == []
    assert [text for text in FILLED_IN if text not in texts] == []
    ours = [line for text in texts if not reason(text) for line in FILLED_IN.get(text, [text])]
    assert [
        begin for begin in (*FIRST[1:], *LAST, *ANSWERS) if not any(begin in line for line in (*ours, *lines()))
    ] == []
    assert [line for line in ours if "[" in line or "…" in line] == [], "what is left open on a page is filled in here"
    assert len(lines()) > 45


def test_each_line_of_env_on_the_pages_is_read() -> None:
    """A value that is no value of its setting would be refused when the bot starts."""
    names = {name.upper() for name in Settings.model_fields}
    found = [one for one in settings() if one[1] in names and not re.search("…|/path/", one[2])]
    assert len(found) > 10
    for page, name, value in found:
        assert getattr(load({name: value}, None), name.lower()) is not None, page
