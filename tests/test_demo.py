"""The demonstration's dossier has a past that hangs together, and touches nobody's own database."""

import asyncio
import datetime as dt
import json
import shutil
import signal
import socket
import sys
from collections import Counter

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from tests.servers import free_port
from workshop import days, demo
from workshop.accounts import dossiers, sign_in
from workshop.app import make_services, running
from workshop.demo import history, story
from workshop.handover import lookback
from workshop.models import (
    Account,
    Action,
    ActionChange,
    AnswerVersion,
    Contribution,
    Deed,
    Membership,
    Participant,
    Session,
)
from workshop.record import actions, answers, lookbacks, marks, sessions
from workshop.serving import server
from workshop.settings import ROOT, Settings, SettingsError

pytestmark = pytest.mark.tour

TODAY = dt.date(2026, 11, 22)


@pytest_asyncio.fixture(scope="module")
async def house(migrated_file, tmp_path_factory):
    file = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    shutil.copy(migrated_file, file)
    settings = Settings(database_url=f"sqlite+aiosqlite:///{file}", base_url="http://127.0.0.1:8000")
    services = make_services(settings)
    async with running(services):
        made = await history.make(services, TODAY)
        yield services, made


async def test_four_sessions_were_held_and_saved_at_their_own_day(house):
    services, made = house
    async with services.db.read() as db:
        held = [session for session in await sessions.of(db, made.partnership_id) if session.ended_at]
    assert [sessions.state(session) for session in held] == [sessions.SAVED] * 4
    assert [session.worksheet for session in held] == ["1-A", "0-leren", "0-leren", "0-leren"]
    assert [session.created_at.date().isoformat() for session in held] == [
        "2026-11-05",
        "2026-06-11",
        "2026-02-12",
        "2025-09-18",
    ]
    for session in held:
        assert session.created_at < session.ended_at < session.saved_at
        assert session.created_at.weekday() < 5


async def test_marks_of_three_rounds_stand_per_theme_through_time(house):
    services, made = house
    async with services.db.read() as db:
        themes = marks.through_time(await marks.rows_of(db, made.partnership_id))
    assert [theme.theme for theme in themes] == ["vraagstuk", "belangen", "relatie", "organisatie", "proces"]
    for theme in themes:
        assert [(moment.at.year, moment.at.month) for moment in theme.shown] == [
            (2025, 9),
            (2026, 2),
            (2026, 6),
        ]
    first, _, last = (moment.mean for moment in themes[0].shown)
    assert first < last


async def test_the_last_round_may_show_its_groups(house):
    services, made = house
    async with services.db.read() as db:
        rows = await marks.rows_of(db, made.partnership_id)
    newest = max(row.at for row in rows)
    settings = services.settings
    shown = marks.contrasts(
        [row for row in rows if row.at == newest], settings.group_minimum, settings.breakdown_minimum
    )
    assert any(contrast.means for contrast in shown)


async def test_actions_are_open_busy_done_and_one_is_late(house):
    services, made = house
    async with services.db.read() as db:
        found = await actions.of(db, made.partnership_id)
    by_text = {action.text: action for action in found}
    assert len(found) == len(by_text) == 6
    assert Counter(action.status for action in found) == {"busy": 2, "open": 2, "done": 2}
    assert story.LOOK_BACK not in by_text  # it is an agreement about time
    assert [action.text for action in found if actions.is_late(action, TODAY)] == [story.LESSON]
    assert by_text[story.FACE].created_at.year == 2025


async def test_an_action_tells_what_happened_to_it_in_every_session(house):
    services, _ = house
    async with services.db.read() as db:
        action = await db.scalar(select(Action).where(Action.text == story.YOUNG_AT_TABLE))
        happened = (await actions.history(db, [action.id]))[action.id]
    assert [line.status for line in happened] == ["done", "busy", "open"]
    assert len({line.at for line in happened}) == 3


async def test_the_analysis_left_clusters_with_quotes_and_dots(house):
    services, made = house
    async with services.db.read() as db:
        found = await answers.current(db, made.partnership_id)
    worries = answers.items_of(found["1-A.zorgen"])
    heaviest = max(worries, key=lambda item: item.votes or 0)
    assert heaviest.text in story.ANALYSIS.steps["zorgen-kansen"].clusters
    assert len(heaviest.quotes) >= 3
    assert {"1-A.kansen", "1-A.signalen", "1-A.herkennen", "1-A.begrijpen", "1-A.waarderen"} <= found.keys()


async def test_answers_by_hand_are_older_than_the_first_session(house):
    services, made = house
    async with services.db.read() as db:
        found = await answers.current(db, made.partnership_id, story.BY_HAND)
        versions = await db.scalars(select(AnswerVersion).where(AnswerVersion.session_id.is_(None)))
        first = await db.scalar(select(func.min(Session.created_at)))
        assert set(found) == set(story.BY_HAND)
        own = {answer.id for answer in found.values()}
        assert all(version.at < first for version in versions if version.answer_id in own)


