"""Every form of the dossier, of accounts and of an installation, sent twice: the second changes nothing.

`FORMS` names each route that changes something, and the page that its form stands on. A new route fails here
until it is in it, or in `ELSEWHERE` with who presses it twice.
"""

import asyncio
import datetime as dt
import uuid
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from msgspec.structs import replace
from sqlalchemy import select

from tests.pages.presses import Forms, contents
from tests.pages.test_routes import address, routes
from tests.people import (
    PASSWORD,
    a_desk,
    a_facilitator,
    a_member,
    a_partnership,
    a_session,
    activity,
    conduct,
    reloaded,
    signed_in,
)
from tests.pictures import a_logo
from workshop import days
from workshop.accounts import erasures, invitations, keys, roles
from workshop.archive import exchange
from workshop.handover import saving
from workshop.items import Item
from workshop.live import ahead, plan, programmes
from workshop.mail import stopping
from workshop.models import (
    Attempt,
    DossierBranding,
    Invitation,
    Passkey,
    Programme,
    Reminder,
    SealKey,
    Webhook,
    now,
)
from workshop.record import actions, answers, owners
from workshop.safety import helplines
from workshop.safety.helplines.editing import HelpLineEditor

pytestmark = pytest.mark.tour


class Form(NamedTuple):
    page: str
    """Where it stands; empty for one that a script sends."""
    fill: dict[str, Any] = {}
    button: dict[str, str] = {}
    """What tells the button from others of the same address."""
    who: str = "samira"
    known: dict[str, str] = {}
    """Holes of the address that stand for something else here."""


DOSSIER, SESSION = "/dossiers/{partnership_id:uuid}", "/sessies/{session_id:uuid}"
LINES = "/beheer/hulplijnen"
LINE = {"name": "De Luisterlijn", "what": "Praten", "phone": "088-0767000", "source": "https://voorbeeld.nl/"}
READ, SAVED, TOLD, CLOSED, AHEAD = (
    {"session_id": name} for name in ("ended_id", "saved_id", "told_id", "prepared_id", "ahead_id")
)
THANKS = {"intro": "Dank je wel.", "maanden": "12"}
ACTION, FIELD = {"text": "Een avond voor ouders", "owner": "GGD", "due": "2027-01-15"}, "1-A.zorgen"

