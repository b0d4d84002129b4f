"""Without scripts everything works: somebody takes part in a step of every kind with plain forms, and a desk
runs a whole session with them."""

import pytest
from lxml.html import document_fromstring
from sqlalchemy import select

from tests.pages.fillings import filled, forms_to
from tests.people import a_session, activity, conduct, reloaded
from tests.test_crowd import STEPS, a_step
from workshop import kinds
from workshop.models import Contribution

SENDS = "/deelnemen/bijdragen"
each_kind = pytest.mark.parametrize("kind", [name for name in kinds.names() if kinds.asks(name)])


class Browser:
    """A phone without scripts: it knows the page that it got, and what it can press there."""

    def __init__(self, client):
        self.client, self.html, self.address = client, "", ""

    async def open(self, address="/deelnemen"):
        answer = await self.client.get(address)
        assert answer.status_code == 200, answer.text
        self.html, self.address = answer.text, address

    def forms(self, start):
        return forms_to(self.html, start)

    def form_of_this_page(self):
        [form] = [form for form in self.forms("") if not form.get("action") and form.method == "POST"]
        return form

    def ways_back(self):
        return [form for form in self.forms(f"{SENDS}/") if form.get("action").endswith("/intrekking")]

    async def press(self, form, **values):
        answer = await self.client.post(form.get("action") or self.address, data=filled(form, **values))
        assert answer.status_code == 303, answer.text
        await self.open(answer.headers["location"])


@pytest.fixture
def phone(client):
    return Browser(client)


async def joined(phone, session):
    await phone.open(f"/j/{session.join_token}")
    await phone.press(phone.form_of_this_page())


async def answers(services, step):
    async with services.db.read() as db:
        here = Contribution.activity_id == step.id
        return [row.body for row in await db.scalars(select(Contribution).where(here))]


@each_kind
async def test_a_phone_takes_part_in_a_step_of_every_kind(services, phone, kind):
    session, step = await a_step(services, kind, STEPS[kind][0])
    await joined(phone, session)
    assert step.question in phone.html
    await phone.press(phone.forms(SENDS)[0])
    assert await answers(services, step)
    if not phone.ways_back():  # the form itself has the way back, as its last choice
        await phone.press(phone.forms(SENDS)[0], turn=-1)
    while ways_back := phone.ways_back():
        await phone.press(ways_back[0])
    for left in await answers(services, step):
        assert not any(said for name, said in left.items() if name != "statement")


@each_kind
async def test_a_phone_finds_the_next_step_and_the_end_by_opening_its_page_again(services, phone, kind):
    session, step = await a_step(services, kind, STEPS[kind][0])
    await joined(phone, session)
    again = "/deelnemen"
    assert again in _links(phone.html)
    desk = await conduct(services, await reloaded(services, session.id))
    await desk.go_to(activity(await reloaded(services, session.id), "zorgen-kansen").id)
    await phone.open(again)
    assert step.question not in phone.html
    await desk.end()
    await phone.open(again)
    assert phone.forms(SENDS) == []


async def test_a_phone_without_an_address_types_the_code(services, phone):
    session = await a_session(services, step="zorgen-kansen")
    await phone.open("/doe-mee")
    [form] = phone.forms("/doe-mee")
    answer = await phone.client.post("/doe-mee", data=filled(form, words=session.code))
    assert answer.status_code == 303
    await phone.open(answer.headers["location"])
    assert phone.form_of_this_page() is not None


async def test_a_phone_goes_away_fast(services, phone):
    session = await a_session(services, step="zorgen-kansen")
    await joined(phone, session)
    [form, *_] = phone.forms("/vertrek")
    answer = await phone.client.post(form.get("action"))
    assert answer.status_code == 303
    assert (await phone.client.get("/deelnemen")).status_code == 401


def _links(html):
    return [link.get("href") for link in document_fromstring(html).iter("a")]


async def test_a_desk_runs_a_session_with_plain_forms(desk, services):
    """Through steps, lock, screen and door to the end; each answer goes back to the desk."""

    async def press(address, **wanted):
        html = await desk.html()
        found = [
            form
            for form in forms_to(html, f"{desk.home}{address}")
            if wanted.items() <= dict(form.form_values()).items()
        ]
        assert found, (address, wanted)
        answer = await desk.client.post(found[0].get("action"), data=dict(found[0].form_values()))
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    step = f"/stappen/{desk.session.activity_id}"
    card = await desk.card("De bus rijdt niet meer")
    assert await press(f"/kaarten/{card}/stand", stand="shown") == f"{desk.home}/regie"
    assert "De bus rijdt niet meer" in await desk.screen()
    for address, values in (
        (f"{step}/slot", {"aan": "ja"}),
        (f"{step}/slot", {"aan": "nee"}),
        (f"{step}/klok", {"wat": "erbij"}),
        (f"{step}/klok", {"wat": "pauze"}),
        ("/zaal/leeg", {"aan": "ja"}),
        ("/zaal/leeg", {"aan": "nee"}),
        ("/zaal/toelating", {"aan": "nee"}),
        ("/zaal/hulp", {}),
        ("/ongedaan", {}),
    ):
        assert await press(address, **values) == f"{desk.home}/regie"
    following = activity(await desk.now(), "stippen")
    await press("/stap", naar=str(following.id))
    assert (await desk.now()).activity_id == following.id
    await press(f"/stappen/{following.id}/vertoning", aan="ja")
    assert activity(await desk.now(), "stippen").shown
    assert await press("/afsluiting") == f"{desk.home}/nakijken"
