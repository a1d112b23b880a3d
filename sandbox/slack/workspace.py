"""The invented workspaces: who and what is in them at the start.

The second one has not installed the app; it can by OAuth. What Slack itself puts into each (the bot, its user,
Slackbot) has the same ids in both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TEAM_ID, OTHER_TEAM_ID = "T0SANDBOX", "T0OTHER"
APP_ID, BOT_ID, BOT_USER = "A0LINKBOT", "B0LINKBOT", "U0LINKBOT"
EMAIL_USER, EMAIL_BOT_ID = "USLACKBOT", "B0EMAIL"
HELPER_BOT_ID = "B0HELFER"

BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 - the invented workspace's own
APP_TOKEN = f"xapp-1-{APP_ID}-1-sandbox"
CLIENT_ID = "1234567890.0987654321"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105 - the invented app's own
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105 - the invented workspace's own
VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105 - the invented workspace's own


@dataclass(frozen=True)
class Team:
    id: str
    name: str
    domain: str


HOME = Team(TEAM_ID, "Nordlicht Immobilien", "nordlicht")
OTHER = Team(OTHER_TEAM_ID, "Südlicht Makler", "suedlicht")
TEAMS = (HOME, OTHER)


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    real_name: str
    email: str = ""
    team_id: str = TEAM_ID
    is_bot: bool = False
    # A guest of several channels; one of a single channel is `is_ultra_restricted` as well.
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_admin: bool = False
    deleted: bool = False
    bot_id: str = ""
    locale: str = "en-GB"


@dataclass
class Channel:
    """A conversation. `kind` is Slack's channel type: channel (public), group (private), im or mpim. `shared_with` are
    the workspaces of other companies that are in it (Slack Connect), `invited` those that have not accepted yet."""

    id: str
    name: str
    kind: str
    members: list[str] = field(default_factory=list)
    shared_with: list[str] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)
    archived: bool = False

    def has(self, user: str) -> bool:
        return user in self.members


@dataclass
class Group:
    """A user group."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)


def people(team: Team) -> list[Person]:
    if team == OTHER:
        return [
            Person("U0STRANGER", "fremde", "Frida Fremd", "frida.fremd@suedlicht.example", team.id, is_admin=True),
            Person("U0GUSTAV", "gustav", "Gustav Grau", "gustav.grau@suedlicht.example", team.id),
            Person(BOT_USER, "linkbot", "Linkbot", team_id=team.id, is_bot=True),
            Person(EMAIL_USER, "slackbot", "Slackbot", team_id=team.id, is_bot=True),
        ]
    return [
        Person("U0ANNA", "anna", "Anna Berger", "anna.berger@nordlicht.example"),
        Person("U0BEN", "ben", "Ben Okafor", "ben.okafor@nordlicht.example"),
        Person("U0CLARA", "clara", "Clara Nowak", "clara.nowak@nordlicht.example", locale="de-DE"),
        Person("U0GAST", "gesa", "Gesa Gast", "gesa.gast@handwerk.example", is_restricted=True),
        Person(
            "U0EINGAST",
            "emil",
            "Emil Eingast",
            "emil.eingast@handwerk.example",
            is_restricted=True,
            is_ultra_restricted=True,
        ),
        Person("U0EHEMALS", "erik", "Erik Ehemals", "erik.ehemals@nordlicht.example", deleted=True),
        Person("U0HELFER", "helfer", "Helfer", is_bot=True, bot_id=HELPER_BOT_ID),
        Person("U0STRANGER", "fremde", "Frida Fremd", "frida.fremd@suedlicht.example", OTHER_TEAM_ID),
        Person(BOT_USER, "linkbot", "Linkbot", is_bot=True),
        Person(EMAIL_USER, "slackbot", "Slackbot", is_bot=True),
    ]


def channels(team: Team) -> list[Channel]:
    if team == OTHER:
        return [Channel("C0SUEDLICHT", "anfragen", "channel", ["U0STRANGER", "U0GUSTAV", BOT_USER])]
    everybody = ["U0ANNA", "U0BEN", "U0CLARA"]
    return [
        Channel("C0ANFRAGEN", "anfragen", "channel", [*everybody, "U0GAST", BOT_USER]),
        Channel("C0SALES", "sales", "channel", [*everybody, "U0EINGAST", BOT_USER]),
        Channel("C0PARTNER", "partner", "channel", ["U0ANNA", "U0BEN", "U0STRANGER", BOT_USER], [OTHER_TEAM_ID]),
        Channel("C0PRIVAT", "buero", "channel", [*everybody]),
        Channel("G0RUNDE", "mpdm-anna--ben--linkbot-1", "mpim", ["U0ANNA", "U0BEN", BOT_USER]),
        Channel("D0ANNA", "", "im", ["U0ANNA", BOT_USER]),
    ]


def groups(team: Team) -> list[Group]:
    if team == OTHER:
        return []
    return [Group("S0MAKLER", "makler", "Makler", ["U0ANNA", "U0BEN"])]
