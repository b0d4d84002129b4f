"""Whatever happens in sessions and on worksheets: what was held back, hidden or deleted is read nowhere, and
every version stays to be read."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pages.readers import READERS
from tests.pages.test_record import a, a_house
from tests.people import a_desk, a_session
from tests.record.test_saving import Stage
from workshop.record import answers

pytestmark = pytest.mark.tour

CANARY = "KANARIE"
FIELD = "1-A.zorgen"

few = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def keep(desk, card, stage):
    """A card that may be read."""


async def hold(desk, card, stage):
    await desk.set_card_state(card, "held")


async def hide(desk, card, stage):
    await desk.set_card_state(card, "hidden")


async def delete(desk, card, stage):
    await desk.delete_card(card)


async def rewrite(desk, card, stage):
    await desk.rewrite_card(card, "Zonder naam")


async def gather_and_hide(desk, card, stage):
    beside = await stage.card("Mag blijven")
    await desk.gather(stage.session.activity_id, "Een groep", "zorg", [card, beside], None)
    await desk.set_card_state(card, "hidden")


FATES = (hold, hide, delete, rewrite, gather_and_hide)


async def play(house, fates):
    """A session in which every canary meets its fate, with dots on what is left; saved as it was ticked."""
    desk = await a_desk(house.services, house.account)
    session = await a_session(
        house.services, "1-A", partnership=house.partnership, sign_in=desk, step="zorgen-kansen"
    )
    stage = Stage(house.services, session)
    await stage.card("Mag in het dossier")
    for number, fate in enumerate(fates):
        # Never letters and digits by chance: now and then these look like a postcode or a phone number.
        await fate(await stage.desk(), await stage.card(f"{CANARY} {number}"), stage)
    await stage.go_to("stippen")
    await stage.send(options=[(await stage.lines())[0].item.id])
    await stage.save(await stage.end())


async def choose(house):
    """What was saved is chosen from in a session of the next worksheet."""
    desk = await a_desk(house.services, house.account)
    session = await a_session(
        house.services, "1-B", partnership=house.partnership, sign_in=desk, step="kiezen"
    )
    stage = Stage(house.services, session)
    await stage.send(options=[item.id for item in await house.items()][:3])
    await stage.save(await stage.end())


@given(sessions=st.lists(st.lists(st.sampled_from(FATES), max_size=3), min_size=1, max_size=2))
@few
async def test_what_was_held_hidden_deleted_or_rewritten_is_read_nowhere(client, services, sessions):
    house = await a_house(client, services)
    for fates in sessions:
        await play(house, fates)
    await choose(house)
    await house.edit(a("Met de hand"), number=len(sessions))
    await house.post(f"/velden/{FIELD}/herstel", version=1, number=len(sessions) + 1)
    for name, reader in READERS.items():
        assert CANARY not in await reader(house), name


async def test_every_reader_reads_what_may_be_read(client, services):
    """Else the canary proves nothing."""
    house = await a_house(client, services)
    await play(house, [keep])
    for name in READERS.keys() - {"vaste pagina's"}:
        assert CANARY in await READERS[name](house), name


deeds = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.lists(st.sampled_from(["Naroepen", "Foto's", "Stil"]), max_size=3)),
        st.tuples(st.just("restore"), st.integers(0, 9)),
        st.tuples(st.just("session"), st.none()),
    ),
    min_size=1,
    max_size=5,
)


@given(deeds=deeds)
@few
async def test_after_any_edits_restores_and_sessions_every_version_has_its_page(client, services, deeds):
    house = await a_house(client, services)
    expected: list[list[str]] = []
    for deed, value in deeds:
        if deed == "session":
            await play(house, [])
        elif deed == "edit":
            gone = [item.id for item in await house.items()]
            await house.edit(*map(a, value), number=len(expected), gone=gone)
        elif expected:
            await house.post(
                f"/velden/{FIELD}/herstel", version=value % len(expected) + 1, number=len(expected)
            )
        now = [item.text for item in await house.items()]
        if await newest(house) > len(expected):
            expected.append(now)
    listed = await house.get(f"/velden/{FIELD}/versies")
    assert await newest(house) == len(expected)
    for number, texts in enumerate(expected, 1):
        assert f"/velden/{FIELD}/versies/{number}" in listed
        html = await house.get(f"/velden/{FIELD}/versies/{number}")
        stood = html.partition("Zo stond het er")[2].partition("</section>")[0]
        assert [text for text in texts if f"<bdi>{text}</bdi>" not in stood] == []
        assert stood.count("<li") == len(texts)


async def newest(house):
    async with house.services.db.read() as db:
        answer = (await answers.current(db, house.partnership.id, [FIELD])).get(FIELD)
    return answer.number if answer else 0
