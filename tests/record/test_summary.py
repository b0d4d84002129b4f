"""What one page tells of a dossier: nothing below a threshold, and each thing once."""

import datetime as dt

import msgspec
import pytest
import pytest_asyncio

from tests.people import a_facilitator, a_partnership
from workshop.items import Item
from workshop.models import Action, Answer, Reminder, Session, ThemeMarks
from workshop.record import answers, sessions, summary, whole
from workshop.record.answers import body_of

TODAY = dt.date(2026, 6, 1)
FEW, FIVE, TEN = [0, 0, 0, 0, 0, 1, 2, 1, 0, 0], [0, 0, 0, 0, 0, 0, 5, 0, 0, 0], [0] * 5 + [5, 0, 0, 0, 5]


@pytest_asyncio.fixture
async def dossier(services):
    return await a_partnership(services, await a_facilitator(services), name="Veilig Voorbeeldstad")


@pytest.fixture
def add(services):
    async def add(*rows):
        async def store(db):
            db.add_all(rows)

        await services.db.write(store)

    return add


async def read(services, dossier):
    async with services.db.read() as db:
        return await whole.read(db, services.library, dossier.id)


async def told(services, dossier):
    return summary.of_dossier(await read(services, dossier), services.settings, TODAY)


def answer(dossier, field, *items, about=""):
    return Answer(partnership_id=dossier.id, field=field, about=about, number=1, body=body_of(items))


def held(dossier, day, **given):
    at = dt.datetime(2026, 5, day, 12, tzinfo=dt.UTC)
    given = {"worksheet": "0-leren", "phones": 12} | given
    return Session(
        partnership_id=dossier.id, title="Meting", code=None, created_at=at, ended_at=at, saved_at=at, **given
    )


def marks(session, theme, counts, groups=None, position=0):
    return ThemeMarks(
        partnership_id=session.partnership_id, session_id=session.id, field="0-leren.cijfers", theme=theme,
        label=theme.capitalize(), position=position, counts=counts, groups=groups or {},
        at=session.created_at,
    )  # fmt: skip


async def test_an_empty_dossier_has_nothing_to_tell(services, dossier):
    found = await told(services, dossier)
    assert found.is_empty
    assert found.asked == ()
    assert found.speakers == summary.Speakers(0, None, None, 0, 0, 0, ())


async def test_what_the_room_chose_stands_there_once_by_its_dots_and_no_more_than_five(
    services, dossier, add
):
    def chosen(name, votes, **given):
        return Item(id=name, text=name, votes=votes, chosen=True, **given)

    most = chosen("Meeste", 9, quotes=("Een kaart",), tied=True)
    loose = [chosen(f"Kaart {number}", number) for number in range(1, 6)]
    agreed = chosen("Niemand zei nee", None)
    await add(
        answer(dossier, "1-A.zorgen", Item(id="n", text="Niet gekozen", votes=20), *loose, most),
        answer(dossier, "1-B.ambities", chosen("meeste", 9), agreed),
    )
    found = await told(services, dossier)
    names = [(card.text, card.dots) for card in found.chosen]
    assert names == [("Meeste", 9), ("Kaart 5", 5), ("Kaart 4", 4), ("Kaart 3", 3), ("Kaart 2", 2)]
    assert found.more_chosen == 2
    assert (found.chosen[0].quotes, found.chosen[0].tied) == (("Een kaart",), True)
    assert found.asked == (services.library.bouwstenen[1].title,)


async def test_marks_have_their_trend_and_below_the_threshold_none(services, dossier, add):
    before, now = held(dossier, 1), held(dossier, 8)
    await add(before, now)
    await add(
        marks(before, "samen", FIVE), marks(now, "samen", TEN), marks(now, "los", FEW, position=1)
    )  # fmt: skip
    [theme] = (found := await told(services, dossier)).marks
    assert (theme.theme, theme.moments[-1].mean, theme.change) == ("samen", 8.0, 1.0)
    assert found.more_marks == 1


