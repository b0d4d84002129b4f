"""One session, and every place that tells of it: item by item what the big screen shows, and nothing else."""

import io
import re
import zipfile

import pytest_asyncio
from sqlalchemy import select

from tests.pages.test_canary import delete, hide, hold, rewrite
from tests.pages.test_record import a_house
from tests.people import a_desk, a_participant, a_session, activity
from tests.record.test_saving import Stage
from workshop.accounts import keys
from workshop.models import Lookback, Membership

SHOWN = {"Mag blijven", "Zelfde aantal een", "Zelfde aantal twee", "Zonder naam"}
"""As it is, two with as many dots, and one that the facilitator wrote again."""


@pytest_asyncio.fixture
async def house(client, services):
    """Its `screen` is what the big screen showed at the dots."""
    house = await a_house(client, services)
    desk = await a_desk(services, house.account)
    session = await a_session(
        services, "1-A", partnership=house.partnership, sign_in=desk, step="zorgen-kansen"
    )
    stage = Stage(services, session)
    cards = {words: await stage.card(words) for words in sorted(SHOWN - {"Zonder naam"})}
    for fate in (hold, hide, delete, rewrite):
        await fate(await stage.desk(), await stage.card(f"KANARIE {fate.__name__}"), stage)
    phone = await a_participant(services, session)
    taken_back = await stage.send(phone, column="zorg", text="KANARIE withdraw")
    await services.room.withdraw(phone.participant, taken_back)
    await stage.go_to("stippen")
    for words in ("Zelfde aantal een", "Zelfde aantal twee"):
        await stage.send(options=[str(cards[words])])
    await (await stage.desk()).set_shown(activity(stage.session, "stippen").id, True)
    house.screen = (await client.get(f"/scherm/{session.screen_token}")).text
    await stage.save(await stage.end())
    house.held = session
    return house


def told(text):
    """Which of the items stand in a text, and which canaries."""
    return {words for words in SHOWN if words in text}, set(re.findall(r"KANARIE \w+", text))


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


async def test_archive_api_documents_and_terugblik_tell_what_the_screen_showed(house, services, client):
    assert told(house.screen) == (SHOWN, set())
    async with services.db.read() as db:
        member = await db.scalar(select(Membership))
    key = await keys.make(services.db, member, "dashboard")
    api = f"/api/v1/dossiers/{house.partnership.id}/werkbladen/1-a"
    terugblik = f"/sessies/{house.held.id}/terugblik"
    offered = re.findall(r'name="regel" value="(\w+)"', (await client.get(terugblik)).text)
    form = {"regel": offered, "intro": "Dank je wel.", "maanden": "12"}
    assert (await client.post(f"{terugblik}/publicatie", data=form)).status_code == 303
    async with services.db.read() as db:
        lookback = await db.scalar(select(Lookback))
    step = services.library.worksheet("1-A").step_key("1-A.zorgen")
    places = {
        "the worksheet": (await client.get(f"{house.home}/bouwstenen/1-a?stap={step}")).text,
        "the session": (await client.get(f"{house.home}/sessies/{house.held.id}")).text,
        "the API": (await client.get(api, headers={"Authorization": f"Bearer {key}"})).text,
        "the terugblik": (await client.get(f"/terugblik/{lookback.token}")).text,
        "the archive": unpacked((await client.post(f"{house.home}/beheer/archief")).content),
    }
    for ending in ("docx", "xlsx"):
        for path in (f"{house.home}/document", f"/sessies/{house.held.id}/document"):
            places[f"{path}/{ending}"] = unpacked((await client.get(f"{path}/{ending}")).content)
    assert {place: told(text) for place, text in places.items()} == dict.fromkeys(places, (SHOWN, set()))


async def test_who_share_a_place_have_as_many_dots_everywhere(house, client):
    items = {item.text: item.votes for item in await house.items()}
    assert items["Zelfde aantal een"] == items["Zelfde aantal twee"] == 1
    assert items["Mag blijven"] in (0, None)
