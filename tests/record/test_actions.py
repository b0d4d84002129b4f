import datetime as dt
import uuid

import pytest

from tests.people import both_databases
from workshop.models import Action
from workshop.record import actions

pytestmark = both_databases

TODAY = dt.date(2026, 11, 12)


async def create(dossier, wording="Afspraken maken", **values):
    return await dossier.database.write(
        lambda db: actions.create(
            db, dossier.id, "0-leren.acties", wording, account_id=dossier.samira, **values
        )
    )


async def change(dossier, action, partnership_id=None, **values):
    return await dossier.database.write(
        lambda db: actions.change(
            db, partnership_id or dossier.id, action.id, account_id=dossier.kevin, **values
        )
    )


async def happenings(dossier, action):
    async with dossier.database.read() as db:
        return (await actions.history(db, [action.id]))[action.id]


async def test_a_new_action_begins_its_own_history(dossier):
    action = await create(dossier, "  Les  maken ", owner="GGD", due=TODAY)
    assert (action.text, action.owner, action.due, action.status) == ("Les maken", "GGD", TODAY, "open")
    assert [(h.name, h.note) for h in await happenings(dossier, action)] == [("Samira", "Afgesproken")]


async def test_a_change_says_what_it_was_and_what_it_became(dossier):
    action = await create(dossier, owner="GGD")
    await change(dossier, action, status="busy", owner="Gemeente", due=TODAY)
    newest = (await happenings(dossier, action))[0]
    assert (newest.name, newest.status) == ("Kevin", "busy")
    assert "Stand: nog niet begonnen werd bezig" in newest.note
    assert "Wie: GGD werd Gemeente" in newest.note
    assert "Wanneer: geen datum werd 12 november 2026" in newest.note


async def test_what_stays_the_same_leaves_no_trace(dossier):
    action = await create(dossier, owner="GGD")
    await change(dossier, action, owner="GGD", status="open", wording="Afspraken maken", due=None)
    assert len(await happenings(dossier, action)) == 1


async def test_another_dossiers_action_is_not_there(dossier):
    action = await create(dossier)
    with pytest.raises(LookupError):
        await change(dossier, action, partnership_id=uuid.uuid4(), status="done")


async def test_a_status_that_does_not_exist_is_refused_and_changes_nothing(dossier):
    action = await create(dossier)
    with pytest.raises(ValueError, match="stand bestaat niet"):
        await change(dossier, action, wording="Anders", status="weg")
    async with dossier.database.read() as db:
        assert [found.text for found in await actions.of(db, dossier.id)] == ["Afspraken maken"]


async def test_what_must_be_done_first_stands_first(dossier):
    for wording, due in (("geen datum", None), ("later", TODAY), ("eerst", TODAY - dt.timedelta(days=9))):
        await create(dossier, wording, due=due)
    async with dossier.database.read() as db:
        assert [found.text for found in await actions.of(db, dossier.id)] == ["eerst", "later", "geen datum"]


@pytest.mark.parametrize(
    ("due", "status", "late"),
    [(-1, "open", True), (-1, "busy", True), (0, "open", False), (-1, "done", False), (-1, "dropped", False)],
)
def test_late_is_before_today_and_not_finished(due, status, late):
    action = Action(due=TODAY + dt.timedelta(days=due), status=status)
    assert actions.is_late(action, TODAY) is late


def test_without_a_date_nothing_is_late():
    assert not actions.is_late(Action(due=None, status="open"), TODAY)


def test_a_date_is_read_as_the_form_posts_it():
    assert actions.due_date("2026-11-12") == TODAY
    assert actions.due_date(" ") is None
    with pytest.raises(ValueError, match="datum klopt niet"):
        actions.due_date("morgen")
