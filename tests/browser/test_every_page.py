"""Every page of the app, filled with the demonstration, seen with other eyes, hands and settings.

`VISITS` lists the pages by their route. A new page fails the build until it is visited here; what phones show
within a session is in test_phone_states.py.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
import pytest_asyncio
from sqlalchemy import JSON, String, select

from tests.browser.houses import give_cookies, visiting
from tests.browser.looks import DESK_LOOKS, PHONE_LOOKS, SCREEN_LOOKS, glance, look
from tests.browser.stretched import BROKEN_IN, OF_THE_APP, WRITTEN, stretch
from tests.browsers import DESK, PHONE, SCREEN
from tests.pages.test_routes import listed
from tests.people import (
    PASSWORD,
    PASSWORD_HASH,
    Phone,
    a_participant,
    a_session,
    activity,
    reloaded,
)
from workshop import codes
from workshop.accounts import invitations, roles, sign_in
from workshop.demo import history, story
from workshop.handover import draft, proposal
from workshop.live import ahead
from workshop.live.conduct import Conduct
from workshop.mail import stopping
from workshop.models import Account, Action, Answer, Base, Partnership, Passkey, Session, SignIn, now
from workshop.pages import visitor
from workshop.record import answers, owners
from workshop.safety import helplines
from workshop.services import Services

TODAY = dt.date(2026, 11, 22)
DOSSIER = "/dossiers/{partnership_id:uuid}"
STEP = "/sessies/{session_id:uuid}/programma/stappen/{activity_id:uuid}"
PHONE_PAGES, DESK_PAGES, SCREEN_PAGES, STRANGER_PAGES = "phone", "desk", "screen", "stranger"
READER_PAGES = "reader"
"""Of a phone in a session with cards on the big screen."""

VISITS: dict[str, dict[str, tuple[str, ...]]] = {
    PHONE_PAGES: {
        "/": ("/",),
        "/doe-mee": ("/doe-mee",),
        "/hulp": ("/hulp",),
        "/j/{token:str}": ("/j/{join}", "/j/{ended}", "/j/{not_open}", "/j/onbekend"),
        "/deelnemen": ("/deelnemen",),
        "/terugblik/{token:str}": ("/terugblik/{lookback}", "/terugblik/onbekend"),
        "/vooraf/{token:str}": ("/vooraf/{ahead}", "/vooraf/onbekend"),
        # What no route knows, and what is not for this visitor.
        "error": ("/nergens",),
    },
    READER_PAGES: {"/deelnemen/scherm": ("/deelnemen/scherm",)},
    STRANGER_PAGES: {
        "/inloggen": ("/inloggen",),
        "/toegankelijkheid": ("/toegankelijkheid",),
        "/uitnodiging/{token:str}": ("/uitnodiging/{invitation}", "/uitnodiging/onbekend"),
        "/inloggen/tweede-stap": ("/inloggen/tweede-stap",),
        "/geen-mail/{token:str}": ("/geen-mail/{no_mail}", "/geen-mail/onbekend"),
        "/onze-acties/{token:str}": ("/onze-acties/{owner}", "/onze-acties/onbekend"),
    },
    DESK_PAGES: {
        "/account": ("/account",),
        "/beheer/hulplijnen": ("/beheer/hulplijnen",),
        "/beheer/hulplijnen/nieuw": ("/beheer/hulplijnen/nieuw",),
        "/beheer/hulplijnen/{line_id:uuid}": ("/beheer/hulplijnen/{line}",),
        "/beheer/mail": ("/beheer/mail",),
        "/beheer/talen": ("/beheer/talen",),
        "/beheer/talen/{code:str}": ("/beheer/talen/ar",),
        "/dossiers": ("/dossiers",),
        "/dossiers/nieuw": ("/dossiers/nieuw",),
        "/dossiers/overnemen": ("/dossiers/overnemen",),
        DOSSIER: ("{dossier}",),
        f"{DOSSIER}/acties": ("{dossier}/acties", "{dossier}/acties?toon=alle", "{dossier}/acties?toon=bord"),
        f"{DOSSIER}/acties/adressen": ("{dossier}/acties/adressen",),
        f"{DOSSIER}/acties/{{action_id:uuid}}": ("{dossier}/acties/{action}",),
        f"{DOSSIER}/agenda": ("{dossier}/agenda",),
        f"{DOSSIER}/beheer": ("{dossier}/beheer",),
        f"{DOSSIER}/bouwstenen": ("{dossier}/bouwstenen",),
        f"{DOSSIER}/bouwstenen/{{slug:str}}": (
            "{dossier}/bouwstenen/1-a?stap=s5",
            "{dossier}/bouwstenen/1-a?stap=s5&bewerk=1-A.zorgen",
            "{dossier}/bouwstenen/0-a?stap=s2",
            "{dossier}/bouwstenen/0-a?stap=s2&bewerk=0-A.partijen",
            "{dossier}/bouwstenen/1-b",
            "{dossier}/bouwstenen/6-leren",
        ),
        f"{DOSSIER}/brief/{{addressee:str}}": ("{dossier}/brief/raad", "{dossier}/brief/klas"),
        f"{DOSSIER}/cijfers": ("{dossier}/cijfers", "{second}/cijfers"),
        f"{DOSSIER}/cijfers/papier/{{field_id:str}}": ("{dossier}/cijfers/papier/0-leren.cijfers",),
        f"{DOSSIER}/cijfers/{{field_id:str}}/{{theme:str}}": ("{dossier}/cijfers/0-leren.cijfers/vraagstuk",),
        f"{DOSSIER}/herkomst/{{item_id:str}}": ("{dossier}/herkomst/{item}",),
        f"{DOSSIER}/leden": ("{dossier}/leden",),
        f"{DOSSIER}/logboek": ("{dossier}/logboek",),
        f"{DOSSIER}/sessies": ("{dossier}/sessies",),
        f"{DOSSIER}/sessies/nieuw": ("{dossier}/sessies/nieuw", "{dossier}/sessies/nieuw?werkblad=1-A"),
        f"{DOSSIER}/sessies/{{session_id:uuid}}": ("{dossier}/sessies/{saved}",),
        f"{DOSSIER}/terugkijken": ("{dossier}/terugkijken",),
        f"{DOSSIER}/velden/{{field_id:str}}/versies": ("{dossier}/velden/1-A.zorgen/versies",),
        f"{DOSSIER}/velden/{{field_id:str}}/versies/{{number:int}}": (
            "{dossier}/velden/1-A.zorgen/versies/1",
        ),
        f"{DOSSIER}/zoeken": ("{dossier}/zoeken", "{dossier}/zoeken?q=school", "{dossier}/zoeken?q=xyzzy"),
        "/sessies/{session_id:uuid}/kaarten/{card_id:uuid}": ("/sessies/{busy}/kaarten/{card}",),
        "/sessies/{session_id:uuid}/klaar": ("/sessies/{saved}/klaar",),
        "/sessies/{session_id:uuid}/nakijken": ("/sessies/{stopped}/nakijken",),
        "/sessies/{session_id:uuid}/nakijken/voorbeeld": ("/sessies/{stopped}/nakijken/voorbeeld",),
        "/sessies/{session_id:uuid}/papier/{sheet_id:uuid}": ("/sessies/{busy}/papier/{sheet}",),
        "/sessies/{session_id:uuid}/programma": (
            "/sessies/{live}/programma",
            "/sessies/{coming}/programma",
        ),
        "/sessies/{session_id:uuid}/programma/nieuw": (
            "/sessies/{live}/programma/nieuw",
            "/sessies/{live}/programma/nieuw?soort=table",
        ),
        STEP: ("/sessies/{busy}/programma/stappen/{step}",),
        "/sessies/{session_id:uuid}/regie": (
            "/sessies/{live}/regie",
            "/sessies/{busy}/regie",
            "/sessies/{coming}/regie",
        ),
        "/sessies/{session_id:uuid}/terugblik": ("/sessies/{saved}/terugblik",),
        "/sessies/{session_id:uuid}/terugblik/poster": ("/sessies/{saved}/terugblik/poster",),
    },
    SCREEN_PAGES: {"/scherm/{token:str}": ("/scherm/{screen}", "/scherm/{lobby}", "/scherm/{over}")},
}

NO_PAGES = {
    "/.well-known/security.txt": "a text",
    "/agenda/{token:str}": "a calendar",
    "/deelnemen/mijn": "a part of a page",
    "/deelnemen/scene": "a part of a page",
    "/deelnemen/scherm/scene": "a part of a page",
    f"{DOSSIER}/bouwstenen/{{slug:str}}/document/{{format:str}}": "a document; see tests/documents",
    f"{DOSSIER}/document/bouwsteen/{{number:int}}/{{format:str}}": "a document",
    f"{DOSSIER}/document/{{format:str}}": "a document",
    f"{DOSSIER}/cijfers/{{field_id:str}}/{{theme:str}}/grafiek/{{format:str}}": "a picture",
    f"{DOSSIER}/tabellen/{{name:str}}/{{format:str}}": "a table",
    f"{DOSSIER}/kompas/{{format:str}}": "a picture",
    f"{DOSSIER}/terugkijken/{{reminder_id:uuid}}/agenda.ics": "a calendar",
    f"{DOSSIER}/zoeken/lijkt-hierop": "a part of a page",
    "/healthz": "for machines",
    "/inloggen/sso/terug": "sends on",
    "/metrics": "for machines",
    "/readyz": "for machines",
    "/scherm/{token:str}/scene": "a part of a page",
    f"{STEP}/voorbeeld/{{audience:str}}": "in the page of a step",
    "/sessies/{session_id:uuid}/agenda.ics": "a calendar",
    "/sessies/{session_id:uuid}/document/{format:str}": "a document",
    "/sessies/{session_id:uuid}/papier": "sends on",
    "/sessies/{session_id:uuid}/poster/{size:str}": "a document",
    "/sessies/{session_id:uuid}/programma/pdf": "a document",
    "/sessies/{session_id:uuid}/regie/scene": "a part of a page",
    "/sessies/{session_id:uuid}/stappen/{activity_id:uuid}/suggesties": "a part of a page",
    "/static/{path:path}": "style and script",
}

CARDS = (
    ("Foto's worden doorgestuurd zonder dat je het weet.", "zorg"),
    ("In groepsapps gaat het snel te ver.", "zorg"),
    ("Ik weet niet bij wie ik terechtkan.", "zorg"),
    ("De jongerenwerker kennen we.", "kans"),
    ("Niemand zegt er iets van.", "zorg"),
    ("Op de sportclub letten we op elkaar.", "kans"),
)
SHOWN = 4
WIDTHS = ({"width": 390, "height": 844}, {"width": 320, "height": 640})

AUDIENCES = {
    PHONE_PAGES: (PHONE, PHONE_LOOKS),
    READER_PAGES: (PHONE, PHONE_LOOKS),
    STRANGER_PAGES: (DESK, DESK_LOOKS),
    DESK_PAGES: (DESK, DESK_LOOKS),
    SCREEN_PAGES: (SCREEN, SCREEN_LOOKS),
}
LOOKS = [(audience, name) for audience, (_, looks) in AUDIENCES.items() for name in looks]


def test_every_page_is_visited_here_or_is_no_page(app):
    visited = {route for pages in VISITS.values() for route in pages} - {"error"}
    there = {path for method, path in listed(app) if method == "GET" and not path.startswith("/api/")}
    assert there == visited | set(NO_PAGES)
    assert not visited & set(NO_PAGES)


@pytest.mark.parametrize(("audience", "name"), LOOKS)
def test_a_look_at_every_page_finds_nothing(seen, audience, name):
    found = [f"{address}: {line}" for address, looks in seen[audience].items() for line in looks[name]]
    assert seen[audience]
    assert not found, "\n" + "\n".join(found)


def test_every_column_of_text_is_of_somebody_or_of_the_app():
    named = [*WRITTEN.items(), *OF_THE_APP.items()]
    told = [f"{table.__tablename__}.{name}" for table, names in named for name in names]
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    texts = [str(column) for column in columns if isinstance(column.type, String | JSON)]
    assert sorted(texts) == sorted(told)


def test_no_text_of_anybody_widens_a_page_breaks_our_words_or_pushes_hulp_and_snel_weg_away(
    stretched, record_property
):
    """Nor is it more than text: see `ATTACK`."""
    record_property("payloads", sum(map(len, WRITTEN.values())))
    record_property("sinks", len(stretched))
    found = [f"{where}: {line}" for where, lines in stretched.items() for line in lines]
    assert stretched
    assert not found, "\n" + "\n".join(found)


@dataclass(frozen=True)
class House:
    services: Services
    places: dict[str, str]
    """What the names in the addresses of `VISITS` stand for."""
    token: str
    """Of Samira's browser."""
    phone: Phone
    """In a lobby."""
    reader: Phone