async def test_groups_are_named_only_where_the_dossier_shows_figures_of_them(services, dossier, add):
    session = held(dossier, 1, phones=12, papers=3)
    await add(session, held(dossier, 8, phones=20), held(dossier, 9, phones=0))
    await add(marks(session, "samen", TEN, {"jongere": FIVE, "ouder": FIVE}))
    found = (await told(services, dossier)).speakers
    assert found.groups == ("Jongeren", "Ouders")
    assert (found.sessions, found.fewest, found.most, found.papers) == (3, 12, 20, 3)
    assert (found.first, found.last) == (dt.date(2026, 5, 1), dt.date(2026, 5, 9))


async def test_a_group_that_is_too_small_is_named_nowhere(services, dossier, add):
    session = held(dossier, 1)
    await add(session)
    small = {"jongere": FIVE, "beleid": FEW}
    await add(marks(session, "samen", [a + b for a, b in zip(FIVE, FEW, strict=True)], small))
    assert (await told(services, dossier)).speakers.groups == ()


async def test_open_actions_have_owner_and_day_and_the_days_to_look_back_are_there(services, dossier, add):
    late, soon = dt.date(2026, 5, 1), dt.date(2026, 7, 1)
    every = [field for sheet in services.library.worksheets for field in sheet.fields]
    moments = next(field.id for field in every if field.kind == "moments")
    when = Item(id="m", text="We kijken terug", details={"due": "2026-09-01", "owner": "Ans"})
    await add(
        Action(partnership_id=dossier.id, field="0-leren.acties", text="Zonder dag"),
        Action(partnership_id=dossier.id, field="1-leren.acties", text="Zonder dag"),
        Action(partnership_id=dossier.id, field="0-leren.acties", text="Straks", owner="GGD", due=soon),
        Action(partnership_id=dossier.id, field="0-leren.acties", text="Eerder", due=late),
        Action(partnership_id=dossier.id, field="0-leren.acties", text="Af", status="done"),
        Reminder(partnership_id=dossier.id, worksheet="0-leren", every_months=6, next_on=soon),
    )  # fmt: skip
    await services.db.write(
        lambda db: answers.append(db, dossier.id, moments, [when], account_id=None, note="Afgesproken")
    )
    found = await told(services, dossier)
    assert [msgspec.structs.astuple(one)[:4] for one in found.agreed] == [
        ("Eerder", "", late, True),
        ("Straks", "GGD", soon, False),
        ("Zonder dag", "", None, False),
    ]
    assert (found.more_agreed, found.done) == (0, 1)
    title = services.library.worksheet("0-leren").title
    assert [(look.on, look.text, look.rhythm, look.owner) for look in found.turns] == [
        (soon, title, "elk half jaar", ""),
        (dt.date(2026, 9, 1), "We kijken terug", "één keer", "Ans"),
    ]


async def test_a_bouwsteen_and_a_session_tell_of_themselves_only(services, dossier, add):
    first, second = held(dossier, 1), held(dossier, 8)
    await add(first, second)
    await add(
        marks(first, "samen", FIVE),
        marks(second, "samen", TEN),
        answer(dossier, "1-A.zorgen", Item(id="c", text="Een zorg", votes=3, chosen=True)),
    )
    everything = await read(services, dossier)
    library, chosen = services.library, services.settings
    of_none = summary.of_bouwsteen(everything, library.bouwstenen[0], chosen, TODAY)
    assert (of_none.chosen, [theme.theme for theme in of_none.marks]) == ((), ["samen"])
    of_one = summary.of_bouwsteen(everything, library.bouwstenen[1], chosen, TODAY)
    assert ([card.text for card in of_one.chosen], of_one.marks) == (["Een zorg"], ())
    for session, change in (first, None), (second, 1.0):
        async with services.db.read() as db:
            brought = await sessions.brought(db, session)
        found = summary.of_session(everything, session, brought, chosen, TODAY)
        assert [theme.change for theme in found.marks] == [change]
        assert (found.speakers.sessions, found.chosen) == (1, ())
        assert found.asked == (library.field("0-leren.cijfers").question,)