FORMS = {
    "/account/andere-browsers": Form("/account"),
    "/account/bevestiging": Form("", {"confirm": PASSWORD}),
    "/account/herstel-van-een-ander": Form("/account", {"reset": "{kevin_email}"}),
    "/account/herstelcodes": Form("/account"),
    "/account/mail": Form("", {"mail": "uit"}),
    "/geen-mail/{token:str}": Form("/geen-mail/{no_mail}", who="nobody", known={"token": "no_mail"}),
    "/account/naam": Form("/account", {"name": "Samira Jansen"}),
    "/account/passkeys/{passkey_id:uuid}/verwijdering": Form("/account"),
    "/account/wachtwoord": Form("/account", {"old": PASSWORD, "password": "nog een lange zin voor tests"}),
    f"{LINES}/nieuw": Form(f"{LINES}/nieuw", LINE),
    f"{LINES}/startlijst": Form(LINES),
    f"{LINES}/{{line_id:uuid}}": Form(f"{LINES}/{{line_id:uuid}}", {"what": "Bellen of chatten"}),
    f"{LINES}/{{line_id:uuid}}/controle": Form(LINES),
    f"{LINES}/{{line_id:uuid}}/plaats": Form(LINES, button={"naar": "omlaag"}),
    f"{LINES}/{{line_id:uuid}}/terugzetting": Form(LINES, known={"line_id": "removed_id"}),
    f"{LINES}/{{line_id:uuid}}/verwijdering": Form(LINES),
    "/dossiers/nieuw": Form("/dossiers/nieuw", {"name": "Nieuw dossier", "place": "Lindewaard"}),
    f"{DOSSIER}/acties": Form(f"{DOSSIER}/acties", ACTION),
    f"{DOSSIER}/acties/adressen": Form(f"{DOSSIER}/acties/adressen"),
    f"{DOSSIER}/acties/adressen/{{address_id:uuid}}/intrekking": Form(f"{DOSSIER}/acties/adressen"),
    "/onze-acties/{token:str}/{action_id:uuid}": Form(
        "/onze-acties/{own_token}",
        {"regel": "Het loopt"},
        button={"stand": "busy"},
        who="nobody",
        known={"token": "own_token"},
    ),
    f"{DOSSIER}/acties/{{action_id:uuid}}": Form(f"{DOSSIER}/acties/{{action_id:uuid}}", ACTION),
    f"{DOSSIER}/acties/{{action_id:uuid}}/soort": Form(
        DOSSIER, button={"soort": "afspraak"}, known={"action_id": "moment_id"}
    ),
    f"{DOSSIER}/acties/{{action_id:uuid}}/stand": Form(f"{DOSSIER}/acties", {"status": "done"}),
    f"{DOSSIER}/agenda": Form(f"{DOSSIER}/agenda"),
    f"{DOSSIER}/agenda/einde": Form(f"{DOSSIER}/agenda"),
    f"{DOSSIER}/beheer/archief": Form(f"{DOSSIER}/beheer"),
    f"{DOSSIER}/beheer/behoud": Form("", known={"partnership_id": "going_id"}),
    f"{DOSSIER}/beheer/kleur": Form(f"{DOSSIER}/beheer", {"colour": "#1d6f8c"}),
    f"{DOSSIER}/beheer/kleur/verwijdering": Form(f"{DOSSIER}/beheer"),
    f"{DOSSIER}/beheer/logo/verwijdering": Form(f"{DOSSIER}/beheer"),
    f"{DOSSIER}/beheer/sleutels": Form(f"{DOSSIER}/beheer", {"name": "dashboard"}),
    f"{DOSSIER}/beheer/sleutels/{{key_id:uuid}}/intrekking": Form(f"{DOSSIER}/beheer"),
    f"{DOSSIER}/beheer/webhooks": Form(f"{DOSSIER}/beheer", {"address": "https://hoor.voorbeeld.nl/kompas"}),
    f"{DOSSIER}/beheer/webhooks/{{webhook_id:uuid}}/intrekking": Form(f"{DOSSIER}/beheer"),
    f"{DOSSIER}/beheer/webhooks/{{webhook_id:uuid}}/poging": Form(f"{DOSSIER}/beheer"),
    f"{DOSSIER}/beheer/verwijdering": Form(f"{DOSSIER}/beheer", {"dossier": "{dossier}"}),
    f"{DOSSIER}/bouwstenen/{{slug:str}}/rondes": Form(f"{DOSSIER}/bouwstenen/{{slug:str}}"),
    f"{DOSSIER}/bouwstenen/{{slug:str}}/terugblik": Form("", {"outcome.{action_id}": "busy"}),
    f"{DOSSIER}/cijfers/papier/{{field_id:str}}": Form(
        f"{DOSSIER}/cijfers/papier/{{field_id:str}}",
        {"count.relatie.7": "3"},
        known={"field_id": "marks_field"},
    ),
    f"{DOSSIER}/leden/{{membership_id:uuid}}/rol": Form(f"{DOSSIER}/leden", {"role": roles.LEZER}),
    f"{DOSSIER}/leden/{{membership_id:uuid}}/verwijdering": Form(f"{DOSSIER}/leden"),
    f"{DOSSIER}/overdracht": Form(f"{DOSSIER}/leden", {"to": "{membership_id}"}),
    f"{DOSSIER}/terugkijken": Form(
        f"{DOSSIER}/terugkijken", {"worksheet": "0-leren", "every_months": "6", "next_on": "2027-03-01"}
    ),
    f"{DOSSIER}/terugkijken/{{reminder_id:uuid}}/einde": Form(f"{DOSSIER}/terugkijken"),
    f"{DOSSIER}/uitnodigingen": Form(f"{DOSSIER}/leden", {"role": roles.LEZER}),
    f"{DOSSIER}/uitnodigingen/{{invitation_id:uuid}}/intrekking": Form(f"{DOSSIER}/leden"),
    f"{DOSSIER}/uitnodigingen/{{invitation_id:uuid}}/vernieuwing": Form(f"{DOSSIER}/leden"),
    f"{DOSSIER}/velden/{{field_id:str}}": Form(
        f"{DOSSIER}/bouwstenen/1-a?stap={{step:str}}&bewerk={FIELD}", {"text.*": "Een nieuwe zorg"}
    ),
    f"{DOSSIER}/velden/{{field_id:str}}/bevestiging": Form("", {"number": "2"}),
    f"{DOSSIER}/velden/{{field_id:str}}/herstel": Form(f"{DOSSIER}/velden/{{field_id:str}}/versies/1"),
    f"{DOSSIER}/vertrek": Form(f"{DOSSIER}/leden", who="kevin"),
    f"{DOSSIER}/programmas/{{programme_id:uuid}}/naam": Form(
        f"{DOSSIER}/sessies/nieuw?werkblad=1-A", {"naam": "Een andere naam"}
    ),
    f"{DOSSIER}/programmas/{{programme_id:uuid}}/verwijdering": Form(f"{DOSSIER}/sessies/nieuw?werkblad=1-A"),
    f"{DOSSIER}/sessies/nieuw": Form(f"{DOSSIER}/sessies/nieuw?werkblad=1-A", {"titel": "Nog een sessie"}),
    "/inloggen": Form("/inloggen", {"email": "{kevin_email}", "password": PASSWORD}, who="nobody"),
    f"{SESSION}/kopie": Form(f"{SESSION}/regie", known=CLOSED),
    f"{SESSION}/vooraf": Form(f"{SESSION}/programma", known=CLOSED),
    f"{SESSION}/vooraf/adres": Form(f"{SESSION}/programma", known=AHEAD),
    f"{SESSION}/vooraf/einde": Form(f"{SESSION}/programma", known=AHEAD),
    f"{SESSION}/vooraf/moment": Form(f"{SESSION}/programma", {"tijd": "19:30"}, known=AHEAD),
    f"{SESSION}/moment": Form(f"{SESSION}/regie", {"dag": "2027-01-15", "tijd": "14:00"}, known=CLOSED),
    f"{SESSION}/opening": Form(f"{SESSION}/regie", known=CLOSED),
    f"{SESSION}/verwijdering": Form(f"{SESSION}/nakijken", known=READ),
    f"{SESSION}/nakijken": Form(f"{SESSION}/nakijken", known=READ),
    f"{SESSION}/programma/bewaring": Form(f"{SESSION}/programma", {"naam": "Ons programma"}),
    f"{SESSION}/programma/groepen": Form(
        f"{SESSION}/programma", {"naam.1": "School A", "jong.1": "ja"}, known=CLOSED
    ),
    f"{SESSION}/programma/stappen": Form(
        f"{SESSION}/programma/nieuw?soort=cards", {"question": "Wat weten we nog niet?"}
    ),
    f"{SESSION}/programma/stappen/{{activity_id:uuid}}": Form(
        f"{SESSION}/programma", button={"knop": "omlaag"}
    ),
    f"{SESSION}/programma/stappen/{{activity_id:uuid}}/kopie": Form(f"{SESSION}/programma"),
    f"{SESSION}/programma/stappen/{{activity_id:uuid}}/verwijdering": Form(
        f"{SESSION}/programma", known={"activity_id": "own_id"}
    ),
    f"{SESSION}/terugblik": Form(f"{SESSION}/terugblik", THANKS, known=SAVED),
    f"{SESSION}/terugblik/adres": Form(f"{SESSION}/terugblik", known=TOLD),
    f"{SESSION}/terugblik/bericht": Form("", {"verteld": "Het is gelukt."}, known=TOLD),
    f"{SESSION}/terugblik/intrekking": Form(f"{SESSION}/terugblik", known=TOLD),
    f"{SESSION}/terugblik/publicatie": Form("", THANKS, known=SAVED),
    "/uitloggen": Form("/account"),
    "/uitnodiging/{token:str}": Form("/uitnodiging/{token:str}", who="els"),
}

