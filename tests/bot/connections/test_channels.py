"""What counts in a channel: what was set there, else what the settings say."""

from __future__ import annotations

from bot.connections import ChannelChoice, Channels, Rules
from storage.channel_settings import ChannelSettings
from tests.bot.bench import ANNA, Bench, empty_database


def test_what_is_set_wins_and_the_rest_is_as_for_all() -> None:
    rows = ChannelSettings(empty_database("sqlite://"))
    channels = Channels(rows, vendors=("onoffice", "zoho"), language="de", private_channels=("C2",))
    assert channels.of("C1") == Rules(("onoffice", "zoho"), "", "de", False)
    assert "C2" in channels and "C1" not in channels
    channels.save("T1", "C2", ANNA, ChannelChoice(("zoho",), "info@example.com", "en", private=False))
    assert channels.of("C2") == Rules(("zoho",), "info@example.com", "en", False)
    assert "C2" not in channels
    # Another process reads the same, and does not count a CRM that is no longer connected.
    other = Channels(rows, vendors=("onoffice",), language="de", private_channels=())
    assert other.of("C2").vendors == ("onoffice",)
    channels.save("T1", "C2", ANNA, ChannelChoice())
    assert channels.of("C2") == Rules(("onoffice", "zoho"), "", "de", True)


def test_a_card_forgets_what_other_crms_found_and_still_tells_what_was_done_there() -> None:
    bench = Bench()
    rows = ChannelSettings(bench.store._engine)
    channels = Channels(rows, vendors=tuple(bench.crms), language="en", private_channels=())
    bench.reader._channels = channels
    channels.save("T1", bench.proposal.channel, ANNA, ChannelChoice(("zoho",)))
    view = bench.reader.view(bench.proposal)
    assert (list(view.vendors), view.candidates) == (["zoho"], ())
    assert {vendor for vendor, _ in view.limits or {}} == {"zoho"}
    channels.save("T1", bench.proposal.channel, ANNA, ChannelChoice(("onoffice",)))
    bench.linking.confirm("p1", ANNA)
    bench.durable.run()
    channels.save("T1", bench.proposal.channel, ANNA, ChannelChoice(("zoho",)))
    proposal = bench.proposals.get("p1")
    assert proposal is not None
    assert "onoffice" in bench.reader.view(proposal).vendors
