"""Whatever the people of a dossier do in whatever order: every version stays to be read as it was until it is
erased as a whole, nothing erased comes back, who only reads changes nothing, and nor does a second press.

All the time the dossier is compared with what its people would tell of it.
"""

import asyncio
import dataclasses
import datetime as dt
import functools

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.documents.test_archive import els, read, told
from tests.pages.presses import contents
from tests.pages.test_record import House, a, typed
from tests.people import (
    a_desk,
    a_facilitator,
    a_member,
    a_participant,
    a_partnership,
    a_session,
    both_databases,
    signed_in,
)
from tests.plays import plays
from tests.record.test_saving import Stage
from workshop import codes, days
from workshop.accounts import erasures, roles
from workshop.archive import exchange
from workshop.models import Action, Answer, AnswerVersion, Membership
from workshop.pages.forms import NUMBER
from workshop.record import byhand
from workshop.record.actions import STATUSES
from workshop.record.answers import items_of
from workshop.retention import returning

FIELDS = ("1-A.zorgen", "1-A.kansen")
COLUMNS = dict(zip(FIELDS, ("zorg", "kans"), strict=True))
NAME = "Veilig Lindewaard"
WORDS = ("Naroepen", "Foto's doorsturen", "Niemand luistert", "Samen eten")
TAKEN_BACK = "Ingetrokken zin"
SAMIRA, KEVIN, ELS = "Samira", "Kevin", "Els"
"""Coordinator, begeleider and lezer when it begins; the last two change places and leave."""

who = st.sampled_from((SAMIRA, KEVIN, ELS))
fields = st.sampled_from(FIELDS)
words = st.lists(st.sampled_from(WORDS), max_size=3, unique=True)
numbers = st.integers(0, 60)


@dataclasses.dataclass
class Told:
    """What people would tell of one field: its versions, and who may still go on with the newest."""

    versions: list[list[str]] = dataclasses.field(default_factory=list)
    writer: str = ""

    @property
    def now(self):
        return self.versions[-1] if self.versions else []

    def say(self, texts, writer="", *, goes_on=False):
        if goes_on and self.versions and self.writer == writer:
            self.versions[-1] = texts
        else:
            self.versions.append(texts)
        self.writer = writer


def deed(function):
    """A step of the play, done on the loop of the house."""

    @functools.wraps(function)
    def done(self, **drawn):
        return asyncio.run_coroutine_threadsafe(function(self, **drawn), self.loop).result()

    return done