ELSEWHERE = {
    "the desk: tests/pages/test_pressed_twice.py": (
        f"{SESSION}/afsluiting",
        f"{SESSION}/bericht",
        f"{SESSION}/bericht/einde",
        f"{SESSION}/bijdragen",
        f"{SESSION}/groepen/{{cluster_id:uuid}}/{{deed:str}}",
        f"{SESSION}/heropening",
        f"{SESSION}/ideeen/{{card_id:uuid}}/actie",
        f"{SESSION}/ingreep",
        f"{SESSION}/kaarten/{{card_id:uuid}}/telefoon/einde",
        f"{SESSION}/kaarten/{{card_id:uuid}}/{{deed:str}}",
        f"{SESSION}/ongedaan",
        f"{SESSION}/signalen/{{alert_id:uuid}}/afhandeling",
        f"{SESSION}/stap",
        f"{SESSION}/stappen/{{activity_id:uuid}}/conclusie",
        f"{SESSION}/stappen/{{activity_id:uuid}}/groepen",
        f"{SESSION}/stappen/{{activity_id:uuid}}/leeg",
        f"{SESSION}/stappen/{{activity_id:uuid}}/notitie",
        f"{SESSION}/stappen/{{activity_id:uuid}}/{{deed:str}}",
        f"{SESSION}/parkeerplaats",
        f"{SESSION}/parkeerplaats/{{card_id:uuid}}/plek",
        f"{SESSION}/tussenvraag",
        f"{SESSION}/tussenvraag/einde",
        f"{SESSION}/weggehaald/{{what_id:uuid}}/terugzetting",
        f"{SESSION}/zaal/{{deed:str}}",
    ),
    "a rehearsal: tests/pages/test_rehearsal.py": (
        f"{SESSION}/oefening",
        f"{SESSION}/oefening/einde",
    ),
    "sheets from paper: tests/pages/test_paper.py": (
        f"{SESSION}/papier/{{sheet_id:uuid}}/verwijdering",
        f"{SESSION}/papier/{{sheet_id:uuid}}/{{look:uuid}}",
        f"{SESSION}/papier/{{sheet_id:uuid}}/{{look:uuid}}/{{contribution_id:uuid}}/intrekking",
    ),
    "phones, each card with its id: tests/pages/test_phone.py, test_join.py": (
        "/deelnemen/bijdragen",
        "/deelnemen/bijdragen/{contribution_id:str}/intrekking",
        "/deelnemen/groep",
        "/deelnemen/klaar",
        "/deelnemen/groepje",
        "/doe-mee",
        "/j/{token:str}",
        "/taal",
        "/vertrek",
        "/vooraf/{token:str}",
    ),
    "asks a device something and stores nothing that lasts": (
        "/account/passkeys/vraag",
        "/inloggen/passkey/vraag",
        "/inloggen/tweede-stap/vraag",
    ),
    "an answer that is worth nothing the second time: tests/pages/test_passkeys.py": (
        "/account/passkeys",
        "/inloggen/passkey",
        "/inloggen/tweede-stap",
    ),
    "a file, below": ("/dossiers/overnemen",),
    "a file: tests/pages/test_branding.py": (f"{DOSSIER}/beheer/logo",),
    "where the installation knows no address of its own: tests/pages/test_reach.py": (f"{SESSION}/adres",),
    "leads to a provider and stores nothing: tests/pages/test_single_sign_on.py": ("/inloggen/sso",),
}


