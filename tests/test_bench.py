"""The benchmarks run, and count what they say. How fast anything is, no test says: machines differ."""

import json
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from bench.breaking import ROWS as ROWS_OF_FAULTS
from bench.faults import chosen, compare
from bench.load import Frame, Outcome
from bench.measure import Table
from bench.messages import waits
from bench.plot import bars
from workshop.crowd.ledger import ACKNOWLEDGED, SENT, WITHDRAWN, Ledger

ROOT = Path(__file__).parent.parent
ROWS = {
    *("cards-6-4", "marks-6-4", "dots-6", "lights-6", "pairs-6", "phone-scene", "board"),
    *("cards-growth", "marks-growth", "cards-a-second", "marks-a-second"),
    *("dots-of-a-card", "lights-of-a-card", "pairs-of-a-card"),
    *("durable-4", "bare-of-healthz-4", "healthz", "empty", "durable-slow-sync", "forget-30"),
    *("connect-6-4", "connect-first", "connect-growth", "join-6"),
    *("storm", "storm-no-gap", "storm-spread", "storm-spread-no-gap"),
    *("message-6", "memory-phone", "message-crowd"),
    *("votes-answer", "votes-screen", "votes-phone", "votes-core", "answers", "load-busy"),
}


ATTACKS = {
    *("calm", "large-cookie", "cookies", "half-open", "archive", "one-phone"),
    *("page-front", "page-help", "page-code", "page-sign-in", "page-join"),
    *("pages-front", "pages-help", "pages-code", "pages-sign-in", "pages-join"),
}


@pytest.mark.programs
@pytest.mark.xdist_group("bench")
@pytest.mark.parametrize(("bench", "wanted"), [("room", ROWS), ("attacks", ATTACKS)], ids=["room", "attacks"])
def test_a_quick_run_measures_every_row(bench, wanted):
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{bench}", "--quick", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout.splitlines()[-1])
    assert rows.keys() == wanted
    assert all(row["figure"] > 0 for row in rows.values()), rows
    assert all(row.keys() >= {"goal", "figure", "unit", "holds"} for row in rows.values())


@pytest.mark.programs
@pytest.mark.xdist_group("bench")
def test_a_power_cut_takes_nothing_that_was_kept_and_all_that_was_not_synced():
    """The second row is the same with a SQLite that syncs nothing: the cut must take something from it."""
    rows = "sqlite-power", "sqlite-unsynced"
    command = [sys.executable, "-m", "bench.faults", *rows, "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert all(found[f"{name}-acknowledged"]["figure"] > 0 for name in rows)
    wanted = "lost", "double", "returned", "500"
    assert [found[f"sqlite-power-{what}"]["figure"] for what in wanted] == [0] * 4
    assert found["sqlite-unsynced-lost"]["figure"] > 0


def test_every_row_of_faults_is_chosen_by_its_name():
    assert chosen(["redis-*", "sqlite-lock"]) == [
        *("sqlite-lock", "redis-restart", "redis-cut", "redis-hang", "redis-silent"),
    ]
    assert chosen(["*"]) == list(ROWS_OF_FAULTS)
    with pytest.raises(SystemExit):
        chosen(["postgresql"])


def test_the_oracle_names_what_is_lost_what_is_there_twice_and_what_came_back():
    ledger, ids = Ledger(), [uuid.uuid4() for _ in range(5)]
    for id, state in zip(ids, (ACKNOWLEDGED, ACKNOWLEDGED, WITHDRAWN, WITHDRAWN, SENT), strict=True):
        ledger.send(id, "stap")
        ledger.settle(id, state)
    kept, lost, gone, returned, unanswered = ids
    copy = uuid.uuid4()
    verdict = compare(ledger, [kept, returned, unanswered, copy])
    assert verdict == ({lost}, {copy}, {returned})
    assert compare(ledger, [kept, lost]) == (set(), set(), set())
    assert gone not in verdict.returned


def test_a_row_holds_or_is_named_as_missed_and_then_the_exit_code_says_so(capsys):
    table = Table()
    table.add("fast", "a card", 0.5, "ms", most=0.65)
    table.add("many", "cards", 1499, "a second", least=1500)
    table.add("told", "phones", 3)
    assert table.end(as_json=True) == 1
    said = capsys.readouterr().out.splitlines()
    assert "MISSED: many" in said
    rows = json.loads(said[-1])
    assert [row["holds"] for row in rows.values()] == [True, False, None]
    assert rows["many"]["goal"] == ">= 1500"


def test_a_quick_run_judges_nothing(capsys):
    table = Table(judges=False)
    table.add("slow", "a card", 27, "ms", most=0.65)
    assert table.end(as_json=False) == 0
    assert "NO" not in capsys.readouterr().out


def test_a_votewaits_until_a_frame_counts_as_many_as_were_kept_until_then():
    said = {"seconds": 2.0, "busy": 0.1, "frames": 2, "bytes": 9, "open": 1, "lost": 0}
    outcome = Outcome(said, [10.0, 10.1, 200, 10.0, 10.2, 200, 10.5, 10.6, 200])
    heard = [Frame(9.0, 0, "4"), Frame(10.15, 0, "5"), Frame(10.4, 0, "6"), Frame(11.0, 0, "7")]
    assert waits(outcome, heard, int) == pytest.approx([0.15, 0.4, 0.5])
    assert waits(outcome, heard[:-1], int)[-1] == pytest.approx(1.1), "what nobody saw is not fast"


def test_a_vote_without_an_answer_was_not_counted_at_once():
    said = {"seconds": 2.0, "busy": 0.1, "frames": 0, "bytes": 0, "open": 0, "lost": 0}
    outcome = Outcome(said, [10.0, 12.0, 0])
    assert waits(outcome, [Frame(10.1, 0, "1")], int) == pytest.approx([3.0])


def test_what_got_no_answer_counts_as_waiting_until_the_end():
    said = {"seconds": 2.0, "busy": 0.1, "frames": 0, "bytes": 0, "open": 0, "lost": 0}
    outcome = Outcome(said, [10.0, 10.1, 200, 10.0, 12.0, 0])
    assert outcome.milliseconds(95) == pytest.approx(2000)
    assert len(outcome.answered) == 1


def test_the_plot_draws_a_bar_for_each_with_the_lowest_first():
    drawn = bars("µs < ours", {"Kompas Live": 8.3, "socket.io": 12.0, "C": 5.0})
    assert drawn.count("<rect") == 4
    assert drawn.index(">C<") < drawn.index(">Kompas Live<") < drawn.index(">socket.io<")
    assert "µs &lt; ours" in drawn