class Dossier(RuleBasedStateMachine):
    app = services = elsewhere = loop = None

    def __init__(self):
        super().__init__()
        self.begin()

    @deed
    async def begin(self):
        services = self.services
        self.told = {field: Told() for field in FIELDS}
        self.actions, self.houses, self.moved = {}, {}, False
        accounts = {name: await a_facilitator(services, name) for name in (SAMIRA, KEVIN, ELS)}
        self.partnership = await a_partnership(services, accounts[SAMIRA], name=NAME)
        for name, account in accounts.items():
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(self.app),
                base_url=services.settings.origin,
                headers={"Origin": services.settings.origin},
            )
            await signed_in(client, services, account)
            self.houses[name] = House(client, services, self.partnership, account)
        self.roles = {SAMIRA: roles.COORDINATOR}
        for name, role in ((KEVIN, roles.BEGELEIDER), (ELS, roles.LEZER)):
            await self.comes(name, role)
        self.desk = await a_desk(services, accounts[SAMIRA])

    # --- what people do ---

    @rule(name=who, field=fields, words=words, by_itself=st.booleans())
    @deed
    async def write(self, name, field, words, by_itself):
        """Everything that stood there makes place for these words; the form is sent twice."""
        before = await self.standing(field)
        form = self.form(before, words)
        headers = {"HX-Request": "true"} if by_itself else {}
        if await self.twice(name, f"/velden/{field}", form, headers) and (words or before.items):
            self.told[field].say(words, name, goes_on=by_itself)

    @rule(name=who, field=fields, words=words, choice=st.sampled_from(("mijne", "ander", "allebei")))
    @deed
    async def write_beside_somebody_else(self, name, field, words, choice):
        """On a page that does not show the newest version; then there is a choice."""
        there = await self.standing(field)
        if not there.number or not (words or there.items):
            return
        seen = await self.standing(field, there.number - 1)
        form = self.form(seen, words)
        del form["stamp"]
        if not roles.may(self.roles.get(name), roles.EDIT):
            await self.refused(name, f"/velden/{field}", form)
            return
        before = await self.everything()
        answer = await self.send(name, f"/velden/{field}", form)
        assert answer.status_code == 409, answer.text
        assert await self.everything() == before
        chosen = form | {"keuze": choice, "naast": there.number, "naast-stempel": there.stamp}
        await self.twice(name, f"/velden/{field}", chosen, {}, again={303, 409})
        own = self.told[field]
        if choice == "mijne":
            own.say(words, name)
        elif choice == "ander":
            theirs = own.now
            own.say(words)
            own.say(theirs)
        elif words:
            own.say([*own.now, *words], name)

    @rule(name=who, field=fields, number=numbers)
    @deed
    async def put_back(self, name, field, number):
        own = self.told[field]
        if own.versions:
            chosen = number % len(own.versions)
            form = {"version": chosen + 1, "number": len(own.versions)}
            if await self.twice(name, f"/velden/{field}/herstel", form):
                own.say(own.versions[chosen])

    @rule(name=who, field=fields)
    @deed
    async def say_that_it_still_holds(self, name, field):
        own = self.told[field]
        if own.versions and await self.twice(
            name, f"/velden/{field}/bevestiging", {"number": len(own.versions)}
        ):
            own.say(own.now)

    @rule(cards=st.lists(st.tuples(fields, st.sampled_from((*WORDS, TAKEN_BACK))), max_size=4))
    @deed
    async def hold_a_session(self, cards):
        session = await a_session(
            self.services, "1-A", partnership=self.partnership, sign_in=self.desk, step="zorgen-kansen"
        )
        stage = Stage(self.services, session)
        phone = await a_participant(self.services, session)
        for field, text in cards:
            id = await stage.send(phone, column=COLUMNS[field], text=text)
            if text == TAKEN_BACK:
                await self.services.room.withdraw(phone.participant, id)
        lines = await stage.end()
        kept = {"kept": [line.id for line in lines]}
        address = f"/sessies/{session.id}/nakijken"
        await self.refused(ELS if self.roles.get(ELS) == roles.LEZER else "", address, kept, home="")
        await self.twice(SAMIRA, address, kept, home="", again={409})
        for field, own in self.told.items():
            if new := [line.text for line in lines if line.field == field]:
                own.say([*own.now, *new])

    @rule(name=who, text=st.sampled_from(WORDS))
    @deed
    async def agree_on(self, name, text):
        form = {"text": text, NUMBER: codes.new_token()}
        before = set(self.actions)
        if await self.twice(name, "/acties", form):
            [new] = set(await self.agreed()) - before
            self.actions[new] = (text, "open")

    @precondition(lambda self: self.actions)
    @rule(name=who, number=numbers, status=st.sampled_from(tuple(STATUSES)))
    @deed
    async def move(self, name, number, status):
        id = list(self.actions)[number % len(self.actions)]
        if await self.twice(name, f"/acties/{id}/stand", {"status": status}):
            self.actions[id] = (self.actions[id][0], status)

    @rule(name=st.sampled_from((KEVIN, ELS)), role=st.sampled_from((*roles.RIGHTS, "")))
    @deed
    async def change_of_people(self, name, role):
        """Becomes this, comes back as this, or goes (no role); by hand of the coordinator."""
        here = self.roles.get(name)
        if here and role:
            await self.twice(SAMIRA, f"/leden/{await self.membership(name)}/rol", {"role": role})
        elif here:
            await self.twice(SAMIRA, f"/leden/{await self.membership(name)}/verwijdering", {}, again={404})
        elif role:
            await self.comes(name, role)
        self.roles[name] = role

    @precondition(lambda self: not self.moved)
    @rule()
    @deed
    async def move_house(self):
        """What is taken over elsewhere says the same; once, because it takes long."""
        self.moved = True
        before, packed = told(await self.whole()), await self.packed()
        id = await exchange.take_over(
            self.elsewhere,
            self.services.library,
            self.services.settings,
            packed,
            await els(self.elsewhere),
        )
        assert told(await read(self.elsewhere, id)) == before
        await self.elsewhere.write(lambda db: erasures.delete_dossiers(db, [id]))

    # --- what always holds ---

    @invariant()
    @deed
    async def every_version_is_as_it_was(self):
        async with self.services.db.read() as db:
            mine = Answer.partnership_id == self.partnership.id
            newest = {
                row.field: (row.number, row.body) for row in await db.scalars(select(Answer).where(mine))
            }
            both = select(Answer.field, AnswerVersion).join(Answer, AnswerVersion.answer_id == Answer.id)
            query = both.where(mine)
            versions = (await db.execute(query.order_by(Answer.field, AnswerVersion.number))).all()
        for field, own in self.told.items():
            rows = [version for of, version in versions if of == field]
            assert [row.number for row in rows] == list(range(1, len(own.versions) + 1))
            assert [[item.text for item in items_of(row)] for row in rows] == own.versions
            if rows:
                number, body = newest[field]
                assert (number, body["items"]) == (rows[-1].number, rows[-1].body["items"])

    @invariant()
    @deed
    async def every_action_is_as_it_was_agreed(self):
        assert await self.agreed() == self.actions

    @deed
    async def teardown(self):
        for name, role in self.roles.items():
            await self.reads(name, role)
        assert TAKEN_BACK not in repr(await self.everything())
        before, packed = told(await self.whole()), await self.packed()
        await self.is_erased()
        house, samira = self.services, self.houses[SAMIRA].account
        await exchange.take_over(house.db, house.library, house.settings, packed, samira.id)
        await self.starts_again()
        assert told(await self.whole()) == before
        self.roles = {SAMIRA: roles.COORDINATOR}
        await self.is_erased()
        for house in self.houses.values():
            await house.client.aclose()

    # --- how ---

    async def reads(self, name, role):
        """Everybody who may reads every version; who may not finds nothing."""
        house = self.houses[name]
        for field, own in self.told.items():
            for number, texts in enumerate(own.versions, 1):
                page = await house.get(f"/velden/{field}/versies/{number}", 200 if role else 404)
                stood = page.partition("Zo stond het er")[2].partition("</section>")[0]
                assert [text for text in texts if role and f"<bdi>{text}</bdi>" not in stood] == []
                if name != ELS:  # one reader of everything is enough
                    break

    async def is_erased(self):
        """Of all of it nothing is left, and a start after it brings nothing back."""
        await self.twice(SAMIRA, "/beheer/verwijdering", {"dossier": NAME})
        day = days.today() + dt.timedelta(days=self.services.settings.erasure_days)
        assert await erasures.carry_out(self.services.db, day) == 1
        await self.starts_again()
        left = repr(await self.everything())
        assert [text for text in (*WORDS, TAKEN_BACK, NAME) if text in left] == []

    async def starts_again(self):
        services = self.services
        await returning.agree(services.db, services.settings.group_minimum, services.settings.tombstones)

    async def comes(self, name, role):
        await a_member(self.services, self.partnership, self.houses[name].account, role)
        self.roles[name] = role

    async def membership(self, name):
        async with self.services.db.read() as db:
            whose = Membership.account_id == self.houses[name].account.id
            mine = Membership.partnership_id == self.partnership.id
            return await db.scalar(select(Membership.id).where(whose, mine))

    async def standing(self, field, number=None):
        """A version as who writes on it saw it; the newest without a number."""
        async with self.services.db.read() as db:
            mine = Answer.partnership_id == self.partnership.id, Answer.field == field
            answer = await db.scalar(select(Answer).where(*mine))
            if answer is None or number == 0:
                return byhand.Standing(0, ())
            if number is None:
                return byhand.Standing(answer.number, items_of(answer))
            wanted = AnswerVersion.answer_id == answer.id, AnswerVersion.number == number
            return byhand.Standing(number, items_of(await db.scalar(select(AnswerVersion).where(*wanted))))

    async def agreed(self):
        async with self.services.db.read() as db:
            rows = await db.scalars(select(Action).where(Action.partnership_id == self.partnership.id))
            return {row.id: (row.text, row.status) for row in rows}

    async def whole(self):
        return await read(self.services.db, self.partnership.id)

    async def everything(self):
        return await contents(self.services)

    async def packed(self):
        answer = await self.send(SAMIRA, "/beheer/archief", {NUMBER: codes.new_token()})
        assert answer.status_code == 200
        return answer.content

    def form(self, seen, words):
        """As an editor that showed `seen` sends it: all of that taken away, and these words."""
        gone = [item.id for item in seen.items]
        return {"number": seen.number, "stamp": seen.stamp, "gone": gone} | typed(*map(a, words))

    async def send(self, name, path, form, headers=None, home=None):
        house = self.houses[name]
        address = (house.home if home is None else home) + path
        return await house.client.post(address, data=form, headers=headers)

    async def twice(self, name, path, form, headers=None, home=None, again=frozenset()):
        """Whether they may: then the second press has changed nothing."""
        if not roles.may(self.roles.get(name), roles.EDIT):
            await self.refused(name, path, form, home)
            return False
        first = await self.send(name, path, form, headers, home)
        assert first.status_code in (200, 303), first.text
        before = await self.everything()
        second = await self.send(name, path, form, headers, home)
        assert second.status_code in (again or {first.status_code}), second.text
        assert await self.everything() == before
        return True

    async def refused(self, name, path, form, home=None):
        """Who may not hears so, and nothing changes."""
        if not name:
            return
        before = await self.everything()
        answer = await self.send(name, path, form, None, home)
        assert answer.status_code == (403 if self.roles.get(name) else 404), answer.text
        assert await self.everything() == before


@both_databases
async def test_whatever_people_do_a_dossier_says_what_they_would_tell_of_it(app, services, elsewhere):
    stand = {"app": app, "services": services, "elsewhere": elsewhere, "loop": asyncio.get_running_loop()}
    await asyncio.to_thread(
        run_state_machine_as_test, type("Here", (Dossier,), stand), settings=plays(3, stateful_step_count=12)
    )
