"""What people do with Linkbot, in the browser: they click, type and read on the sandbox's page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.browser.person import TABLE, Person
from tests.journeys.world import ANNA, Mail, World, german_mail

pytestmark = pytest.mark.needs("chromium")

MAX, ERIKA = 601, 523
LINDENPARK = 2649


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("stories")
    world = World(folder, f"sqlite:///{folder}/linkbot.db", "socket", LINKBOT_NEVER="Kündigung", LINKBOT_MAY_SET=ANNA)
    world.start()
    yield world
    world.stop()


def lies(world: World, mail: Mail) -> Mail:
    """The mail, once it lies in the office's mailbox."""
    world.lay(mail)
    return mail


def certain(world: World) -> Mail:
    """Max Mustermann about a property: nothing is unclear."""
    return lies(world, german_mail())


def from_a_mueller(world: World) -> Mail:
    """The CRM knows three."""
    return lies(world, _other("S. Müller <s.mueller@unbekannt.example>", "Rückruf", "Bitte rufen Sie an.\n\nMüller"))


def from_a_stranger(world: World, name: str) -> Mail:
    """Nobody knows the writer, nor what it is about."""
    address = f"{name.casefold().replace(' ', '.')}@fremd.example"
    return lies(world, _other(f"{name} <{address}>", f"Frage von {name}", f"Bitte rufen Sie an.\n\n{name}"))


def _other(sender: str, subject: str, text: str) -> Mail:
    mail = german_mail()  # each with a number of its own
    mail.sender, mail.text = sender, text
    mail.subject = f"{subject}, {mail.subject.rpartition(', ')[2]}"
    return mail


def test_a_forward_is_linked_with_one_press(world: World, anna: Person) -> None:
    mail = certain(world)
    card = anna.forwards(mail)
    card.sees("I would link it to", "Max Mustermann", "Lindenpark")
    with anna.story("Person and property are certain"):
        card.presses("Link")
    card.sees("Linked by @Anna Berger", "Max Mustermann in onOffice – linked, verified")
    assert world.onoffice_link(mail.message_id) == ([MAX], LINDENPARK)


def test_of_three_people_one_is_chosen_and_linked(world: World, anna: Person) -> None:
    mail = from_a_mueller(world)
    card = anna.forwards(mail)
    card.sees("Who is meant?", "nothing is linked yet")
    with anna.story("Which of several people: the right one is on the card"):
        card.presses("Stefanie Müller, Kastanienallee 21a, 10435 Berlin")
        card.sees("I would link it to")
        card.presses("Link")
    card.sees("Linked by @Anna Berger", "Stefanie Müller in onOffice – linked, verified")


def test_nobody_is_found_and_somebody_searches(world: World, anna: Person) -> None:
    mail = from_a_stranger(world, "Nora Niemand")
    card = anna.forwards(mail)
    card.sees("I found nobody")
    with anna.story("Nothing found: search by hand"):
        card.presses("Choose…")
        anna.window.sees("Link this mail", mail.subject)
        anna.window.sees_no("Looking up")
        anna.window.finds("People in onOffice", "Hausm", "Erika Hausmann")
        anna.window.presses("Link")
    card.sees("Linked by @Anna Berger", "Erika Hausmann in onOffice – linked, verified")
    assert world.onoffice_link(mail.message_id) == ([ERIKA], None)


def test_what_was_linked_wrongly_is_filed_elsewhere_in_one_step(world: World, anna: Person) -> None:
    mail = certain(world)
    card = anna.forwards(mail)
    card.presses("Link")
    with anna.story("One of several links is wrong, linked elsewhere"):
        card.presses("Belongs elsewhere…")
        anna.window.sees("The wrong link is taken back in the same step")
        anna.window.ticks("Max Mustermann")
        anna.window.finds("People in onOffice", "Hausm", "Erika Hausmann")
        anna.window.presses("Link")
    card.sees("Max Mustermann in onOffice – no longer linked", "Erika Hausmann – linked, verified")
    assert world.onoffice_link(mail.message_id) == ([ERIKA], LINDENPARK)


