"""What `linkbot doctor` and `linkbot doctor --probe` find out, and that neither changes anything."""

from __future__ import annotations

import pytest

from bot.crm.onoffice import OnOffice, OnOfficeConfig
from bot.crm.port import Check
from tests.crm.onoffice.tenant import ACCESS, IDENTITY, Tenant
from tests.crm.onoffice.world import INFO
from tests.crm.outside import Outside
from tests.saying import line


def details(lines: list[Check], name: str) -> list[str]:
    return [one.detail for one in map(line, lines) if one.name == f"onOffice {name}"]


def staffed() -> Tenant:
    tenant = Tenant((601,), (2649,))
    tenant.office.store.users = [{"id": 1, "username": "info", "firstname": "", "lastname": "", "email": IDENTITY}]
    return tenant


class TestProbe:
    def test_every_question_gets_its_line_over_the_wire(self, crm: OnOffice, outside: Outside) -> None:
        before = outside.state()["onoffice"]
        lines = crm.probe()
        assert [line for line in lines if not line.ok] == []
        assert outside.state()["onoffice"] == before
        assert details(lines, "several calls in one request") == ["answered together"]
        _, ways, inbox = details(lines, "mailbox")
        assert ways == "links are told by: emailInfo as documented, the older emailassignments"
        assert inbox == "the inbox is called: INBOX, Posteingang"
        assert details(lines, "fields") == ["address: all there", "estate: all there"]
        assert details(lines, "activities") == ["Email, Eingang: there", "entries are found again by their note"]
        assert details(lines, "links into onOffice") == ["there"]

    def test_it_only_reads(self) -> None:
        tenant = staffed()
        tenant.bot().probe()
        assert {action["actionid"].rpartition(":")[2] for action in tenant.asked} <= {"get", "read"}
        assert len(tenant.asked) < 60

    def test_german_change_dates_are_recognised(self) -> None:
        tenant = staffed()
        tenant.office.store.addresses.touch(tenant.office.store.addresses.rows[601])  # the stand-in's clock is German
        (found,) = details(tenant.bot().probe(), "change dates")
        assert found.startswith("in German time")

    def test_old_change_dates_say_nothing(self) -> None:
        (found,) = details(staffed().bot().probe(), "change dates")
        assert found.startswith("can't be told")

    def test_without_the_newer_question_the_older_one_is_found(self) -> None:
        tenant = staffed()
        tenant.refuse["get", "emailInfo"] = 25
        lines = tenant.bot().probe()
        assert "links are told by: the older emailassignments" in details(lines, "mailbox")

    def test_an_inbox_of_another_name_says_which_setting_helps(self) -> None:
        tenant = staffed()
        config = OnOfficeConfig(ACCESS.token, ACCESS.secret, "http://onoffice.example/", inbox_names=("Inbox!",))
        bot = OnOffice(config, tenant.transport())
        (found,) = [one for one in map(line, bot.probe()) if "the inbox is called" in one.detail]
        assert not found.ok
        assert "INBOX, Posteingang" in found.detail
        assert "ONOFFICE_INBOX_NAMES" in found.remedy

    def test_a_kind_of_activity_that_is_not_there_says_which_are(self) -> None:
        tenant = staffed()
        config = OnOfficeConfig(ACCESS.token, ACCESS.secret, "http://onoffice.example/", activity_kind="Mail")
        lines = OnOffice(config, tenant.transport()).probe()
        found = next(one for one in map(line, lines) if one.name == "onOffice activities")
        assert not found.ok
        assert "Email: Eingang, Ausgang" in found.detail
        assert "ONOFFICE_ACTIVITY_KIND" in found.remedy

    def test_no_mailbox_to_try_says_what_to_assign(self) -> None:
        tenant = Tenant((601,), (2649,))
        (found,) = [one for one in map(line, tenant.bot().probe()) if one.name == "onOffice mailbox"]
        assert not found.ok
        assert "Assign a mailbox" in found.remedy

    def test_a_mailbox_that_was_checked_is_tried_also_where_no_user_has_its_address(self) -> None:
        bot = Tenant((601,), (2649,)).bot()
        bot.check_identity(IDENTITY)
        assert details(bot.probe(), "mailbox")[0].startswith(f"{IDENTITY} is open")

    @pytest.mark.parametrize("code", [137, 174, 253, 61, 25, 144])
    def test_whatever_is_refused_it_never_raises(self, code: int) -> None:
        tenant = staffed()
        kinds = ("users", "emailInfo", "emailassignments", "idsfromrelation", "actionkindtypes", "getlink", "fields")
        tenant.refuse = {("get", kind): code for kind in kinds} | {
            ("read", kind): code for kind in ("address", "estate", "agentslog", "user")
        }
        lines = tenant.bot().probe()
        assert len(lines) >= 9 or code == 137, "without access nothing else can be asked"
        assert any(not line.ok and line.remedy for line in lines)


class TestDoctor:
    def test_fields_that_are_left_out_are_told(self) -> None:
        tenant = staffed()
        tenant.lacks = {"Zusatz1"}
        lines = tenant.bot().checks()
        (found,) = [one for one in map(line, lines) if one.name == "onOffice fields of addresses"]
        assert found.ok
        assert "Zusatz1" in found.detail

    def test_fields_without_which_nobody_is_recognised_are_wrong(self) -> None:
        tenant = staffed()
        tenant.lacks = {"Name"}
        (found,) = [one for one in map(line, tenant.bot().checks()) if one.name == "onOffice fields of addresses"]
        assert not found.ok
        assert "right to read" in found.remedy

    @pytest.mark.parametrize(("seconds", "words"), [(600, "fast"), (-600, "slow"), (30, "")])
    def test_a_wrong_clock_is_told_before_calls_are_refused(self, seconds: int, words: str) -> None:
        tenant = staffed()
        tenant.server_clock_behind = seconds
        found = [one for one in map(line, tenant.bot().checks()) if one.name == "onOffice clock"]
        assert bool(found) is bool(words)
        if found:
            assert f"about 10 minutes {words}" in found[0].detail

    @pytest.mark.parametrize(("code", "ok"), [(51, False), (50, False), (62, True), (61, True), (137, False)])
    def test_a_mailbox_is_judged_by_how_a_mail_that_is_not_there_is_missed(self, code: int, ok: bool) -> None:
        tenant = staffed()
        tenant.refuse["get", "emailInfo"] = code
        check = tenant.bot().check_identity(IDENTITY)
        assert check is not None
        assert check.ok is ok
        assert check.ok or check.remedy

    def test_a_mailbox_is_judged_by_the_older_question_where_there_is_no_newer(self) -> None:
        tenant = staffed()
        tenant.refuse["get", "emailInfo"] = 25
        check = tenant.bot().check_identity(IDENTITY)
        assert check is not None
        assert check.ok
        tenant.refuse["get", "emailassignments"] = 25
        check = tenant.bot().check_identity(IDENTITY)
        assert check is not None
        assert not check.ok

    def test_a_foreign_mailbox_over_the_wire(self, crm: OnOffice) -> None:
        own, foreign = crm.check_identity(INFO), crm.check_identity("x@elsewhere.example")
        assert own is not None
        assert own.ok
        assert foreign is not None
        assert not foreign.ok
