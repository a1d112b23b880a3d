"""Mails that came together: one message sums them up, and one press links those that are sure."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.durable import judged
from bot.linking.answers import Answer
from bot.linking.presses import Linking
from bot.proposals import ProposalReader, bundle_view, is_sure, picks_mark
from bot.surface import BundleView, ProposalView, Summaries
from storage.bundles import Bundles
from storage.locks import Locks
from storage.tables import Bundle, now

# So many mails of one message, and of several messages, are summed up.
LEAST = (2, 3)
# So long nothing more must have come; behind that, those that come late are added to the summary.
QUIET = timedelta(seconds=2)
# What could not be said within this time nobody waits for any more.
NOT_BEFORE = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of a press on "Link all": how many are being linked, and of how many that the list showed something
    has changed since, so that nothing was done with them. None where there is no such bundle."""

    started: int
    changed: int


class Together:
    """Posts summaries, keeps them up to date, and takes the press on them."""

    def __init__(
        self, *, bundles: Bundles, reader: ProposalReader, linking: Linking, summaries: Summaries, locks: Locks
    ) -> None:
        self._bundles = bundles
        self._reader = reader
        self._linking = linking
        self._summaries = summaries
        self._locks = locks

    def view(self, bundle_id: str) -> BundleView | None:
        """The mails of a bundle as they are now."""
        bundle = self._bundles.get(bundle_id)
        return self._view(bundle) if bundle else None

    def _view(self, bundle: Bundle) -> BundleView:
        return bundle_view(bundle, self._bundles.mails(bundle.id), self._reader)

    def link_sure(self, bundle_id: str, user: str, shown: Mapping[int, str]) -> Bulk | None:
        """Link the mails that a list showed as sure, each to what it showed: `shown` has the mark of its picks by the
        mail's number. A mail of which something has changed since is left alone."""
        view = self.view(bundle_id)
        if view is None:
            return None
        mails = {number: mail for number, mail in view.mails if is_sure(mail)}
        wanted = [mail for number, mark in shown.items() if (mail := mails.get(number)) and mark_of(mail) == mark]
        started = sum(self._link(mail, user) for mail in wanted)
        self._bundles.set_behind(bundle_id, True)
        self.show(bundle_id)
        return Bulk(started, len(shown) - started)

    def _link(self, mail: ProposalView, user: str) -> bool:
        reply = self._linking.confirm(mail.id, user, mark=mark_of(mail), seen=mail.attempt)
        return reply.answer == Answer.STARTED

    def show_due(self) -> None:
        """Post the summaries of what has come together, and show those again of which something has changed."""
        for bundle in self._bundles.to_post(now() - QUIET, LEAST, now() - NOT_BEFORE):
            self._post(bundle)
        for bundle in self._bundles.behind():
            self.show(bundle.id)

    def _post(self, bundle: Bundle) -> None:
        """Begun once: whether Slack posted something whose answer was lost cannot be asked, and of two lists one would
        soon be wrong. The cards are there in any case."""
        if not self._bundles.begin_post(bundle.id):
            return
        posting = judged(lambda: self._summaries.post_summary(self._view(bundle)))
        if posting["ok"]:
            self._bundles.posted(bundle.id, str(posting["value"]))
            return
        log.warning("the summary of mails that came together was not posted: %s", posting["code"])
        if posting["wait"]:  # Slack said that it did nothing, and when to come again
            self._bundles.not_posted(bundle.id)

    def show(self, bundle_id: str) -> None:
        """Show a summary as its mails are now, if something has changed; one that Slack does not take now is shown
        later, and one that it refuses for good never."""
        with self._locks.hold(f"bundle {bundle_id}"):
            bundle = self._bundles.get(bundle_id)
            if bundle is None or bundle.ts is None or not bundle.behind:
                return
            # Before it is read: what changes from now on is shown with the next look.
            self._bundles.set_behind(bundle_id, False)
            showing = judged(lambda: self._summaries.update_summary(self._view(bundle)))
            if not showing["ok"] and not showing["permanent"]:
                self._bundles.set_behind(bundle_id, True)

    def forget(self, older_than: timedelta) -> None:
        """Forget what came together so long ago."""
        self._bundles.drop(now() - older_than)


def mark_of(mail: ProposalView) -> str:
    """The mark of what a mail's card and a list show as picked."""
    return picks_mark(one.ref for one in mail.candidates if one.picked)


def marks(mails: Iterable[tuple[int, ProposalView]]) -> dict[int, str]:
    """The marks of several mails by their numbers, as a button carries them."""
    return {number: mark_of(mail) for number, mail in mails}
