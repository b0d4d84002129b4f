"""One session in memory, as it is at a revision: everything that its pictures are drawn from. Pure.

live/reading.py reads it from the database; live/memory.py keeps it and brings it up to date
after each commit.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import msgspec

from workshop import kinds
from workshop.content.worksheets import Worksheet
from workshop.kinds import EarlierMarks, Entry, Inputs, Kind, Needs, OpenAction, Option, Result
from workshop.live import agreeing, parking, rounds
from workshop.live.picture import Picture, ShownStep
from workshop.live.presence import Present
from workshop.models import Activity, Alert, Session
from workshop.record.for_live import Neighbour
from workshop.settings import Settings

DEAR_SECONDS, RECENT_SECONDS = 0.002, 0.2
"""A tally that takes longer than `DEAR_SECONDS` may be `RECENT_SECONDS` old in what a phone is answered."""


class Phone(msgspec.Struct, frozen=True):
    """A phone that takes part. It is kept under the hash of its token."""

    id: uuid.UUID
    session_id: uuid.UUID
    group: str | None = None
    people: int = 1
    """How many people sit at its screen. They answer as one."""
    subgroup: str = ""
    """Which question of the step `subgroup_step` it answers; empty for none."""
    subgroup_step: uuid.UUID | None = None

    def subgroup_at(self, activity_id: uuid.UUID) -> str:
        """Returns which question of this step it answers; nothing for a phone that did not choose there."""
        return self.subgroup if self.subgroup_step == activity_id else ""


class Burst(msgspec.Struct, frozen=True):
    """Words that their sender overwrites again and again within seconds."""

    began: float
    """When it began, on the clock of `time.monotonic`."""
    before: uuid.UUID
    """Id of the words that stood there before it: they have a tombstone."""


class Sent(msgspec.Struct, frozen=True):
    """One contribution, with what no audience sees of it."""

    entry: Entry
    phone: uuid.UUID | None
    """None for what the desk entered."""
    slot: str
    words_id: uuid.UUID | None = None
    version_id: uuid.UUID | None = None
    burst: Burst | None = None
    """Kept in memory only; None after the room was read from the database."""
    sheet: uuid.UUID | None = None
    """Id of the sheet that the desk typed it over from; None for what did not come from paper."""

    @property
    def id(self) -> uuid.UUID:
        return uuid.UUID(self.entry.id)

    @property
    def owner(self) -> uuid.UUID | None:
        """Returns whose it is: a phone, or a sheet as the one person who filled it in."""
        return self.phone or self.sheet

    @property
    def is_hidden(self) -> bool:
        """Whether the facilitator took it off every screen."""
        return self.entry.state == "hidden"


class FromDossier(msgspec.Struct, frozen=True):
    """What one step takes from the dossier."""

    options: tuple[Option, ...] = ()
    earlier: tuple[EarlierMarks, ...] = ()
    actions: tuple[OpenAction, ...] = ()
    done: tuple[Option, ...] = ()


class Beside(msgspec.Struct, frozen=True):
    """What a whole session takes from the dossier."""

    about: str = ""
    """Name of the ambition or activity that it is about; empty for none."""
    earlier: tuple[Neighbour, ...] = ()
    """What earlier worksheets decided and the current step builds on; in the lobby, that of the
    whole worksheet."""
    lookback: str = ""
    """Token of the page where the room reads what became of it; empty until it is published."""
    unfilled: tuple[str, ...] = ()
    """Titles of the steps whose list is still empty, while the session is prepared."""
    driver: str = ""
    """Name of the facilitator who has the wheel; empty for nobody."""


class Tallied(NamedTuple):
    tally: Any
    seconds: float
    """How long counting took."""
    at: float


@dataclass
class StepState:
    """One activity with what was contributed to it."""

    activity: Activity
    kind: Kind
    settings: Any
    clusters: tuple[kinds.Cluster, ...] = ()
    dossier: FromDossier = field(default_factory=FromDossier)
    sent: dict[str, Sent] = field(default_factory=dict)
    """Id of the contribution -> contribution."""
    entries: dict[str, Entry] = field(default_factory=dict)
    """Id of the contribution -> what the kind sees of it."""
    of_phone: dict[uuid.UUID | str, dict[str, Sent]] = field(default_factory=dict)
    """Id of the phone, or of the sheet from paper -> its contributions by their id. One without either stands
    alone, under its own id."""
    sheets: set[uuid.UUID] = field(default_factory=set)
    """Ids of the sheets from paper."""
    loose: int = 0
    """Number of contributions of which nobody knows any more, or ever knew, from which phone or sheet."""

    @property
    def source(self) -> str:
        """Key of the earlier step that this one chooses from; empty for none."""
        return self.kind.needs(self.settings).activity

    def put(self, sent: Sent) -> None:
        id = sent.entry.id
        if id in self.sent:
            self.take_out(id)
        self.sent[id], self.entries[id] = sent, sent.entry
        self.of_phone.setdefault(sent.owner or id, {})[id] = sent
        self.loose += sent.owner is None
        if sent.sheet:
            self.sheets.add(sent.sheet)

    def take_out(self, id: str) -> None:
        gone = self.sent.pop(id, None)
        if gone is None:
            return
        owner = gone.owner or id
        self.loose -= gone.owner is None
        del self.entries[id], self.of_phone[owner][id]
        if not self.of_phone[owner]:
            del self.of_phone[owner]
            self.sheets.discard(gone.sheet)

    def in_slot(self, owner: uuid.UUID | None, slot: str) -> Sent | None:
        """Returns the answer of this phone or sheet in a slot that holds one answer, or None."""
        mine = self.of_phone.get(owner, {}) if owner else {}
        return next((sent for sent in mine.values() if sent.slot == slot), None)


class State:
    """A session at `revision`. What was computed from it is kept until it changes."""

    def __init__(
        self,
        session: Session,
        worksheet: Worksheet,
        settings: Settings,
        *,
        steps: Iterable[StepState] = (),
        phones: Mapping[str, Phone] | None = None,
        left: Collection[Phone] = (),
        silent: Iterable[uuid.UUID] = (),
        ready: Mapping[uuid.UUID, uuid.UUID | None] | None = None,
        alerts: Iterable[Alert] = (),
        beside: Beside | None = None,
    ) -> None:
        self.session = session
        self.worksheet = worksheet
        self.settings = settings
        self.steps = {step.activity.id: step for step in steps}
        self.phones: dict[str, Phone] = {}
        """Phones that take part, by the hash of their token."""
        self.present: dict[uuid.UUID, Phone] = {}
        """The same phones by id."""
        self.left = len(left)
        """Number of phones that took part and left."""
        self.beyond = self.beyond_left = sum(phone.people - 1 for phone in left)
        """Number of people beyond one at each phone: all of them, and those at phones that left."""
        self.groups = Counter(phone.group for phone in left if phone.group)
        """Number of phones per group, those that left included."""
        self.silent = set(silent)
        """Phones that sent nothing yet, to any step."""
        self._ready: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        """Id of a step -> the phones that say that they are ready with it, those that left included."""
        self.say_ready(ready or {})
        self._add(phones or {})
        self.alerts = list(alerts)
        """Signals that nobody took up yet."""
        self.beside = beside or Beside()
        self.blocks: dict[Any, Any] = {}
        self._scenes: dict[uuid.UUID, ShownStep] = {}
        self._inputs: dict[uuid.UUID, Inputs] = {}
        self._fragments: dict[uuid.UUID, dict[Any, Any]] = {}
        self._tallies: dict[uuid.UUID, Tallied] = {}
        self._outcome: tuple[Result, ...] | None = None

    @property
    def revision(self) -> int:
        return self.session.revision

    @property
    def joined(self) -> int:
        """Number of phones that came in, those that left included: the room sees nobody leave."""
        return len(self.phones) + self.left or self.session.phones

    @property
    def current(self) -> StepState | None:
        """The step or question that phones see; None in the lobby and once the session has ended."""
        if self.session.current_id is None or self.session.ended_at:
            return None
        return self.steps.get(self.session.current_id)

    @property
    def lot(self) -> StepState | None:
        """The parking lot; None before its first card."""
        found = parking.of(self.session.activities)
        return self.steps.get(found.id) if found else None

    def _gathering(self, step: StepState | None) -> StepState | None:
        """Returns the step that gathers the actions which come of this one; None for a plan without."""
        found = agreeing.step_of(self.session.activities, step.activity) if step else None
        return self.steps.get(found.id) if found else None

    def texts(self) -> Iterator[str]:
        """Yields every text that phones and the desk sent and that stands."""
        for step in self.steps.values():
            for entry in step.entries.values():
                yield from kinds.texts(step.kind, entry.answer)

    def own(self, owner: uuid.UUID) -> list[Entry]:
        """Returns what this phone or sheet sent to the current step, oldest first; what was parked of it
        too."""
        step, lot = self.current, self.lot
        mine = step.of_phone.get(owner, {}).values() if step else ()
        parked = lot.of_phone.get(owner, {}).values() if lot else ()
        return self.in_order(mine, parked)

    def in_order(self, sent: Iterable[Sent], parked: Iterable[Sent]) -> list[Entry]:
        """Returns what one phone sent to the current step, with what is parked of that step, oldest first."""
        step = self.current
        later = [one for one in parked if step and parking.is_from(one.entry, step.activity)]
        return sorted((one.entry for one in (*sent, *later)), key=lambda entry: entry.order)

    def ready_at(self, activity_id: uuid.UUID) -> set[uuid.UUID]:
        """Returns the phones that say that they are ready with a step. One that left stays among them until
        the room goes on: no number tells that somebody went."""
        return self._ready.get(activity_id, set())

    def picture(self, there: Callable[[], Present] = Present, recent: bool = False) -> Picture:
        """Returns what every audience's scene is drawn from. `there` returns who is connected;
        only desk and screen call it.

        A `recent` picture is for one phone's own part: a tally that takes long to count may be a
        moment old in it.
        """
        step = self.current
        ended = self.session.ended_at is not None
        return Picture(
            session=self.session,
            worksheet=self.worksheet,
            scene=self.scene(step, recent) if step else None,
            plan=tuple(activity for activity in self.session.activities if not activity.skipped),
            joined=self.joined,
            lot=self.scene(lot) if (lot := self.lot) else None,
            gathering=self.scene(gathering) if (gathering := self._gathering(step)) else None,
            left=self.left,
            people=self.joined + self.beyond,
            people_left=self.left + self.beyond_left,
            groups=self.groups,
            there=there,
            seats=partial(self._seats, step),
            silent=self.silent,
            ready=self.ready_at(step.activity.id) if step else frozenset(),
            origin=self.settings.origin,
            group_minimum=self.settings.group_minimum,
            outcome=self.outcome() if ended else (),
            about=self.beside.about,
            earlier=self.beside.earlier,
            lookback=self.beside.lookback,
            unfilled=self.beside.unfilled,
            driver=self.beside.driver,
            alerts=tuple(self.alerts),
            blocks=self.blocks,
            admission_hours=self.settings.admission_hours,
            misses=self.missing,
        )

    def missing(self, activity: Activity) -> Needs | None:
        """Returns what the list of a step needs, if it is empty; else None."""
        step = self.steps.get(activity.id)
        return kinds.missing(step.kind, step.settings, self.inputs(step)) if step else None

    def scene(self, step: StepState, recent: bool = False) -> ShownStep:
        id = step.activity.id
        if id in self._scenes:
            return self._scenes[id]
        last = self._tallies.get(id)
        if recent and last and last.seconds > DEAR_SECONDS and time.monotonic() - last.at < RECENT_SECONDS:
            return self._made(step, lambda _: last.tally)
        self._scenes[id] = self._made(step, partial(self._count, step))
        return self._scenes[id]

    def scene_of(self, activity: Activity) -> ShownStep:
        return self.scene(self.steps[activity.id])

    def first_of(self, step: StepState) -> StepState | None:
        """Returns the first round of a step that is a second one."""
        first = rounds.first_of(step.activity, self.session.activities)
        return self.steps.get(first.id) if first else None

    def inputs(self, step: StepState) -> Inputs:
        """Returns what the step's kind needs from elsewhere."""
        id = step.activity.id
        if id not in self._inputs:
            self._inputs[id] = Inputs(
                options=self._options(step),
                clusters=step.clusters,
                earlier=step.dossier.earlier,
                actions=step.dossier.actions,
                done=step.dossier.done,
                marks_minimum=self.settings.marks_minimum,
                group_minimum=self.settings.group_minimum,
                breakdown_minimum=self.settings.breakdown_minimum,
                disclosed=_disclosed(step.activity),
            )
        return self._inputs[id]

    def outcome(self) -> tuple[Result, ...]:
        """Returns what the room chose and agreed, as the big screen showed it."""
        if self._outcome is None:
            found = []
            for step in self.steps.values():
                if (
                    is_outcome(step.activity)
                    and rounds.has_result(step.activity, self.session.activities)
                    and (scene := self.scene(step)).visible
                ):
                    found += [
                        Result(result.output, step.activity.title, items)
                        for result in scene.kind.summary(scene.tally, scene.settings)
                        if (
                            items := tuple(
                                one for one in result.items if result.ticks(one) and not one.action
                            )
                        )
                    ]
            self._outcome = tuple(found)
        return self._outcome

    def _made(self, step: StepState, count: Callable[[Sequence[Entry]], Any]) -> ShownStep:
        first = self.first_of(step)
        return ShownStep(
            step.activity,
            step.kind,
            step.settings,
            self.inputs(step),
            tuple(step.entries.values()),
            count,
            len(step.of_phone) - len(step.sheets) - step.loose,
            len(step.sheets),
            self.session.ahead.phones if self.session.ahead and self.session.was_ahead(step.activity) else 0,
            self._fragments.setdefault(step.activity.id, {}),
            self.scene(first) if first else None,
        )

    def _count(self, step: StepState, entries: Sequence[Entry]) -> Any:
        began = time.monotonic()
        tally = step.kind.tally(entries, step.settings, self.inputs(step))
        now = time.monotonic()
        self._tallies[step.activity.id] = Tallied(tally, now - began, now)
        return tally

    # --- what is committed, put in ---

    def put(self, activity_id: uuid.UUID, sent: Collection[Sent]) -> None:
        self.silent.difference_update(one.phone for one in sent)
        if step := self.steps.get(activity_id):
            for one in sent:
                step.put(one)
            self._forget(step)

    def seat(self, phones: Mapping[uuid.UUID, Phone]) -> None:
        """Takes over what phones chose: id of the phone -> the phone as it is now."""
        self.present |= phones
        self.phones |= {token: phones[one.id] for token, one in self.phones.items() if one.id in phones}
        self.blocks.clear()

    def admit(self, phones: Mapping[str, Phone]) -> None:
        self._add(phones)
        self.silent.update(phone.id for phone in phones.values())

    def say_ready(self, phones: Mapping[uuid.UUID, uuid.UUID | None]) -> None:
        """Takes over at which step each of these phones is ready; None for one that is not."""
        for phone, step in phones.items():
            for others in self._ready.values():
                others.discard(phone)
            if step:
                self._ready[step].add(phone)

    def set_beside(self, dossiers: Mapping[uuid.UUID, FromDossier], beside: Beside) -> None:
        """Takes over what the dossier says now. Drawn blocks are kept where it says the same."""
        if beside != self.beside:
            self.beside = beside
            self.blocks.clear()
        for id, dossier in dossiers.items():
            if dossier != self.steps[id].dossier:
                self.steps[id].dossier = dossier
                self._forget_inputs(self.steps[id])

    def at(self, revision: int) -> None:
        """Says that everything up to this revision was put in."""
        self.session.revision = revision
        self.blocks.clear()

    def _add(self, phones: Mapping[str, Phone]) -> None:
        self.phones |= phones
        self.present |= {phone.id: phone for phone in phones.values()}
        self.groups.update(phone.group for phone in phones.values() if phone.group)
        self.beyond += sum(phone.people - 1 for phone in phones.values())

    def _seats(self, step: StepState | None) -> Counter[str]:
        """Counts the phones at each question of a step."""
        chosen = (phone.subgroup_at(step.activity.id) for phone in self.present.values()) if step else ()
        return Counter(filter(None, chosen))

    def _forget(self, changed: StepState) -> None:
        """Forgets what was computed of a step, and of the steps that choose from it."""
        self._scenes.pop(changed.activity.id, None)
        self.blocks.clear()
        for step in self.steps.values():
            if step.source and step.source in (changed.activity.key, rounds.first_key(changed.activity)):
                self._forget_inputs(step)
            elif rounds.first_key(step.activity) == changed.activity.key:
                self._forget(step)

    def _forget_inputs(self, step: StepState) -> None:
        self._inputs.pop(step.activity.id, None)
        self._fragments.pop(step.activity.id, None)
        self._forget(step)

    def _options(self, step: StepState) -> tuple[Option, ...]:
        if not step.source:
            return step.dossier.options
        plan = self.session.activities
        source = next(
            (one for one in self.steps.values() if one.activity.key == rounds.counting(step.source, plan)),
            None,
        )
        return source.kind.offers(self.scene(source).tally) if source else ()


def is_outcome(activity: Activity) -> bool:
    """Says whether the room chose with this step, so that the end shows what came out of it."""
    return kinds.get(activity.kind).outcome and not activity.skipped and activity.started_at is not None


def _disclosed(activity: Activity) -> dict[str, tuple[frozenset[str], ...]] | None:
    """Returns slot -> the sets of answers that were counted each time that results were shown."""
    if activity.disclosed is None:
        return None
    return {slot: tuple(map(frozenset, history)) for slot, history in activity.disclosed.items()}
