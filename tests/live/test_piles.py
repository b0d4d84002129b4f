"""Cards that are moved between clusters and columns, by two desks at once too."""

import uuid

import pytest
import pytest_asyncio
from sqlalchemy import select

from tests.people import a_desk, a_participant, a_session, conduct, in_subgroups, reloaded
from workshop.live import recent
from workshop.live.conduct import Conduct
from workshop.live.errors import Gone
from workshop.models import Cluster, Contribution


class Table:
    """Four cards of phones, two in each column, and two desks."""

    def __init__(self, services, session, desk, colleague, cards):
        self.services, self.session = services, session
        self.desk, self.colleague, self.cards = desk, colleague, cards

    async def gather(self, name, *words, on=None, seen=(), by=None):
        cards = [self.cards[each] for each in words]
        await (by or self.desk).gather(self.session.activity_id, name, "", cards, on, dict(seen))
        return None if on else await self.cluster(name)

    async def cluster(self, name):
        async with self.services.db.read() as db:
            return await db.scalar(select(Cluster.id).where(Cluster.name == name))

    async def lies(self):
        """Words -> the name of the cluster and the column."""
        async with self.services.db.read() as db:
            names = {cluster.id: cluster.name for cluster in await db.scalars(select(Cluster))}
            rows = {words: await db.get(Contribution, id) for words, id in self.cards.items()}
        return {words: (names.get(row.cluster_id, ""), row.body["column"]) for words, row in rows.items()}

    async def undo(self, desk=None):
        desk = desk or self.desk
        session = await reloaded(self.services, self.session.id)
        drives = session.driver_id == desk.sign_in.id
        return await desk.undo(recent.last(session, drives).id)


LOOSE = {"a": ("", "zorg"), "b": ("", "zorg"), "c": ("", "kans"), "d": ("", "kans")}


@pytest_asyncio.fixture
async def table(services):
    session = await a_session(services, step="zorgen-kansen")
    cards = {}
    for words, (_, column) in LOOSE.items():
        phone = await a_participant(services, session)
        form = {"column": [column], "text": [words]}
        receipt = await services.room.contribute(
            session.id, phone.id, session.activity_id, uuid.uuid4(), form
        )
        cards[words] = receipt.id
    desk = await conduct(services, session)
    await desk.take_wheel()
    colleague = Conduct(services.room, session.id, await a_desk(services, desk.sign_in.account))
    return Table(services, session, desk, colleague, cards)


async def test_cards_of_two_columns_on_a_new_pile_go_to_the_column_of_the_first(table):
    await table.gather("Samen", "c", "a")
    assert await table.lies() == LOOSE | {"c": ("Samen", "kans"), "a": ("Samen", "kans")}
    await table.undo()
    assert await table.lies() == LOOSE
    assert await table.cluster("Samen") is None


async def test_a_pile_without_a_name_has_a_number_that_no_other_has(table):
    await table.gather("", "a")
    await table.gather("", "b")
    await table.desk.dissolve_cluster(await table.cluster("Stapel 1"))
    await table.gather("", "c")
    assert {name for name, _ in (await table.lies()).values()} == {"", "Stapel 2", "Stapel 3"}


async def test_a_card_goes_from_one_pile_to_another_and_back(table):
    first = await table.gather("Een", "a", "b")
    second = await table.gather("Twee", "c")
    before = await table.lies()
    await table.gather("", "a", on=second, seen={table.cards["a"]: first})
    assert await table.lies() == before | {"a": ("Twee", "kans")}
    await table.undo()
    assert await table.lies() == before


async def test_a_card_that_a_colleague_moved_meanwhile_stays_there(table):
    first = await table.gather("Een", "a", by=table.colleague)
    second = await table.gather("Twee", "a", "c")
    assert await table.lies() == LOOSE | {"a": ("Een", "zorg"), "c": ("Twee", "kans")}
    step, a = table.session.activity_id, table.cards["a"]
    for late in (
        lambda: table.desk.gather(step, "", "", [a], second),
        lambda: table.desk.loosen(step, [a], {a: second}),
        lambda: table.desk.set_column(step, [a], "kans"),
        lambda: table.desk.gather(step, "", "", [a], first, {a: first}),
        lambda: table.desk.rename_cluster(first, "Drie", seen="Nul"),
    ):
        await late()
        assert table.desk.is_stale
    assert (await table.lies())["a"] == ("Een", "zorg")


