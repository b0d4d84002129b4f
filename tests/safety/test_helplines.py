"""Help lines are checked data: a wrong number is worse than none."""

import datetime as dt
import re

import msgspec
import pytest

from workshop import cli, days
from workshop.safety import helplines

LINES = helplines.load()
TODAY = days.today()
PROMISED = {
    "112",
    "0900-8844",
    "0800-0188",
    "0800-0432",
    "0800-0450",
    "020-2615275",
    "0800-2000",
    "0800-0113",
    "0900-0101",
    "0800-2666436",
}


def test_the_list_has_every_number_that_was_promised():
    assert {line.phone for line in LINES} - {""} == PROMISED
    assert {"https://chatmetfier.nl", "https://www.sense.info"} <= {line.url for line in LINES}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_every_line_says_whom_it_is_for_how_to_reach_it_and_when_it_was_checked(line):
    assert line.name
    assert line.what
    assert line.phone or line.url
    assert re.fullmatch(r"[0-9]+(-[0-9]+)?|", line.phone)
    assert re.fullmatch(r"[0-9]*", line.dial)
    assert line.source.startswith("https://")
    assert not line.url or line.url.startswith("https://")
    assert dt.date(2026, 1, 1) <= line.checked <= days.today()


def test_danger_comes_first():
    assert LINES[0].phone == "112"


def test_the_start_list_keeps_the_rules_that_an_installation_has_to_keep():
    assert helplines.problems(LINES, TODAY) == []


def test_a_start_list_with_a_mistake_is_told_by_the_content_check(capsys, monkeypatch):
    wrong = msgspec.structs.replace(LINES[2], phone="0800-HULP")
    monkeypatch.setattr(helplines, "load", lambda: (*LINES[1:2], wrong))
    assert cli.main(["content", "check"]) == 1
    told = capsys.readouterr().out
    assert f"helplines.toml: {wrong.name}: Dit nummer kun je niet bellen." in told
    assert "helplines.toml: 112 moet bovenaan staan." in told


def test_each_line_has_an_id_that_is_the_same_in_every_process():
    assert [line.id for line in helplines.load()] == [line.id for line in LINES]
    assert len({line.id for line in LINES}) == len(LINES)


@pytest.mark.parametrize(
    "wrong",
    [
        '[[lines]]\nname = "A"',
        '[[lines]]\nname = "A"\nwhat = "B"\nsource = "C"\nchecked = 2026-01-01\ntelefoon = "1"',
        '[[lines]]\nname = "A"\nwhat = "B"\nsource = "C"\nchecked = "ooit"',
    ],
)
def test_a_list_with_a_mistake_is_refused_at_the_start(tmp_path, wrong):
    file = tmp_path / "lines.toml"
    file.write_text(wrong)
    with pytest.raises(msgspec.ValidationError):
        helplines.load(file)


async def test_every_phone_page_holds_the_whole_list_so_that_it_works_offline(client, services):
    for address in ("/", "/doe-mee", "/hulp"):
        shown = (await client.get(address)).text
        for line in LINES:
            if line.phone:
                assert f'href="tel:{line.dial}"' in shown
            if line.url:
                assert f'href="{line.url}" rel="noreferrer noopener"' in shown