def test_every_route_that_changes_something_is_pressed_twice(app):
    elsewhere = {path for paths in ELSEWHERE.values() for path in paths}
    assert {path for _, path in routes(app, "POST")} == elsewhere | set(FORMS)
    assert not elsewhere & set(FORMS)


class World:
    """Everything that a form is about, and what stands in the holes of addresses."""

    def __init__(self, app, services, name):
        self.app, self.services, self.name = app, services, name
        self.browsers, self.known = {"nobody": self.browser()}, {"origin": services.settings.origin}

    def browser(self):
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=self.services.settings.origin,
            headers={"Origin": self.services.settings.origin},
        )

    async def people(self):
        self.accounts = {}
        for who in ("samira", "kevin", "els"):
            account = await a_facilitator(self.services, f"{who}{self.name}", manager=who == "samira")
            self.accounts[who], self.browsers[who] = account, self.browser()
            await a_desk(self.services, account)  # another browser
            desk = await signed_in(self.browsers[who], self.services, account)
            key = Passkey(account_id=account.id, credential_id=account.email, public_key=b"x", name="een")
            if who != "els":
                await self.stored(key)
                self.known["passkey_id"] = self.known.get("passkey_id") or key.id
            self.desk = desk if who == "samira" else self.desk
            self.known[f"{who}_email"] = account.email

    async def dossiers(self):
        self.partnership = await a_partnership(
            self.services, self.accounts["samira"], name=f"Veilig {self.name}"
        )
        kevin = await a_member(self.services, self.partnership, self.accounts["kevin"], roles.BEGELEIDER)
        going = await a_partnership(self.services, self.accounts["samira"], name=f"Weg {self.name}")
        invited = await invitations.invite(
            self.services.db, self.partnership.id, roles.LEZER, self.accounts["samira"].id
        )
        self.known |= {
            "partnership_id": self.partnership.id,
            "dossier": self.partnership.name,
            "membership_id": kevin.id,
            "going_id": going.id,
            "token": invited,
            "slug": "0-leren",
            "field_id": FIELD,
            "step": self.services.library.worksheet("1-A").step_key(FIELD),
            "marks_field": "0-leren.cijfers",
        }
        async with self.services.db.read() as db:
            mine = Invitation.partnership_id == self.partnership.id
            self.known["invitation_id"] = await db.scalar(select(Invitation.id).where(mine))

    async def stored(self, row):
        async def store(db):
            db.add(row)

        await self.services.db.write(store)
        return row

    async def record(self):
        db, here, by = self.services.db, self.partnership.id, self.accounts["samira"]

        async def fill(db):
            for number in (1, 2):
                await answers.write(
                    db, here, "1-A.zorgen", [Item(id="z1", text=f"Zorg {number}")], account_id=by.id
                )
            action = await actions.create(db, here, "0-leren.acties", "Bellen", account_id=by.id, owner="GGD")
            self.known["action_id"] = action.id
            moment = await actions.create(db, here, "0-leren.reflectie-plan", "In mei", account_id=by.id)
            self.known["moment_id"] = moment.id
            self.known["own_token"] = await owners.open(db, here, by, "GGD")
            [owner] = await owners.of(db, here)
            self.known["address_id"] = owner.address.id

        await db.write(fill)
        await self.stored(DossierBranding(partnership_id=here, logo=a_logo(), colour="#0e4f5b"))
        failing = Webhook(
            partnership_id=here, address="https://a.nl/x", secret="whsec_eA==", trouble="500", attempts=3
        )
        self.known["webhook_id"] = (await self.stored(failing)).id
        reminder = Reminder(
            partnership_id=here, worksheet="1-leren", every_months=6, next_on=days.today(), created_by=by.id
        )
        self.known["reminder_id"] = (await self.stored(reminder)).id
        page = await self.browsers["samira"].get(f"/dossiers/{here}/agenda")
        [(at, form)] = [press for press in Forms(page.text).presses() if press[0].endswith("/agenda")]
        await self.browsers["samira"].post(at, data=form)
        await self.browsers["samira"].post(f"/dossiers/{here}/beheer/sleutels", data={"name": "een ander"})
        self.known["no_mail"] = await stopping.token(db, by.id)
        [key] = await keys.listed(db, here)
        self.known["key_id"] = key.id

    async def sessions(self):
        self.known["session_id"] = (await self.session()).id
        closed = await a_session(self.services, partnership=self.partnership, sign_in=self.desk, opened=False)
        self.known["prepared_id"] = closed.id
        early = await a_session(self.services, partnership=self.partnership, sign_in=self.desk, opened=False)
        self.known["ahead_id"] = early.id
        step, until = activity(early, "zorgen-kansen").id, now() + dt.timedelta(days=3)
        await ahead.begin(self.services.room, early.id, self.desk, step, until)
        await programmes.keep(self.services.db, closed.id, "Van ons", self.desk)
        async with self.services.db.read() as db:
            mine = Programme.partnership_id == self.partnership.id
            self.known["programme_id"] = await db.scalar(select(Programme.id).where(mine))
        for name in ("ended_id", "saved_id", "told_id"):
            self.known[name] = (await self.session(ended=True)).id
        planned = await reloaded(self.services, self.known["session_id"])
        self.known["activity_id"] = min(planned.activities, key=lambda step: step.position).id
        own = {"question": "Wat nog?"}
        self.known["own_id"] = await plan.add_step(self.services.room, planned.id, "cards", own)
        for name in ("saved_id", "told_id"):
            await saving.save(self.services.db, self.services.room.reader, self.known[name], {}, self.desk)
        await self.browsers["samira"].post(
            f"/sessies/{self.known['told_id']}/terugblik/publicatie", data=THANKS
        )

    async def session(self, ended=False):
        session = await a_session(
            self.services,
            partnership=self.partnership,
            sign_in=self.desk,
            step="zorgen-kansen" if ended else None,
        )
        if ended:
            form = {"column": ["zorg"], "text": ["Een zorg"]}
            await self.services.room.contribute(session.id, None, session.activity_id, uuid.uuid4(), form)
            await (await conduct(self.services, session)).end()
        return session

    async def help_lines(self):
        editor = HelpLineEditor(self.services.db, self.services.helplines, self.accounts["samira"])
        for number in range(4):
            await editor.add(
                helplines.checked(LINE | {"name": f"Lijn {number}", "checked": "2026-01-01"}, days.today())
            )
        *_, first, _, removed = (await editor.listed()).lines
        await editor.remove(removed.id)
        self.known |= {"line_id": first.id, "removed_id": removed.id}

    async def elsewhere(self):
        """The archive of a dossier that is not here."""
        moved = await a_partnership(self.services, self.accounts["els"], name=f"Verhuisd {self.name}")
        db, settings = self.services.db, self.services.settings
        self.archive = await exchange.export(db, self.services.library, settings, moved.id)
        await db.write(lambda db: erasures.delete_dossiers(db, [moved.id]))

    async def sent(self, path, form):
        """The address and the fields that a browser sends for this form."""
        known = self.known | {hole: self.known[other] for hole, other in form.known.items()}
        at = address(path, **known)
        fill = {n.format(**known): str(v).format(**known) for n, v in form.fill.items()}
        if not form.page:
            return at, fill
        page = await self.browsers[form.who].get(address(form.page, **known))
        assert page.status_code == 200, form.page
        found = [
            fields
            for action, fields in Forms(page.text).presses()
            if (action or urlsplit(str(page.url)).path) == at and form.button.items() <= fields.items()
        ]
        assert found, f"no form for {at} on {form.page}"
        filled = {name: value for field, value in fill.items() for name in _like(field, found[0])}
        return at, found[0] | filled


