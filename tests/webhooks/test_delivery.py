"""Another system hears what changed, signed and by ids; bad answers block nothing, inner hosts are safe."""

import asyncio
import contextlib
import datetime as dt
import json

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import select, update
from standardwebhooks import Webhook as Signer

from tests.people import a_facilitator, a_partnership, both_databases
from workshop.codes import new_id
from workshop.models import Membership, Session, Webhook, now
from workshop.record import actions
from workshop.webhooks import delivery, reach, subscribing

LATER = dt.timedelta(minutes=1)


class Hearer:
    """A system that hears, and answers with `status`."""

    def __init__(self):
        self.status, self.heard = "204 No Content", []

    async def serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        raw = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.heard.append(({name.lower(): value for name, value in raw.items()}, body.decode()))
        writer.write(
            f"HTTP/1.1 {self.status}\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()


@pytest_asyncio.fixture
async def hearer():
    made = Hearer()
    async with await asyncio.start_server(made.serve, "127.0.0.1", 0) as server:
        made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/kompas"
        yield made


@pytest.fixture
def inside(settings):
    return msgspec.structs.replace(settings, webhooks_private="on")


@pytest_asyncio.fixture
async def place(services, inside, hearer):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    async with services.db.read() as db:
        member = await db.scalar(select(Membership).where(Membership.partnership_id == partnership.id))
    hook = await subscribing.make(services.db, inside, member, hearer.address, id=new_id())
    return member, hook


async def happen(services, member):
    """An action is agreed and a session is saved."""
    held = Session(
        partnership_id=member.partnership_id,
        worksheet="1-A",
        title="Geheime titel",
        code=None,
        saved_at=now(),
    )

    async def store(db):
        db.add(held)
        return await actions.create(
            db, member.partnership_id, "1-A.zorgen", "Geheim", account_id=member.account_id, owner="GGD"
        )

    return await services.db.write(store), held


async def kept(services, hook):
    async with services.db.read() as db:
        return await db.get_one(Webhook, hook.id)


@both_databases
async def test_it_hears_each_change_once_signed_and_without_a_word_of_it(services, inside, hearer, place):
    member, hook = place
    action, held = await happen(services, member)
    for minutes in (1, 2):
        await delivery.deliver(services.db, inside, now() + minutes * LATER)
    told = [Signer(hook.secret).verify(body, headers) for headers, body in hearer.heard]
    assert sorted((one["type"], one["data"].get("action") or one["data"]["session"]) for one in told) == [
        ("action.changed", str(action.id)),
        ("session.saved", str(held.id)),
    ]
    assert {one["data"]["dossier"] for one in told} == {str(member.partnership_id)}
    assert all(set(one) == {"type", "timestamp", "data"} for one in told)
    said = json.dumps(hearer.heard)
    assert not [word for word in ("Geheim", "GGD", hook.secret) if word in said]


async def test_what_happened_in_another_dossier_is_not_told(services, inside, hearer, place):
    other = await a_facilitator(services, "Kevin")
    theirs = await a_partnership(services, other, name="Elders")
    async with services.db.read() as db:
        stranger = await db.scalar(select(Membership).where(Membership.partnership_id == theirs.id))
    await happen(services, stranger)
    await delivery.deliver(services.db, inside, now() + LATER)
    assert hearer.heard == []


@pytest.mark.parametrize("status", ["500 Oops", "302 Found", "404 Not Found"])
async def test_a_bad_answer_is_tried_later_in_order_and_after_a_day_it_stops_until_somebody_asks(
    services, inside, hearer, place, status
):
    member, hook = place
    await happen(services, member)
    hearer.status = status
    start = now() + LATER
    await delivery.deliver(services.db, inside, start)
    await delivery.deliver(services.db, inside, start + dt.timedelta(seconds=29))
    assert len(hearer.heard) == 1
    found = await kept(services, hook)
    assert (found.trouble, found.attempts, found.paused_at) == (status[:3], 1, None)
    day = start + dt.timedelta(days=1)
    for at in (day, day + LATER * 120):
        await delivery.deliver(services.db, inside, at)
    assert len(hearer.heard) == 2
    assert (await kept(services, hook)).paused_at == day
    hearer.status = "200 OK"
    assert await subscribing.again(services.db, member, hook.id)
    await delivery.deliver(services.db, inside, now() + LATER)
    assert len({headers["webhook-id"] for headers, _ in hearer.heard}) == 2
    assert hearer.heard[0][0]["webhook-id"] == hearer.heard[2][0]["webhook-id"]
    found = await kept(services, hook)
    assert (found.trouble, found.attempts, found.failing_since) == ("", 0, None)


async def test_without_the_setting_no_inner_machine_is_asked_also_not_by_a_name_that_leads_there(
    services, settings, hearer, place
):
    member, hook = place
    await happen(services, member)
    for host in ("127.0.0.1", "localhost"):
        own = hearer.address.replace("127.0.0.1", host)
        point = update(Webhook).where(Webhook.id == hook.id).values(address=own, next_at=now())
        await services.db.write(lambda db, point=point: db.execute(point))
        await delivery.deliver(services.db, settings, now() + LATER * 200)
        assert (await kept(services, hook)).trouble == "geen verbinding"
    assert hearer.heard == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hallo",
        "http://a.nl/x",
        "ftp://a.nl",
        "https://",
        "https://ik:geheim@a.nl/",
        "https://a.nl/#x",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://169.254.169.254/latest",
        "https://10.1.2.3/",
        "https://localhost/",
        "https://db.internal/",
        "https://a.nl:99999/",
        "https://a.nl/\r\nx: y",
        "https://" + "a" * 600 + ".nl/",
    ],
)
def test_an_address_that_is_not_of_the_internet_is_refused_with_a_sentence(address):
    with pytest.raises(ValueError, match=r"^(Begin het adres|Dit adres is alleen)"):
        reach.checked(address, private=False)


async def test_there_is_an_end_to_webhooks_and_a_second_press_makes_no_second(services, inside, place):
    member, hook = place
    same = await subscribing.make(services.db, inside, member, hook.address, id=hook.id)
    assert same.secret == hook.secret
    with contextlib.suppress(ValueError):
        for _ in range(subscribing.MOST + 3):
            await subscribing.make(services.db, inside, member, hook.address, id=new_id())
    assert len(await subscribing.listed(services.db, member.partnership_id)) == subscribing.MOST
    assert await subscribing.remove(services.db, member, hook.id)
    assert not await subscribing.remove(services.db, member, hook.id)
