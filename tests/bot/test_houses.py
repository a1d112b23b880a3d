"""The houses: started when set up, ended when taken out, and none holds up another."""

from __future__ import annotations

import socket

from bot.houses import Houses, Trouble


class Process:
    def __init__(self) -> None:
        self.status: int | None = None

    def poll(self) -> int | None:
        return self.status

    def terminate(self) -> None:
        self.status = 0 if self.status is None else self.status

    kill = terminate

    def wait(self, timeout: float | None = None) -> int:
        assert self.status is not None
        return self.status


class Street:
    """Two workspaces, and what became of their houses."""

    def __init__(self) -> None:
        self.installed = {"T1", "T2"}
        self.ready = {"T1"}
        self.stamps = {"T1": 1, "T2": 1}
        self.begun: list[tuple[str, Process]] = []
        self.told: list[tuple[str, Trouble]] = []
        self.houses = Houses(
            installed=lambda: self.installed,
            stamp=lambda team: self.stamps[team],
            is_set_up=lambda team: team in self.ready,
            tell=lambda team, trouble: self.told.append((team, trouble)),
            begin=self.begin,
        )

    def begin(self, team: str, listening: socket.socket) -> Process:
        assert listening.getsockname()[0] == "127.0.0.1"
        process = Process()
        self.begun.append((team, process))
        return process

    def teams(self) -> list[str]:
        return [team for team, _ in self.begun]


def test_a_house_starts_when_its_workspace_is_set_up_and_its_installer_is_told_until_then() -> None:
    street = Street()
    street.houses.look()
    street.houses.look()
    assert street.teams() == ["T1"] and street.told == [("T2", Trouble.NOT_SET_UP)]
    assert street.houses.port("T1") and street.houses.port("T2") is None and street.houses.port("T9") is None
    street.ready.add("T2")
    street.stamps["T2"] = 2
    street.houses.look()
    assert street.teams() == ["T1", "T2"] and street.houses.port("T1") != street.houses.port("T2")
    street.houses.stop()
    assert [process.status for _, process in street.begun] == [0, 0]


def test_one_that_ends_by_itself_is_tried_again_later_and_the_other_works_on() -> None:
    street = Street()
    street.ready.add("T2")
    street.houses.look()
    street.begun[0][1].status = 1
    street.houses.look()
    assert street.told == [("T1", Trouble.STOPS)] and street.houses.port("T1") is None
    assert street.houses.port("T2") and street.teams() == ["T1", "T2"], "not at once"
    street.stamps["T1"] = 2  # somebody mended its settings
    street.houses.look()
    assert street.teams() == ["T1", "T2", "T1"]
    street.houses.stop()


def test_other_settings_start_it_anew_and_that_is_no_trouble() -> None:
    street = Street()
    street.houses.look()
    street.stamps["T1"] = 2
    for _ in range(3):
        street.houses.look()
    assert street.teams() == ["T1", "T1"] and (("T1", Trouble.STOPS)) not in street.told
    street.houses.stop()


def test_a_workspace_that_takes_the_app_out_loses_its_house_at_once() -> None:
    street = Street()
    street.houses.look()
    street.installed.discard("T1")
    street.houses.end("T1")
    assert street.begun[0][1].status == 0 and street.houses.port("T1") is None
    street.houses.look()
    assert street.teams() == ["T1"]
    street.houses.stop()