async def test_nothing_tells_that_the_past_was_made_today_but_what_is_of_today(house):
    services, made = house
    midnight = days.start_of(days.today())
    async with services.db.read() as db:
        deeds = list(await db.scalars(select(Deed).where(Deed.at >= midnight)))
        changes = list(await db.scalars(select(ActionChange).where(ActionChange.at >= midnight)))
    assert {deed.session_id for deed in deeds} == {made.session_id}
    assert [change.status for change in changes] == ["busy"]


async def test_participants_of_an_earlier_session_read_what_became_of_it(house):
    services, made = house
    async with services.db.read() as db:
        row, session = await lookbacks.opened(db, made.lookback_token)
        lines = await lookback.offered(db, services.library, session, services.settings.marks_minimum)
        changed = lookbacks.changed(row, await lookbacks.latest_changes(db, made.partnership_id))
    told = lookback.story(services.library.worksheet(session.worksheet), row, session, lines)
    assert session.title == story.THIRD_ROUND.title
    assert {part.section for part in told.parts} == {"decided", "action", "earlier", "mark"}
    assert {line.note for part in told.parts for line in part.lines} >= set(story.LOOKBACK.notes.values())
    assert session.saved_at < row.published_at < row.told_at
    assert changed == 1  # what a colleague did today


async def test_the_live_session_is_open_at_its_cards_and_its_wheel_is_free(house):
    services, made = house
    async with services.db.read() as db:
        session = await db.get_one(Session, made.session_id)
    picture = await services.fanout.scene(made.session_id)
    assert (picture.scene.activity.key, picture.scene.activity.open) == (story.LIVE_STEP, True)
    assert (session.blank, session.holds_back, session.admits, session.driver_id) == (
        False,
        False,
        True,
        None,
    )
    assert (session.code, session.join_token, session.screen_token) == (
        made.code,
        made.join_token,
        made.screen_token,
    )


async def test_no_card_of_the_past_knows_its_phone(house):
    services, _ = house
    async with services.db.read() as db:
        linked = select(Contribution).join(Participant, Contribution.participant_id == Participant.id)
        assert list(await db.scalars(linked)) == []


async def test_the_facilitator_signs_in_and_sees_two_dossiers_with_a_colleague(house):
    services, made = house
    assert await sign_in.sign_in(services.db, made.email, made.password)
    async with services.db.read() as db:
        account = await db.scalar(select(Account).where(Account.email == made.email))
        members = await db.scalars(
            select(Membership.role).where(Membership.partnership_id == made.partnership_id)
        )
        assert sorted(members) == ["begeleider", "coordinator"]
    overview = await dossiers.overview(services.db, account.id, TODAY)
    assert [row.member.partnership.name for row in overview] == [story.SECOND_DOSSIER, story.DOSSIER]
    assert [row.late for row in overview] == [0, 1]
    assert dossiers.next_session(overview).id == made.session_id


# --- the command ----------------------------------------------------------------------------------


def test_the_demonstration_has_a_database_of_its_own():
    own = demo.own(Settings(database_url="postgresql+psycopg://x/y", redis_url="redis://x", port=8123))
    assert own.database_url == f"sqlite+aiosqlite:///{ROOT}/var/demo-8123.sqlite"
    assert own.redis_url == ""


@pytest.mark.parametrize("spelling", ["var/demo-8123.sqlite", "var/../var/demo-8123.sqlite"])
def test_it_refuses_when_that_is_the_installations(spelling):
    with pytest.raises(SettingsError, match="niet veilig"):
        demo.own(Settings(database_url=f"sqlite+aiosqlite:///{ROOT}/{spelling}", port=8123))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"host": "0.0.0.0", "port": 8123}, "http://127.0.0.1:8123"),
        ({"base_url": "https://kompas.example"}, "https://kompas.example"),
    ],
)
def test_the_phones_reach_the_server_where_it_answers(given, expected):
    assert demo.near(Settings(**given)) == expected


async def test_a_database_of_before_is_thrown_away(tmp_path):
    file = tmp_path / "demo.sqlite"
    file.write_text("of before")
    demo.discard(Settings(database_url=f"sqlite+aiosqlite:///{file}"))
    assert list(tmp_path.iterdir()) == []


async def test_the_command_prints_one_line_serves_and_ends_at_a_signal():
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    environment = {"WORKSHOP_PORT": str(port), "WORKSHOP_HOST": "127.0.0.1", "WORKSHOP_BASE_URL": origin}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "workshop", "demo", "--json", "--phones", "2"),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    line = json.loads(await process.stdout.readline())
    assert set(line) == {"join_url", "code", "screen_url", "desk_url", "dossier", "email", "password"}
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(line["screen_url"])).status_code == 200
        assert (await client.get(line["join_url"])).status_code == 200
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()
    assert (out, err) == (b"", b"")
    # uvicorn repeats the signal to itself when it has closed: at times the loop has ended by then.
    assert process.returncode in (0, 130)
    assert not (ROOT / "var" / f"demo-{port}.sqlite").exists()


async def test_a_port_in_use_is_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(server.PortError, match="al in gebruik"):
            server.bind("127.0.0.1", taken.getsockname()[1])
