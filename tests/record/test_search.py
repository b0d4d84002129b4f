"""Finding: the same on every database, in this dossier only, and always what stands in the record now."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from tests.people import both_databases
from tests.record.conftest import a_dossier
from workshop import days
from workshop.items import Item
from workshop.models import (
    Action,
    Activity,
    Answer,
    AnswerVersion,
    Partnership,
    Reminder,
    SearchEntry,
    Session,
    ThemeMarks,
)
from workshop.record import actions, answers, search
from workshop.record.search import Filters
from workshop.storage import search_index
from workshop.words import fold, terms

FIELD = "1-A.zorgen"
LETTERS = st.text(alphabet="abéÉx1 '\"-*.", max_size=12)
own_database = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def item(words, id="", **values):
    return Item(id=id or uuid.uuid4().hex, text=words, **values)


async def write(dossier, *items, field=FIELD, **values):
    return await dossier.database.write(
        lambda db: answers.write(db, dossier.id, field, items, **{"account_id": dossier.samira} | values)
    )


async def find(dossier, query, **filters):
    async with dossier.database.read() as db:
        return await search.find(
            db, dossier.id, query, Filters(**filters), places=("School", "Online"), group_minimum=3
        )


async def firsts(dossier, query, **filters):
    """The first line of everything found, in order."""
    found = await find(dossier, query, **filters)
    return ["".join(piece.text for piece in hit.first) for hit in found.hits]


async def entries(dossier):
    """Every line of the index but when it came, which a rebuild knows less exactly."""
    async with dossier.database.read() as db:
        rows = await db.scalars(select(SearchEntry).where(SearchEntry.partnership_id == dossier.id))
        return sorted((r.kind, r.part, r.field, r.text, r.labels, r.since, r.until or 0) for r in rows)


async def rebuilt(dossier):
    async def again(db):
        await db.run_sync(lambda sync: search_index.rebuild(sync.connection(), dossier.id))

    await dossier.database.write(again)
    return await entries(dossier)


# --- what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["foto", "FOTO'S", "doorsturen foto", '"foto\'s doorsturen"', "fóto", "door", "'doorsturen'"]
)
@both_databases
async def test_words_are_found_in_any_order_by_their_beginning_and_without_accents(dossier, query):
    await write(dossier, item("Foto's doorsturen"), item("Vechten op het plein"))
    assert await firsts(dossier, query) == ["Foto's doorsturen"]


@pytest.mark.parametrize(
    "query", ["doorsturen plein", '"doorsturen foto"', "sturen", '"foto\'s door"', "xyz"]
)
@both_databases
async def test_what_does_not_stand_together_is_not_found(dossier, query):
    await write(dossier, item("Foto's doorsturen"), item("Vechten op het plein"))
    assert await firsts(dossier, query) == []


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '""',
        "*",
        "NEAR(",
        "foto OR plein",
        "words:foto",
        "foto*",
        "-foto",
        "^foto",
        "a:* & b",
        "' \\ \0 ;--",
    ],
)
@both_databases
async def test_signs_of_a_query_language_mean_nothing(dossier, query):
    await write(dossier, item("Foto or plein near words"))
    await find(dossier, query)


@both_databases
async def test_everything_that_an_item_says_is_found(dossier):
    await write(
        dossier,
        item(
            "Hoofdzaak",
            quotes=("citaat van een kaart",),
            reasons=("vanwege",),
            labels=("School",),
            details={"source": "Gezondheidsmonitor", "active": "verzwegen"},
        ),
        gaps={"a.b": "Jeugdzorg, Groep"},
    )
    for query in ("hoofdzaak", "citaat", "vanwege", "school", "gezondheidsmonitor"):
        assert await firsts(dossier, query) == ["Hoofdzaak"]
    assert await firsts(dossier, "jeugdzorg") == ["Hier mist iets: Jeugdzorg, Groep"]
    assert await firsts(dossier, "verzwegen") == []


@both_databases
async def test_where_it_was_found_beside_its_first_line_is_shown(dossier):
    await write(dossier, item("Hoofdzaak", quotes=("een naald", "een berg")))
    (hit,) = (await find(dossier, "naald")).hits
    assert [["".join(p.text for p in line if p.marked)] for line in hit.lines] == [["naald"]]


@both_databases
async def test_actions_are_found_by_text_owner_and_what_happened(dossier):
    async def agree(db):
        action = await actions.create(
            db, dossier.id, "1-A.acties", "Folders drukken", owner="Gemeente", account_id=dossier.samira
        )
        await actions.change(
            db, dossier.id, action.id, account_id=dossier.samira, wording="Folders verspreiden"
        )
        return action

    action = await dossier.database.write(agree)
    for query in ("verspreiden", "gemeente", "drukken"):
        (hit,) = (await find(dossier, query)).hits
        assert (hit.kind, hit.owner) == ("action", action.id)
    assert await firsts(dossier, "afgesproken") == []


@both_databases
async def test_sessions_are_found_by_their_title_and_those_of_their_plan(dossier):
    session = await dossier.session()
    await dossier.add(
        Activity(
            session_id=session.id, key="a", position=0, kind="cards", title="Sterke kanten", question="?"
        ),
        Activity(
            session_id=session.id, key="b", position=1, kind="cards", title="Weg", question="?", skipped=True
        ),
    )
    assert await firsts(dossier, "sessie") == await firsts(dossier, "sterke") == ["Sessie"]
    assert await firsts(dossier, "weg") == []

    async def rename(db):
        (await db.get(Session, session.id)).title = "Middag in de wijk"

    await dossier.database.write(rename)
    assert await firsts(dossier, "middag") == ["Middag in de wijk"]
    assert await firsts(dossier, "sessie") == []


@both_databases
async def test_marks_are_found_by_their_theme_and_reminders_by_their_note(dossier):
    session = await dossier.session()
    await dossier.add(
        ThemeMarks(
            partnership_id=dossier.id,
            session_id=session.id,
            field="0-A.c",
            theme="v",
            label="Vertrouwen",
            counts=[1] * 10,
        ),
        Reminder(
            partnership_id=dossier.id, worksheet="6", every_months=6, next_on=days.today(), note="Bij de GGD"
        ),
    )
    assert [hit.kind for hit in (await find(dossier, "vertrouwen")).hits] == ["marks"]
    assert [hit.kind for hit in (await find(dossier, "ggd")).hits] == ["reminder"]


# --- versions -------------------------------------------------------------------------------------


@both_databases
async def test_what_stood_there_before_is_found_only_when_asked(dossier):
    await write(dossier, item("Oud verhaal", id="a"))
    await write(dossier, item("Nieuw begin", id="a"))
    assert await firsts(dossier, "verhaal") == []
    (hit,) = (await find(dossier, "verhaal", older=True)).hits
    assert (hit.until, hit.kind) == (1, "answer")
    assert (await find(dossier, "begin", older=True)).hits[0].until is None


@both_databases
async def test_an_item_that_stays_is_found_once_however_many_versions_there_are(dossier):
    for number in range(5):
        await write(dossier, item("Blijft staan", id="a"), item(f"nummer {number}"))
    assert await firsts(dossier, "blijft", older=True) == ["Blijft staan"]


@both_databases
async def test_what_somebody_typed_and_took_back_in_one_sitting_was_never_there(dossier):
    for words in ("Geheim", "Geheimpje", "Iets anders"):
        await write(dossier, item(words, id="a"), continues=True)
    assert await firsts(dossier, "geheim", older=True) == []
    assert await firsts(dossier, "anders") == ["Iets anders"]


@both_databases
async def test_a_text_that_is_put_back_is_a_text_of_now(dossier):
    await write(dossier, item("Terug", id="a"))
    await write(dossier, item("Weg", id="a"))
    await dossier.database.write(
        lambda db: answers.restore(db, dossier.id, FIELD, 1, account_id=dossier.samira)
    )
    assert await firsts(dossier, "terug") == ["Terug"]


steps = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["een", "twee", "drie"])), max_size=3),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@own_database
@given(steps)
@both_databases
async def test_whatever_was_written_the_index_is_what_a_rebuild_makes_of_it(database, steps):
    dossier = await a_dossier(database)
    for items, continues in steps:
        await write(dossier, *(item(words, id=id) for id, words in dict(items).items()), continues=continues)
    assert await entries(dossier) == await rebuilt(dossier)


@both_databases
async def test_a_version_of_before_that_is_changed_is_read_again(dossier):
    await write(dossier, item("Schuldig woord", id="a"))
    await write(dossier, item("Ander woord", id="a"))

    async def erase(db):
        version = await db.scalar(select(AnswerVersion).where(AnswerVersion.number == 1))
        version.body = {"items": [{"id": "a", "text": "Gewist"}]}

    await dossier.database.write(erase)
    assert await firsts(dossier, "schuldig", older=True) == []
    assert await firsts(dossier, "gewist", older=True) == ["Gewist"]


# --- the same everywhere --------------------------------------------------------------------------


@own_database
@given(st.lists(LETTERS, min_size=1, max_size=4), st.lists(LETTERS, min_size=1, max_size=4))
@both_databases
async def test_every_database_finds_what_the_rules_say(database, texts, queries):
    dossier = await a_dossier(database)
    await write(dossier, *(item(words or "leeg", id=str(place)) for place, words in enumerate(texts)))
    for query in queries:
        should = {str(place) for place, words in enumerate(texts) if has_all(words or "leeg", query)}
        assert {hit.part for hit in (await find(dossier, query)).hits} == should


def has_all(words, query):
    """The rules once more, in their plainest form."""
    folded = f" {fold(words)} "
    wanted = terms(query)
    return bool(wanted) and all(
        f" {' '.join(term.words)}{' ' if term.whole else ''}" in folded for term in wanted
    )


@both_databases
async def test_the_newest_comes_first_and_pages_hold_twenty(dossier):
    for start in range(0, 45, 15):
        items = [item(f"Punt {number}") for number in range(start, start + 15)]
        await dossier.database.write(
            lambda db, items=items: answers.append(db, dossier.id, FIELD, items, account_id=dossier.samira)
        )
    found = await find(dossier, "punt", page="3")
    assert (found.total, found.list_page.pages, len(found.hits)) == (45, 3, 5)
    assert (await firsts(dossier, "punt"))[0] == "Punt 30"
    assert (await find(dossier, "punt", page="99")).list_page.page == 3


# --- filters --------------------------------------------------------------------------------------


@both_databases
async def test_filters_narrow_and_say_what_there_is_to_choose(dossier):
    one, two = await dossier.session(), await dossier.session()
    await write(
        dossier,
        item("Zorg een", session=str(one.id), labels=("School", "Gang")),
        item("Zorg twee", session=two.id.hex, labels=("Online",)),
    )
    await write(dossier, item("Zorg drie"), field="2.resultaten")
    found = await find(dossier, "zorg")
    assert (found.total, found.places) == (3, ("School", "Online"))
    assert {session.id for session in found.sessions} == {one.id, two.id}
    assert await firsts(dossier, "zorg", session=one.id) == ["Zorg een"]
    assert await firsts(dossier, "zorg", place="Online") == ["Zorg twee"]
    assert await firsts(dossier, "zorg", place="%") == []
    assert await firsts(dossier, "zorg", fields=("2.resultaten",), worksheets=("2",)) == ["Zorg drie"]
    assert await firsts(dossier, "zorg", kind="action") == []
    assert (await find(dossier, "zorg", kind="action")).counts == {"answer": 3}


@both_databases
async def test_a_group_is_found_at_marks_only_and_only_where_all_groups_are_large_enough(dossier):
    session = await dossier.session()
    large, small = [0] * 6 + [6] + [0] * 3, [0] * 6 + [2] + [0] * 3

    def of(theme, groups):
        whole = [sum(counts) for counts in zip(*groups.values(), strict=True)]
        values = {"partnership_id": dossier.id, "session_id": session.id, "field": "0-A.c"}
        return ThemeMarks(**values, theme=theme, label=f"Thema {theme}", counts=whole, groups=groups)

    await dossier.add(
        of("veel", {"jongere": large, "beleid": large}), of("weinig", {"jongere": large, "beleid": small})
    )
    await write(dossier, item("Thema van jongeren"))
    assert await firsts(dossier, "thema", group="jongere") == ["Thema veel"]
    assert await firsts(dossier, "thema", group="ouder") == []


# --- who may not be found -------------------------------------------------------------------------


@both_databases
async def test_another_dossier_is_never_found(dossier):
    other = await a_dossier(dossier.database)
    await write(other, item("Kanarie van de buren"))
    await write(dossier, item("Eigen vogel"))
    assert await firsts(dossier, "kanarie", older=True) == []
    assert await firsts(other, "kanarie") == ["Kanarie van de buren"]


@both_databases
async def test_what_goes_is_not_found_any_more(dossier):
    session = await dossier.session()

    async def agree(db):
        return await actions.create(db, dossier.id, "", "Wegwerpactie", account_id=None)

    action = await dossier.database.write(agree)
    await write(dossier, item("Wegwerptekst"))

    async def remove(db):
        await db.execute(delete(Session).where(Session.id == session.id))
        await db.delete(await db.get(Action, action.id))
        await db.execute(delete(Answer))

    await dossier.database.write(remove)
    assert await entries(dossier) == []


@both_databases
async def test_a_dossier_that_goes_takes_its_words_along(dossier):
    await write(dossier, item("Zomaar"))
    await dossier.session()
    await dossier.database.write(lambda db: db.execute(delete(Partnership)))
    assert await entries(dossier) == []


async def test_the_full_text_table_follows_what_goes(dossier):
    await write(dossier, item("Vluchtig"))
    await dossier.database.write(lambda db: db.execute(delete(Partnership)))
    async with dossier.database.read() as db:
        found = await db.execute(text("SELECT rowid FROM search_words WHERE search_words MATCH 'wvluchtig'"))
        assert found.all() == []
        await db.execute(text("INSERT INTO search_words(search_words, rank) VALUES ('integrity-check', 1)"))