def _like(field, fields):
    """The fields of a form that this names: `text.*` is the text of its first row that says nothing yet."""
    if not field.endswith("*"):
        return [field]
    return [name for name, value in fields.items() if name.startswith(field[:-1]) and not value][:1]


@pytest.fixture
def settings(settings):
    """Browsers know no passkeys of an address in numbers."""
    return replace(settings, base_url=f"http://localhost:{settings.port}")


@pytest_asyncio.fixture
async def world(app, services):
    """`await world(name)`: an installation with one more of everything."""
    every = []

    async def come(name):
        made = World(app, services, name)
        every.append(made)
        for part in (made.people, made.dossiers, made.help_lines, made.record, made.sessions, made.elsewhere):
            await part()
        return made

    yield come
    for made in every:
        for browser in made.browsers.values():
            await browser.aclose()


PASSING = (Attempt.__tablename__, SealKey.__tablename__)


def lasting(rows):
    """Without what a browser began and ends by itself, and the key with which that is sealed."""
    return {table: found for table, found in rows.items() if table not in PASSING}


def changed(before, after):
    """Table -> the rows that came or became another."""
    return {table: set(rows) ^ set(before[table]) for table, rows in after.items() if rows != before[table]}


def counted(before, after):
    """Table -> how many rows more."""
    return {table: len(rows) - len(before[table]) for table, rows in after.items()}