async def test_an_undo_leaves_what_a_colleague_moved_and_the_pile_under_it(table):
    first = await table.gather("Een", "a", "b")
    await table.gather("", "c", on=first, by=table.colleague)
    other = await table.gather("Twee", "a", by=table.colleague, seen={table.cards["a"]: first})
    assert other
    await table.undo()
    assert await table.lies() == LOOSE | {"a": ("Twee", "zorg"), "c": ("Een", "zorg")}


async def test_an_undo_has_no_pile_to_go_back_to(table):
    first = await table.gather("Een", "a")
    await table.desk.loosen(table.session.activity_id, [table.cards["a"]], {table.cards["a"]: first})
    await table.colleague.dissolve_cluster(first)
    assert "intussen" in await table.undo()
    assert await table.lies() == LOOSE


async def test_a_card_goes_to_another_column_off_its_pile(table):
    first = await table.gather("Een", "a", "b")
    step, a = table.session.activity_id, table.cards["a"]
    await table.desk.set_column(step, [a, table.cards["c"]], "kans", {a: first})
    assert await table.lies() == LOOSE | {"a": ("", "kans"), "b": ("Een", "zorg")}
    with pytest.raises(Gone):
        await table.desk.set_column(step, [a], "nergens")


async def test_two_piles_become_one_and_two_again(table):
    first, second = await table.gather("Een", "a", "b"), await table.gather("Twee", "c")
    before = await table.lies()
    await table.desk.merge_clusters(first, second)
    await table.desk.merge_clusters(first, second)
    assert table.desk.is_stale
    assert await table.lies() == LOOSE | dict.fromkeys("abc", ("Twee", "kans"))
    await table.undo()
    assert await table.lies() == before
    await table.desk.merge_clusters(first, first)
    assert table.desk.is_stale


async def test_of_two_merged_piles_only_what_still_lies_there_goes_back(table):
    first, second = await table.gather("Een", "a", "b"), await table.gather("Twee", "c")
    await table.desk.merge_clusters(first, second)
    b = table.cards["b"]
    await table.colleague.loosen(table.session.activity_id, [b], {b: second})
    await table.undo()
    assert (await table.lies())["a"] == ("Een", "zorg")
    assert (await table.lies())["b"][0] == ""


async def test_a_pile_goes_to_another_column_and_back_with_what_came_on_it_since(table):
    pile = await table.gather("Een", "a", "b")
    await table.desk.shift_cluster(pile, "kans", "zorg")
    assert await table.lies() == LOOSE | dict.fromkeys("ab", ("Een", "kans"))
    await table.desk.shift_cluster(pile, "kans", "zorg")
    assert table.desk.is_stale
    await table.gather("", "c", on=pile, by=table.colleague)
    await table.undo()
    assert await table.lies() == LOOSE | dict.fromkeys("abc", ("Een", "zorg"))
    with pytest.raises(Gone):
        await table.desk.shift_cluster(pile, "nergens")


async def test_a_pile_that_a_colleague_moved_on_is_not_put_back(table):
    pile = await table.gather("Een", "a")
    await table.desk.shift_cluster(pile, "kans")
    await table.colleague.shift_cluster(pile, "zorg")
    assert "intussen" in await table.undo()
    assert (await table.lies())["a"] == ("Een", "zorg")


async def test_in_subgroups_a_card_stays_with_its_own_question(table):
    await in_subgroups(table.services, table.session)
    with pytest.raises(ValueError, match="groepje"):
        await table.gather("Samen", "a", "c")
    with pytest.raises(ValueError, match="groepje"):
        await table.desk.set_column(table.session.activity_id, [table.cards["a"]], "kans")
    assert await table.lies() == LOOSE
    pile = await table.gather("Een", "a")
    with pytest.raises(ValueError, match="groepje"):
        await table.desk.shift_cluster(pile, "kans")


async def test_a_hidden_card_comes_on_no_pile(table):
    await table.desk.set_card_state(table.cards["a"], "hidden")
    await table.gather("Een", "a", "b")
    assert await table.lies() == LOOSE | {"b": ("Een", "zorg")}