def test_of_two_people_at_once_one_links_and_the_other_is_told(world: World, anna: Person, ben: Person) -> None:
    mail = certain(world)
    card, same_card = anna.forwards(mail), ben.card(mail.subject)
    same_card.sees("I would link it to")
    bens_press = same_card.aims_at("Link")
    card.presses("Link")
    bens_press()
    card.sees("Linked by")
    if "@Anna Berger" in card.reads():
        ben.whisper("@Anna Berger was first").sees("Only visible to you")
    else:
        anna.whisper("@Ben Okafor was first").sees("Only visible to you")
    assert [link.verified for link in world.log(mail.message_id)] == [True, True], "each record once"


def test_attachments_go_along_to_zoho(world: World, anna: Person) -> None:
    card = anna.sends("Showroom lighting", "Showroom lighting - delivery date")
    card.sees("I would link it to", "Emily Karter", "Go along to Zoho CRM: lighting-schedule.csv")
    with anna.story("Zoho CRM, with all attachments"):
        card.presses("Link")
    card.sees("Linked by @Anna Berger", "Emily Karter in Zoho CRM – linked, verified")
    (copy, *_) = world.zoho_mails("Showroom lighting")
    assert copy["attachments"] == ["lighting-schedule.csv"]


def test_what_was_put_off_wakes_when_its_record_comes(world: World, anna: Person) -> None:
    mail = from_a_stranger(world, "Runa Holmquist")
    card = anna.forwards(mail)
    card.presses("Later")
    card.sees("Put off by @Anna Berger")
    address = mail.sender.partition("<")[2].removesuffix(">")
    world.call("onoffice/address", fields={"Vorname": "Runa", "Name": "Holmquist", "email": [address]})
    world.sync()
    anna.card("Runa Holmquist is in onOffice now").sees("@Anna Berger")
    with anna.story("Not in the CRM yet: wait until it is"):
        card.presses("Link")
    card.sees("Linked by @Anna Berger", "Runa Holmquist in onOffice – linked, verified")


def test_of_eight_mails_the_sure_ones_are_one_press_and_the_rest_a_window(world: World, anna: Person) -> None:
    sure = [certain(world) for _ in range(6)]
    which, strange = from_a_mueller(world), from_a_stranger(world, "Tilda Nirgends")
    anna.drops([*sure, which, strange])
    summary = anna.card("8 mails came together")
    summary.sees("0 of 8 linked", *(mail.subject for mail in [*sure, which, strange]))
    with anna.story("Eight mails dropped at once, six of them certain"):
        summary.presses("Link all the sure ones")
    summary.sees("6 of 8 linked")
    summary.presses("Go through them")
    anna.window.sees("1 of 2 that wait")
    if strange.subject in anna.window.reads():  # the mails are read side by side
        anna.window.presses("Skip")
    anna.window.sees(which.subject)
    anna.window.presses("Stefan Müller, Kastanienallee 21, 10435 Berlin")
    anna.window.sees("I would link it to")
    anna.window.presses("Link")
    anna.window.sees(strange.subject)
    anna.window.presses("Later")
    anna.window.sees("put off", "None of these mails waits any more")
    anna.window.closes()
    summary.sees("7 of 8 linked", "0 open", "1 put off")
    assert all(world.onoffice_link(mail.message_id) == ([MAX], LINDENPARK) for mail in sure)


def test_a_mail_on_the_never_link_list_is_for_its_forwarder_alone(world: World, anna: Person, ben: Person) -> None:
    mail = german_mail()
    mail.subject = f"Kündigung {mail.subject}"
    world.lay(mail)
    card = anna.forwards(mail)
    asked = anna.whisper("because of “Kündigung”")
    asked.sees(mail.subject, "only you see this")
    with anna.story("A mail that must not be talked about in the channel"):
        asked.presses("Show it to me")
        own = anna.whisper("I would link it to")
        own.sees(mail.subject, "Max Mustermann")
        own.presses("Link")
    anna.whisper("Linked by @Anna Berger").sees(mail.subject)
    assert world.onoffice_link(mail.message_id) == ([MAX], LINDENPARK)
    ben.sees(mail.subject)  # the forward itself
    card.is_gone()
    ben.card(mail.subject).is_gone()
    ben.whisper(mail.subject).is_gone()


