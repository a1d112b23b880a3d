"""One press for the sure ones of mails that came together: linked is what the list showed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

import bot.linking.together
from bot.linking import Bulk, Together, mark_of
from bot.mail import to_json
from bot.proposals import is_sure
from bot.surface import BundleView, SurfaceError
from storage.bundles import Brought, Bundles, join
from storage.engine import transaction
from storage.locks import Locks
from storage.tables import ProposalState
from tests.bot.bench import AHORN, LINDEN, MAIL, Bench, database

BEN = "U0BEN"


@dataclass
class FakeSummaries:
    posted: list[BundleView] = field(default_factory=list)
    updated: list[BundleView] = field(default_factory=list)
    failures: list[SurfaceError] = field(default_factory=list)

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)

    def post_summary(self, view: BundleView) -> str:
        self._fail()
        self.posted.append(view)
        return "9.0"

    def update_summary(self, view: BundleView) -> None:
        self._fail()
        self.updated.append(view)


class Summed:
    """The bench's mail in a bundle with a summary."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bot.linking.together, "LEAST", (1, 2))
        monkeypatch.setattr(bot.linking.together, "QUIET", timedelta(0))
        self.bench = Bench()
        engine = database(self.bench.url)
        self.bundles, self.summaries = Bundles(engine), FakeSummaries()
        self.together = Together(
            bundles=self.bundles,
            reader=self.bench.reader,
            linking=self.bench.linking,
            summaries=self.summaries,
            locks=Locks(engine),
        )
        self.bench.changed = self.bundles.changed
        with transaction(engine) as session:
            join(session, Brought("T1", "C1", "1.0", "1.0", "anna", "U0ANNA", 0), "p1")
        self.together.show_due()

    @property
    def bundle(self) -> BundleView:
        view = self.together.view(self.summaries.posted[0].id)
        assert view is not None
        return view

    def mark(self) -> str:
        return mark_of(self.bundle.mails[0][1])

    def press(self, **shown: str) -> Bulk | None:
        marks = {int(number.removeprefix("n")): mark for number, mark in shown.items()}
        bulk = self.together.link_sure(self.bundle.id, BEN, marks)
        self.bench.durable.run()
        return bulk


@pytest.fixture
def summed(monkeypatch: pytest.MonkeyPatch) -> Summed:
    return Summed(monkeypatch)


def test_what_the_list_showed_is_linked_and_the_summary_says_so(summed: Summed) -> None:
    assert summed.press(n1=summed.mark()) == Bulk(1, 0)
    assert summed.bench.proposal.state == ProposalState.LINKED
    assert summed.bench.proposal.acted_by == BEN
    summed.together.show_due()
    assert summed.summaries.updated[-1].mails[0][1].state == ProposalState.LINKED
    shown = len(summed.summaries.updated)
    summed.together.show_due()
    assert len(summed.summaries.updated) == shown, "nothing has changed"


def picked_another(summed: Summed) -> None:
    key = (LINDEN.ref.vendor, LINDEN.ref.kind, LINDEN.ref.id)
    summed.bench.proposals.pick("p1", key, [])
    others = [c for c, _ in summed.bench.proposals.candidates("p1") if c.record_id != LINDEN.ref.id]
    summed.bench.proposals.pick("p1", key, [(c.vendor, c.kind, c.record_id) for c in others])


def put_aside(summed: Summed) -> None:
    summed.bench.linking.dismiss("p1", "U0ANNA")


def gives_way(summed: Summed) -> None:
    summed.bench.proposals.save_look("p1", "onoffice", [str(AHORN.ref)])


@pytest.mark.parametrize("happened", [picked_another, put_aside, gives_way])
def test_a_mail_of_which_something_has_changed_is_left_alone(
    summed: Summed, happened: Callable[[Summed], None]
) -> None:
    mark = summed.mark()
    happened(summed)
    assert summed.press(n1=mark) == Bulk(0, 1)
    assert not summed.bench.onoffice.links
    assert summed.bench.proposal.attempt == 0


@pytest.mark.parametrize("shown", [{"n1": "000000000000"}, {"n2": "000000000000"}, {}])
def test_what_the_list_did_not_show_is_not_linked(summed: Summed, shown: dict[str, str]) -> None:
    assert summed.press(**shown) == Bulk(0, len(shown))
    assert summed.bench.proposal.attempt == 0


def test_a_second_press_links_nothing_twice(summed: Summed) -> None:
    mark = summed.mark()
    assert summed.press(n1=mark) == Bulk(1, 0)
    assert summed.press(n1=mark) == Bulk(0, 1)
    assert summed.bench.proposal.attempt == 1


def test_the_summary_shows_that_what_was_put_aside_is_open_again(summed: Summed) -> None:
    put_aside(summed)
    summed.bundles.changed("p1")
    summed.together.show_due()
    assert summed.summaries.updated[-1].mails[0][1].state == ProposalState.DISMISSED
    assert summed.bench.proposals.revive("p1", to_json(MAIL), "", [])
    summed.together.show_due()
    assert summed.summaries.updated[-1].mails[0][1].state == ProposalState.OPEN


def test_a_failed_mail_is_no_sure_one(summed: Summed) -> None:
    summed.bench.finder.place = None
    mark = summed.mark()
    summed.press(n1=mark)
    assert summed.bench.proposal.state == ProposalState.FAILED
    assert not is_sure(summed.bundle.mails[0][1])
    assert summed.press(n1=mark) == Bulk(0, 1)


def test_a_bundle_that_is_gone(summed: Summed) -> None:
    summed.together.forget(timedelta(seconds=-1))
    assert summed.together.link_sure("unknown", BEN, {1: "x"}) is None
    assert summed.bundles.behind() == []


def test_a_summary_that_slack_does_not_take_is_shown_later(summed: Summed) -> None:
    summed.bundles.set_behind(summed.bundle.id, True)
    summed.summaries.failures = [SurfaceError("ratelimited", permanent=False, retry_after=1.0)]
    summed.together.show_due()
    assert summed.bundles.behind()
    summed.together.show_due()
    assert not summed.bundles.behind()
    summed.bundles.set_behind(summed.bundle.id, True)
    summed.summaries.failures = [SurfaceError("message_not_found", permanent=True)]
    summed.together.show_due()
    assert not summed.bundles.behind(), "refused for good"


def test_a_summary_is_posted_once(summed: Summed) -> None:
    summed.together.show_due()
    assert len(summed.summaries.posted) == 1
    assert not summed.bundles.begin_post(summed.bundle.id), "another process is late"


@pytest.mark.parametrize(("wait", "tried_again"), [(1.0, True), (0.0, False)])
def test_a_posting_is_tried_again_only_where_slack_says_that_it_did_nothing(
    summed: Summed, wait: float, tried_again: bool
) -> None:
    summed.bundles._update(summed.bundle.id, ts=None, tries=0)
    summed.summaries.failures = [SurfaceError("ReadTimeout", permanent=False, retry_after=wait)]
    summed.together.show_due()
    summed.together.show_due()
    assert len(summed.summaries.posted) == (2 if tried_again else 1)
