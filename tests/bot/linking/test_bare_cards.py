"""Cards that are shown again because another company has come into their channel."""

from __future__ import annotations

from bot.surface import SurfaceError
from tests.bot.bench import Bench
from tests.bot.fakes import Fault


def test_the_whole_cards_of_a_channel_are_shown_again_and_no_others() -> None:
    bench = Bench()
    bench.proposals.set_card_bare("p1", True)
    bench.linking.make_bare(bench.proposal.channel)
    assert bench.surface.history == []
    bench.proposals.set_card_bare("p1", False)
    bench.linking.make_bare("C0ELSEWHERE")
    assert bench.surface.history == []
    bench.linking.make_bare(bench.proposal.channel)
    assert [card.id for card in bench.surface.history] == ["p1"]


def test_who_reads_along_is_asked_for_channels_with_whole_cards_only() -> None:
    bench = Bench()
    asked: list[str] = []

    def shared(channel: str) -> bool:
        asked.append(channel)
        return True

    bench.surface.faults = [Fault.BUSY]
    bench.linking.look_who_reads_along(shared)
    assert (asked, bench.surface.history) == ([bench.proposal.channel], [])
    bench.linking.catch_up_cards()
    assert len(bench.surface.history) == 1, "what Slack did not take is shown later"
    bench.proposals.set_card_bare("p1", True)
    bench.linking.look_who_reads_along(shared)
    assert len(asked) == 1


def test_while_slack_is_away_nobody_is_asked_about_every_channel() -> None:
    def away(_channel: str) -> bool:
        raise SurfaceError("TimeoutError", permanent=False)

    bench = Bench()
    bench.linking.look_who_reads_along(away)
    assert not bench.proposal.card_behind
