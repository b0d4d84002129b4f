"""An organisation without an account follows its own actions at a secret address."""

import datetime as dt
import re

import pytest
import pytest_asyncio
from sqlalchemy import delete, select

from tests.pages.fillings import forms_to
from tests.pages.test_record import House, as_, item
from tests.people import a_facilitator, a_partnership, both_databases, signed_in
from workshop.accounts import roles
from workshop.log.what import OUTSIDER, What
from workshop.models import Action, ActionChange, Deed, OwnerAddress, Partnership
from workshop.record import actions, owners

ADDRESS = re.compile(r'value="[^"]*(/onze-acties/[\w-]{22})"')


@pytest_asyncio.fixture
async def house(client, services):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account, name="Veilig Lindewaard")
    await signed_in(client, services, account)
    return House(client, services, partnership, account)


async def agreed(house, text, owner="GGD", **values):
    return await house.services.db.write(
        lambda db: actions.create(
            db, house.partnership.id, "0-leren.acties", text, account_id=None, owner=owner, **values
        )
    )


async def opened(house, owner="GGD"):
    """The path of a new address."""
    html = await house.post("/acties/adressen", 200, organisatie=owner)
    assert 'data-copy="#eigen-adres"' in html
    return ADDRESS.search(html)[1]


async def press(client, path, action, stand, regel="", page=None):
    """What the page answers to a press of a button in its own form."""
    page = page or (await client.get(path)).text
    [form] = forms_to(page, f"{path}/{action.id}")
    values = dict(form.form_values()) | {"stand": stand, "regel": regel}
    return await client.post(f"{path}/{action.id}", data=values)


async def rows(house, model):
    async with house.services.db.read() as db:
        return list(await db.scalars(select(model)))


async def test_an_owner_finishes_an_action_and_the_coordinator_sees_who_and_when(house, client):
    action = await agreed(house, "Les maken", due=dt.date(2026, 5, 1), priority="high")
    path = await opened(house)
    signed = dict(client.cookies)
    client.cookies.clear()
    page = (await client.get(path)).text
    for words in (
        "Les maken",
        "1 mei 2026",
        "Te laat",
        "Prioriteit hoog",
        "Nog niet begonnen",
        "Afgesproken op",
    ):
        assert words in page
    answer = await press(client, path, action, "done", "De les staat klaar")
    assert answer.status_code == 303
    after = (await client.get(answer.headers["location"])).text
    assert "staat op klaar" in after
    assert "Er staat niets open" in after
    client.cookies.update(signed)
    html = await house.get(f"/acties/{action.id}")
    assert "Stand: nog niet begonnen werd klaar. De les staat klaar" in html
    assert "door <bdi>GGD</bdi>, op het eigen adres" in html
    assert "Zet terug op nog niet begonnen" in html
    log = await house.get("/logboek")
    assert OUTSIDER in log
    assert "zegt op het adres van GGD hoe het met een actie staat" in log
    assert "Les maken" not in log
    await house.client.post(
        f"{house.home}/acties/{action.id}/stand", data={"status": "open", "teruggezet": "ja"}
    )
    assert "Zet terug op" not in await house.get(f"/acties/{action.id}")


async def test_the_same_press_again_changes_nothing(house, client):
    action = await agreed(house, "Les maken")
    path = await opened(house)
    page = (await client.get(path)).text
    for _ in range(2):
        assert (await press(client, path, action, "busy", "Het loopt", page)).status_code == 303
    assert (await press(client, path, action, "busy")).status_code == 303
    assert [change.owner for change in await rows(house, ActionChange)] == ["", "GGD"]
    assert len([one for one in await rows(house, Deed) if one.what == What.ACTION_ANSWERED]) == 1


async def test_a_press_that_was_wrong_is_set_right_at_the_address(house, client):
    action = await agreed(house, "Les maken")
    path = await opened(house)
    await press(client, path, action, "dropped")
    assert "Net beantwoord" in (await client.get(path)).text
    await press(client, path, action, "busy")
    assert "Net beantwoord" not in (await client.get(path)).text
    [stored] = await rows(house, Action)
    assert stored.status == "busy"


