"""`./accept doctor` tells what it found, what to say next, and ends as the gate does."""

from dataclasses import dataclass

import pytest

from support.core.errors import BrokenHarnessError
from support.core.settings import SystemSettings
from support.gate.cli import main
from support.systems.protocol import Finding, System


@dataclass(frozen=True, slots=True)
class ShopSettings(SystemSettings):
    command: str = ""
    lacks: str = ""

    @property
    def judged(self):
        return self.command


THERE = Finding("GET /", "there")
MISSING = Finding("GET /metrics", "missing", "the answer was 404", "metrics")
LACKING = Finding("alerts", "lacking", "", "alerts")
WRONG = Finding("SIGTERM", "wrong", "expected exit status 0, but exit status 1")
UNSEEN = Finding("log", "not looked at", "nobody said where it is")


@pytest.fixture
def examine(tmp_path, capsys):
    def run(*found, words=()):
        def doctor(_settings, logs):
            assert logs.is_dir()
            yield from found

        shop = System("shop", ShopSettings, lambda *_: None, doctor=doctor)
        other = System("other", SystemSettings, lambda *_: None)
        status = main(["doctor", "-D", f"results={tmp_path}", *words], [shop, other])
        return status, capsys.readouterr()

    return run


def test_what_is_there_leads_to_the_next_command(examine):
    status, said = examine(THERE, UNSEEN, words=["-D", "shop.command=./shop --now"])
    assert status == 0
    assert "shop: ./shop --now" in said.out
    assert "1 there, 1 not looked at, in" in said.out
    assert "'shop.command=./shop --now'" in said.out.splitlines()[-1]


def test_what_is_missing_names_the_setting_that_declares_it(examine):
    status, said = examine(THERE, MISSING, LACKING, words=["-D", "shop.lacks=alerts"])
    assert status == 1
    assert "the answer was 404" in said.out
    assert "shop.lacks=alerts,metrics" in said.out.splitlines()[-1]
    assert said.out.splitlines()[-1].count("lacks") == 1


def test_what_is_declared_as_lacking_is_no_fault(examine):
    assert examine(THERE, LACKING)[0] == 0


def test_what_is_wrong_is_mended_first(examine):
    status, said = examine(MISSING, WRONG)
    assert status == 1
    assert "expected exit status 0, but exit status 1" in said.out
    assert said.out.splitlines()[-1] == "mend what is wrong, and look again"


@pytest.mark.parametrize("words", [["features/catalog"], ["--tags=@a"], ["-D", "shop.comand=x"]])
def test_wrong_usage_is_one_sentence(examine, words):
    status, said = examine(THERE, words=words)
    assert status == 64
    assert len(said.err.strip().splitlines()) == 1


def test_trouble_of_the_harness_is_not_the_candidates(tmp_path, capsys):
    def doctor(_settings, _logs):
        yield THERE
        raise BrokenHarnessError("Redis could not be started")

    shop = System("shop", ShopSettings, lambda *_: None, doctor=doctor)
    assert main(["doctor", "-D", f"results={tmp_path}"], [shop]) == 3
    assert capsys.readouterr().err.strip() == "Redis could not be started"
