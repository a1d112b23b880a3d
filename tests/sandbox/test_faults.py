"""Which fault strikes a call, and which are taken back."""

from __future__ import annotations

from sandbox.faults import Fault, Faults


def test_a_fault_of_a_service_strikes_each_of_its_calls_and_no_other() -> None:
    faults = Faults()
    faults.add(Fault("zoho.token", "status", "invalid_code"))
    faults.add(Fault("zoho", "status", 503))
    assert faults.take("zoho.search") == faults.take("zoho") == Fault("zoho", "status", 503)
    assert faults.take("zoho.token") == Fault("zoho.token", "status", "invalid_code")
    assert faults.take("zohoo.search") is None
    assert faults.take("zoho.search", alone=True) is None
    assert faults.counters == {"zoho.search": 2, "zoho": 1, "zoho.token": 1, "zohoo.search": 1}


def test_those_of_a_service_are_taken_back_alone() -> None:
    faults = Faults()
    for where in ("onoffice", "onoffice.read", "imap"):
        faults.add(Fault(where, "timeout"))
    faults.clear("onoffice")
    assert [one["where"] for one in faults.state()["faults"]] == ["imap"]
    faults.clear()
    assert faults.state()["faults"] == []