async def test_nothing_else_of_the_dossier_stands_at_the_address(house, client):
    await house.write(item("Een kaart over naroepen"))
    theirs = await agreed(house, "Iets van school", "School")
    await agreed(house, "Van niemand", "")
    done = await agreed(house, "Lang klaar", status="done")
    await agreed(house, "Samira belt de school")
    path = await opened(house)
    client.cookies.clear()
    answer = await client.get(path)
    for words in ("naroepen", "Iets van school", "Van niemand", "Lang klaar", "Samira", "School"):
        assert words not in answer.text
    assert "Een actie uit het dossier" in answer.text
    assert str(house.partnership.id) not in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    for action in (theirs,):
        refused = await client.post(f"{path}/{action.id}", data={"stand": "done"})
        assert refused.status_code == 404
        assert owners.NOT_THEIRS in refused.text
    assert {one.text: one.status for one in await rows(house, Action)}["Iets van school"] == "open"
    assert done.status == "done"


async def test_who_is_called_none_gets_no_actions_of_nobody(house, client):
    await agreed(house, "Van niemand", "")
    await agreed(house, "Van Geen", "Geen")
    path = await opened(house, "Geen")
    assert "Van niemand" not in (await client.get(path)).text


async def test_a_revoked_address_says_so_and_a_wrong_one_what_to_do(house, client):
    action = await agreed(house, "Les maken")
    old = await opened(house)
    new = await opened(house)
    [working] = [one for one in await rows(house, OwnerAddress) if one.revoked_at is None]
    assert (await client.get(new)).status_code == 200
    await house.post(f"/acties/adressen/{working.id}/intrekking")
    await house.post(f"/acties/adressen/{working.id}/intrekking")
    assert "nog geen adres" in await house.get("/acties/adressen")
    for path, status, sentence in (
        (old, 410, owners.REVOKED),
        (new, 410, owners.REVOKED),
        ("/onze-acties/onbekend", 404, owners.UNKNOWN),
    ):
        for answer in (
            await client.get(path),
            await client.post(f"{path}/{action.id}", data={"stand": "done"}),
        ):
            assert (answer.status_code, sentence in answer.text) == (status, True)
            assert "Les maken" not in answer.text
            assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    [stored] = await rows(house, Action)
    assert stored.status == "open"
    deeds = [one.what for one in await rows(house, Deed) if one.what.startswith("owner-address")]
    assert sorted(deeds) == [What.OWNER_ADDRESS_MADE] * 2 + [What.OWNER_ADDRESS_REVOKED]


async def test_only_a_hash_of_the_address_is_kept(house):
    await agreed(house, "Les maken")
    path = await opened(house)
    [row] = await rows(house, OwnerAddress)
    token = path.rpartition("/")[2]
    assert token not in repr(vars(row))
    assert token not in await house.get("/acties/adressen")
    assert token not in await house.get("/logboek")


@pytest.mark.parametrize("form", [{"stand": "moment"}, {"stand": ""}, {"stand": "done", "regel": "x" * 161}])
async def test_what_does_not_fit_says_so_and_loses_nothing(house, client, form):
    action = await agreed(house, "Les maken")
    path = await opened(house)
    answer = await client.post(f"{path}/{action.id}", data=form)
    assert answer.status_code == 422
    assert f'value="{form.get("regel", "")}"' in answer.text
    assert len(await rows(house, ActionChange)) == 1


async def test_an_address_that_is_asked_all_the_time_waits(house, client, monkeypatch):
    monkeypatch.setattr(owners, "MOST_A_MINUTE", 2)
    await agreed(house, "Les maken")
    path = await opened(house)
    asked = [(await client.get(path)).status_code for _ in range(3)]
    assert asked == [200, 200, 429]


async def test_an_address_is_only_for_who_has_an_action_here(house):
    await agreed(house, "Les maken")
    assert owners.NOT_AN_OWNER in await house.post("/acties/adressen", 422, organisatie="Een ander")
    await as_(house, roles.LEZER)
    await house.post("/acties/adressen", 403, organisatie="GGD")
    assert 'method="post"' not in (await house.get("/acties/adressen")).replace('action="/uitloggen"', "")


@both_databases
async def test_the_addresses_go_with_the_dossier(services):
    account = await a_facilitator(services, "Els")
    place = await a_partnership(services, account)

    async def fill(db):
        await actions.create(db, place.id, "", "Bellen", account_id=None, owner="ÉÉN team")
        return await owners.open(db, place.id, account, "één Team")

    token = await services.db.write(fill)
    async with services.db.read() as db:
        found = await owners.read(db, token, dt.date(2026, 1, 1))
    assert [action.text for action in found.unfinished] == ["Bellen"]
    await services.db.write(lambda db: db.execute(delete(Partnership).where(Partnership.id == place.id)))
    async with services.db.read() as db:
        assert await db.scalar(select(OwnerAddress.id)) is None