@pytest.mark.parametrize("path", sorted(FORMS))
async def test_a_form_that_is_sent_twice_does_what_it_says_once(services, world, path):
    """One after another in one dossier, and at the same moment in another."""
    one = await world("een")
    at, form = await one.sent(path, FORMS[path])
    browser = one.browsers[FORMS[path].who]
    start = lasting(await contents(services))
    first = await browser.post(at, data=form)
    assert first.status_code < 400
    after = lasting(await contents(services))
    second = await browser.post(at, data=form)
    assert second.status_code < 500
    assert changed(after, lasting(await contents(services))) == {}

    other = await world("twee")
    at, form = await other.sent(path, FORMS[path])
    browser, before = other.browsers[FORMS[path].who], lasting(await contents(services))
    both = await asyncio.gather(*(browser.post(at, data=form) for _ in range(2)))
    assert all(answer.status_code < 500 for answer in both)
    assert counted(before, lasting(await contents(services))) == counted(start, after)


async def test_an_archive_that_is_sent_twice_comes_once(services, world):
    """At the same moment: the second neither stores nor takes away anything of the first."""
    here = await world("een")
    file = {"file": ("dossier.zip", here.archive)}
    both = await asyncio.gather(
        *(here.browsers["samira"].post("/dossiers/overnemen", files=file) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in both) == [303, 422]
    [there] = [answer.headers["location"] for answer in both if answer.status_code == 303]
    assert (await here.browsers["samira"].get(there)).status_code == 200
