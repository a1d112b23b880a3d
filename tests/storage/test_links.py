"""The log of links."""

from __future__ import annotations

import sqlalchemy as sa

from storage.links import Links
from storage.tables import Link


def link() -> Link:
    return Link(
        proposal_id="p1",
        attempt=1,
        team="T1",
        channel="C1",
        vendor="onoffice",
        kind="address",
        record_id="601",
        category="person",
        record_name="Max Mustermann",
        mail_key="k1",
        message_id="<a@example.com>",
        outcome="linked",
        before={"addresses": [523], "estate": None},
        linked_by="U1",
    )


def test_the_log_takes_a_repeated_step_once_and_keeps_what_was_undone(engine: sa.Engine) -> None:
    links = Links(engine)
    links.write([link()])
    links.write([link()])
    (row,) = links.of("p1")
    assert row.before == {"addresses": [523], "estate": None}
    assert row.linked_at.tzinfo is not None
    assert row.id is not None
    links.mark_undone([row.id], "U2")
    assert links.standing("p1") == []
    (kept,) = links.of("p1")
    assert kept.undone_by == "U2" and kept.undone_at is not None
