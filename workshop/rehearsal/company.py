"""The simulated phones of one rehearsal: they join and send through the room, as real phones do."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import deque
from typing import Any

from workshop import codes, kinds, phrases, tasks
from workshop.kinds import KindError
from workshop.live import subgroups
from workshop.live.errors import NotTakingPart, RoomError, Warned
from workshop.live.room import Room
from workshop.live.state import State, StepState
from workshop.rehearsal.manners import MANNERS, Manner
from workshop.safety.screening.warning import FACILITATOR, TO
from workshop.session_groups import alike

TICK_SECONDS = 1.0
TEXT = "text"
"""The field of a form with what somebody has to say."""
TRIES = 5
"""How often somebody who has something of their own to say thinks again, to write it on a worry."""

ENDS = 0.8
"""The chance that somebody with nothing more to say presses that."""


class Company:
    """Simulated phones of one session. Its time is what `tick` lets pass."""

    def __init__(self, room: Room, session_id: uuid.UUID, chance: random.Random | None = None) -> None:
        self.room = room
        self.session_id = session_id
        self.seconds = 0.0
        self.phones = [SimulatedPhone(self, manner, chance or random.Random()) for manner in MANNERS]

    async def play(self) -> None:
        """Lets them take part until the session is gone."""
        while True:
            if await tasks.attempt("rehearsal", self.tick) is False:
                return
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> bool:
        """Lets a second pass for all of them. Returns False once the session is gone."""
        state = await self.room.memory.state(self.session_id)
        if state is None:
            return False
        if not self.seconds:
            self._take_over(state)
        self.seconds += TICK_SECONDS
        for phone in self.phones:
            await phone.live(state)
        return True

    def _take_over(self, state: State) -> None:
        """Goes on with the phones of a process that is gone: those that nobody holds any more."""
        left = sorted(state.present.keys() - self.room.presence.there(self.session_id).phones)
        for phone, id in zip(self.phones, left, strict=False):
            phone.id = id


class SimulatedPhone:
    def __init__(self, company: Company, manner: Manner, chance: random.Random) -> None:
        self.company = company
        self.room = company.room
        self.manner = manner
        self.chance = chance
        self.id: uuid.UUID | None = None
        """Of its participant; None until it joined."""
        self._step: uuid.UUID | None = None
        self._forms: deque[dict[str, Any]] = deque()
        """What it still wants to send to this step."""
        self._subgroup = ""
        """Which question of this step it answers, where subgroups answer those."""
        self._reacts = False
        self._ends = False
        """Whether it still says that it is ready, once it has nothing more to send."""
        self._own: dict[str, Any] | None = None
        """The form with what only this one says."""
        self._said = not manner.says
        self._next = 0.0
        """When it sends something again, on the clock of the company."""

    async def live(self, state: State) -> None:
        """Does what it does in this second: joins, sends one thing, or nothing."""
        seconds = self.company.seconds
        if self.manner.is_away(seconds) or seconds < self.manner.comes:
            return
        try:
            if self.id is None:
                await self._join(state)
                return
            self.room.presence.polled(self.company.session_id, self.id)
            step = state.current
            if step is None or not step.activity.open:
                return
            if step.activity.id != self._step:
                self._begin(state, step)
            if seconds >= self._next:
                await self._go_on(state, step)
        except NotTakingPart:
            self.id = None  # forgotten by the desk: it joins again
        except (RoomError, KindError):
            pass  # nobody is let in, or it does not fit any more: a person shrugs too

    async def _join(self, state: State) -> None:
        mine = alike(self.manner.group, state.session.groups) if self.manner.group else []
        _, token = await self.room.join(state.session.join_token, self.chance.choice(mine) if mine else None)
        phone = await self.room.memory.phone(codes.token_hash(token))
        self.id = phone.id if phone else None

    def _begin(self, state: State, step: StepState) -> None:
        """Thinks of what to send to this step; to one where it sent something before, nothing more."""
        self._step, self._next = step.activity.id, self._later()
        self._forms.clear()
        asked = subgroups.apart(step.activity, step.kind, step.settings)
        self._subgroup = self.chance.choice(asked).id if asked else ""
        self._reacts = step.kind.shares
        self._ends = kinds.says_ready(step.activity)
        if not step.of_phone.get(self.id or ""):
            self._forms += self._thought_of(state, step)

    def _thought_of(self, state: State, step: StepState) -> list[dict[str, Any]]:
        """Returns the forms for this step; once, the first has what only this one says."""

        settings = step.settings
        if self._subgroup:
            settings = step.kind.for_subgroup(settings, self._subgroup)

        def think() -> list[dict[str, Any]]:
            return step.kind.simulate(self.chance, settings, state.inputs(step))

        forms = think()
        if self._said or not any(TEXT in form for form in forms):
            return forms
        thoughts = (form for some in (forms, *(think() for _ in range(TRIES))) for form in some)
        cards = [form for form in thoughts if TEXT in form]
        card = next((card for card in cards if card[TEXT] in phrases.CARDS["zorg"]), cards[0])
        self._said = True
        self._own = card | {TEXT: self.chance.choice(self.manner.says)}
        return [self._own, *forms[1:]]

    async def _go_on(self, state: State, step: StepState) -> None:
        self._next = self._later()
        if await self._sits_down(state, step):
            return
        if self._forms:
            await self._send(step, self._forms.popleft())
        elif self._reacts and (seen := step.kind.offers(state.scene(step).tally)):
            self._reacts = False
            self._forms += step.kind.reply(self.chance, step.settings, seen)
        elif self._ends and self.id:
            self._ends = False
            if self.chance.random() < ENDS and (phone := state.present.get(self.id)):
                await self.room.say_ready(phone, step.activity.id, True)

    async def _sits_down(self, state: State, step: StepState) -> bool:
        """Chooses the question that it answers, where it must and did not yet. Returns whether it did."""
        asked = subgroups.apart(step.activity, step.kind, step.settings)
        me = state.present.get(self.id) if self.id else None
        if not asked or me is None or me.subgroup_at(step.activity.id):
            return False
        self._subgroup = self._subgroup or self.chance.choice(asked).id
        await self.room.choose_subgroup(me, step.activity.id, self._subgroup)
        return True

    async def _send(self, step: StepState, form: dict[str, Any]) -> None:
        """Sends one form. Who is warned rewrites it, which is not sent; who has something of its own to say
        sends that to the facilitator."""
        id, given = codes.new_id(), kinds.posted(form)
        where = self.company.session_id, self.id, step.activity.id, id
        try:
            await self.room.contribute(*where, given)
        except Warned:
            if form is self._own:
                await self.room.contribute(*where, {**given, TO: [FACILITATOR]})

    def _later(self) -> float:
        return self.company.seconds + self.chance.uniform(*self.manner.thinks)