@pytest_asyncio.fixture(scope="module")
async def house(open_house):
    return await furnish(open_house)


@pytest_asyncio.fixture(scope="module")
async def seen(browser, house):
    """Audience -> address -> what each look found there. One visit to each page serves every test."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for audience, (options, looks) in AUDIENCES.items():
        async with visiting(browser, house.services, **options) as context:
            await enter(context, house, audience)
            page = await context.new_page()
            if audience == STRANGER_PAGES:
                await half_way(page)
            found[audience] = {}
            for address in addresses(audience, house.places):
                await page.goto(address)
                if audience == PHONE_PAGES and address == "/deelnemen":
                    await page.locator("#verbinding[data-state=live]").wait_for()
                found[audience][address] = await look(page, looks)
                if audience == SCREEN_PAGES:
                    await page.emulate_media(color_scheme="dark")
                    found[audience][f"{address} donker"] = await look(page, looks)
                    await page.emulate_media(color_scheme="light")
    return found


@pytest_asyncio.fixture(scope="module")
async def stretched(browser, house, seen):
    """Address and width -> what is wrong once no text fits on a line. After `seen`: it stays so."""
    await house.services.db.write(stretch)
    found: dict[str, list[str]] = {}
    for audience in (PHONE_PAGES, READER_PAGES, STRANGER_PAGES, DESK_PAGES):
        async with visiting(browser, house.services, viewport=WIDTHS[0]) as context:
            await enter(context, house, audience)
            page = await context.new_page()
            for address in addresses(audience, house.places):
                await page.goto(address)
                for size in WIDTHS:
                    await page.set_viewport_size(size)
                    reach = ["out_of_reach"] if await page.locator(".kl-phone").count() else []
                    wrong = await glance(page, "sideways", "broken", *reach)
                    found[f"{address} {size['width']}"] = [
                        *(line for lines in wrong.values() for line in lines),
                        *await broken_in(page),
                    ]
    return found


async def broken_in(page) -> list[str]:
    """What became an element or an attribute of what somebody wrote."""
    found = await page.locator(f"[{BROKEN_IN}]").evaluate_all("all => all.map(one => one.outerHTML)")
    return [f"more than text: {html[:200]}" for html in found]


def addresses(audience: str, places: dict[str, str]) -> list[str]:
    return [address.format_map(places) for pages in VISITS[audience].values() for address in pages]


async def enter(context, house: House, audience: str) -> None:
    services = house.services
    if audience == DESK_PAGES:
        await give_cookies(context, services.settings, {visitor.COOKIE: house.token})
    if audience == PHONE_PAGES:
        await give_cookies(context, services.settings, house.phone.cookies)
    if audience == READER_PAGES:
        await give_cookies(context, services.settings, house.reader.cookies)


async def half_way(page) -> None:
    """A password that was right, of somebody who has a passkey."""
    await page.goto("/inloggen")
    await page.get_by_label("E-mailadres").fill(story.COLLEAGUE_EMAIL)
    await page.get_by_label("Wachtwoord").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/tweede-stap")


async def furnish(services: Services) -> House:
    """The demonstration, and what it leaves out: sessions at every point of their life, and an invitation."""
    made = await history.make(services, TODAY)
    async with services.db.read() as db:
        people = {account.name: account for account in await db.scalars(select(Account))}
        here = made.partnership_id
        saved = (await db.scalars(select(Session).where(Session.title == story.LOOKBACK.session))).one()
        action = (await db.scalars(select(Action.id).where(Action.partnership_id == here))).first()
        worries = select(Answer).where(Answer.partnership_id == here, Answer.field == "1-A.zorgen")
        item = answers.items_of((await db.scalars(worries)).one())[0].id
        second = (await db.scalars(select(Partnership.id).where(Partnership.id != here))).one()
    samira, daan = people[story.NAME], people[story.COLLEAGUE]
    token = await services.db.write(lambda db: prepared(db, samira.id, daan.id))
    desk = await desk_of(services, token)
    lobby, busy, stopped = [
        await a_session(services, partnership=await found(services, here), sign_in=desk) for _ in "abc"
    ]
    card = await write_cards(services, busy, desk)
    await write_cards(services, stopped, desk)
    await Conduct(services.room, stopped.id, desk).end()
    async with services.db.read() as db:
        ended = await db.get_one(Session, stopped.id)
        lines = await proposal.proposed(db, services.room.reader, ended)
    await draft.keep(services.db, stopped.id, {"kept": [line.id for line in lines if line.kept]})
    invitation = await invitations.invite(services.db, here, roles.LEZER, samira.id)
    owner = await services.db.write(lambda db: owner_address(db, here, samira))
    phone, reader = await a_participant(services, lobby), await a_participant(services, busy)
    await Conduct(services.room, lobby.id, desk).announce("Om half vier drinken we iets bij de ingang.")
    running, step = Conduct(services.room, busy.id, desk), activity(busy, "zorgen-kansen").id
    await running.conclude(step, "We zoeken eerst uit wie er nu al helpt.")
    await running.jot(step, "De mentor vragen naar de groepsapp.")
    coming = await a_session(services, partnership=await found(services, here), sign_in=desk, opened=False)
    await services.db.write(lambda db: with_own_group(db, coming.id))
    cards = activity(coming, "zorgen-kansen").id
    await ahead.begin(services.room, coming.id, desk, cards, now() + dt.timedelta(days=3))
    places = {
        "ahead": (await reloaded(services, coming.id)).ahead.token,
        "dossier": f"/dossiers/{here}",
        "second": f"/dossiers/{second}",
        "join": made.join_token,
        "screen": made.screen_token,
        "lobby": lobby.screen_token,
        "over": stopped.screen_token,
        "live": str(made.session_id),
        "busy": str(busy.id),
        "card": str(card),
        "sheet": str(codes.new_id()),
        "coming": str(coming.id),
        "not_open": coming.join_token,
        "step": str(busy.activities[0].id),
        "stopped": str(stopped.id),
        "saved": str(saved.id),
        "ended": saved.join_token,
        "lookback": made.lookback_token,
        "action": str(action),
        "item": item,
        "line": str(helplines.load()[0].id),
        "invitation": invitation,
        "owner": owner,
        "no_mail": await stopping.token(services.db, samira.id),
    }
    return House(services, places, token, phone, reader)


async def owner_address(db, here: uuid.UUID, account: Account) -> str:
    busiest = max(await owners.of(db, here), key=lambda owner: owner.unfinished)
    return await owners.open(db, here, account, busiest.name)


async def prepared(db, samira: uuid.UUID, daan: uuid.UUID) -> str:
    """Samira manages the installation and signs in; Daan has a passkey, so his password is not enough."""
    (await db.get_one(Account, samira)).is_manager = True
    (await db.get_one(Account, daan)).password_hash = PASSWORD_HASH
    for owner in (samira, daan):
        key = codes.new_token()
        db.add(Passkey(account_id=owner, credential_id=key, public_key=b"-", name="Mijn telefoon"))
    return await sign_in.begin(db, samira, days=1)


async def with_own_group(db, session_id: uuid.UUID) -> None:
    (await db.get_one(Session, session_id)).groups = [{"label": "School A", "young": True}]


async def desk_of(services: Services, token: str) -> SignIn:
    async with services.db.read() as db:
        return (await db.scalars(select(SignIn).where(SignIn.token_hash == codes.token_hash(token)))).one()


async def found(services: Services, partnership_id: uuid.UUID) -> Partnership:
    async with services.db.read() as db:
        return await db.get_one(Partnership, partnership_id)


async def write_cards(services: Services, session: Session, sign_in: SignIn) -> uuid.UUID:
    """Some on the screen, two of them in a group, and some that wait. Returns the id of one that waits."""
    conduct, step = Conduct(services.room, session.id, sign_in), activity(session, "zorgen-kansen")
    await conduct.go_to(step.id)
    phone = await a_participant(services, session)
    sent = []
    for number, (words, column) in enumerate(CARDS):
        if number == SHOWN:
            await conduct.show_all(step.id)
        sent.append(codes.new_id())
        form = {"column": [column], "text": [words]}
        await services.room.contribute(session.id, phone.id, step.id, sent[-1], form)
        if not session.holds_back and number >= SHOWN:
            await conduct.set_card_state(sent[-1], "held")
    await conduct.gather(step.id, "Online gaat het te ver", "zorg", sent[:2], None)
    return sent[-1]


@pytest.mark.parametrize("width", [320, 390, 820])
async def test_the_menu_of_a_dossier_is_one_row_with_the_open_page_in_view(browser, house, width):
    async with visiting(browser, house.services, viewport={"width": width, "height": 844}) as context:
        await enter(context, house, DESK_PAGES)
        page = await context.new_page()
        for path in ("", "/leden", "/zoeken"):
            await page.goto(house.places["dossier"] + path)
            menu = page.get_by_role("navigation", name="Dossier")
            box, here = await menu.bounding_box(), await menu.locator("[aria-current]").bounding_box()
            assert box["height"] < 60
            if path != "/zoeken" or width < 800:
                assert here["x"] >= box["x"] - 1
                assert here["x"] + here["width"] <= min(width, box["x"] + box["width"]) + 1