def test_link_alone_asks_which_of_three_open_mails(world: World, anna: Person) -> None:
    anna.opens("buero")
    anna.presses("Add Linkbot")
    mails = [certain(world) for _ in range(3)]
    cards = [anna.forwards(mail, "buero") for mail in mails]
    for card in cards:
        card.sees("I would link it to")
    anna.writes("/link")
    listed = anna.whisper("Open mails")
    listed.sees("Which one is it?", *(mail.subject for mail in mails))
    listed.place.locator(".section").filter(has_text=mails[1].subject).get_by_role("button", name="Choose…").click()
    anna.window.sees("Link this mail", mails[1].subject)
    anna.window.presses("Link")
    cards[1].sees("Linked by @Anna Berger")
    assert world.onoffice_link(mails[1].message_id) == ([MAX], LINDENPARK)
    assert [world.onoffice_link(mail.message_id) for mail in (mails[0], mails[2])] == [([], None)] * 2


def test_a_property_is_chosen_or_gives_way_and_a_second_person_is_added(world: World, anna: Person) -> None:
    unclear = german_mail()
    unclear.subject = f"Rückruf, {unclear.subject.rpartition(', ')[2]}"
    unclear.text = "Guten Tag,\n\nist die Wohnung in der Lindenstraße noch frei?\n\nMax Mustermann\n"
    card = anna.forwards(lies(world, unclear))
    card.sees("Which property is meant?")
    with anna.story("Person certain, property unclear"):
        card.presses("Dachgeschosswohnung mit Weitblick, Lindenstraße 21, 12345 Berlin")
        card.sees_no("Which property is meant?")
        card.presses("Link")
    card.sees("Max Mustermann in onOffice – linked, verified", "Dachgeschosswohnung mit Weitblick – linked, verified")

    taken = certain(world)
    world.call("onoffice/link", messageid=taken.message_id, addressIds=[ERIKA], estateid=2651)
    card = anna.forwards(taken)
    card.sees("NL-2651")
    with anna.story("Another property is in the way, and shown"):
        card.presses("Link")
    card.sees("Linked by @Anna Berger")
    with anna.story("Add a second person"):
        card.presses("Add…")
        anna.window.sees_no("Looking up")
        anna.window.finds("People in onOffice", "Stefanie", "Stefanie Müller")
        anna.window.presses("Link")
    card.sees("Stefanie Müller")


def test_the_only_link_is_wrong_or_a_mail_was_put_aside_by_mistake(world: World, anna: Person) -> None:
    card = anna.forwards(from_a_mueller(world))
    card.presses("Not now")
    card.sees("Put aside by @Anna Berger")
    with anna.story("Put aside by mistake"):
        card.presses("Take up again")
    card.presses("Stefan Müller, Kastanienallee 21, 10435 Berlin")
    card.presses("Link")
    with anna.story("The only link is wrong, linked elsewhere"):
        card.presses("Belongs elsewhere…")
        anna.window.sees("The wrong link is taken back in the same step")
        anna.window.finds("People in onOffice", "Hausm", "Erika Hausmann")
        anna.window.presses("Link")
    card.sees("Stefan Müller in onOffice – no longer linked", "Erika Hausmann – linked, verified")


def test_a_channel_is_about_one_crm(anna: Person) -> None:
    anna.opens("sales")
    with anna.story("A channel is about one CRM only"):
        anna.writes("/link settings")
        anna.window.sees("What counts in #sales")
        anna.window.chooses("Which CRM are its mails for?", "Zoho CRM")
        anna.window.presses("Save")
    anna.window.is_gone()


def test_every_story_of_the_table_is_counted_here() -> None:
    told = Path(__file__).read_text("utf-8")
    assert TABLE
    assert [story for story in TABLE if f'.story("{story}")' not in told] == []
