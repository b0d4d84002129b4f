"""A picture of a session: what every audience's scene is drawn from. Pure; live/state.py makes it."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import takewhile
from typing import Any

import msgspec

from workshop import kinds
from workshop.content.worksheets import Worksheet
from workshop.groups import PAPER
from workshop.kinds import Entry, Inputs, Kind, Needs, Result, Subgroup
from workshop.live import agreeing, alike, audience, emptying, parking, rounds
from workshop.live.headway import Headway
from workshop.live.headway import of as headway_of
from workshop.live.papers import NOTE
from workshop.live.parking import ParkedCard, ParkedList
from workshop.live.presence import Present
from workshop.live.recent import Recent, of_desk
from workshop.models import Activity, Alert, Session, now
from workshop.record.for_live import Neighbour
from workshop.safety.screening import warning
from workshop.session_groups import OfferedGroup, offered

SOON = dt.timedelta(hours=1)
"""How long before a session ends by itself its desk says so."""
INSTEAD = ("earlier", "announcement", "conclusion", "parked", "another")
"""What the big screen can show instead of the step: what earlier worksheets decided, a message, what the room
concludes at the step, what is parked for later, or the results of the step in another drawing."""
VERSION = 12
"""Number of hex digits of a version's id that a card carries: enough within one step."""


@dataclass(frozen=True)
class WrittenCard:
    """A card of any kind, as the desk moderates it."""

    id: str
    parts: tuple[tuple[str, str], ...]
    """Pairs of the name and the words of everything that a person wrote in it."""

    @property
    def text(self) -> str:
        return self.parts[0][1]

    @property
    def more(self) -> str:
        """What else was written with it."""
        return ", ".join(words for _, words in self.parts[1:])


@dataclass(frozen=True)
class ShownStep:
    """One activity with everything that was contributed to it."""

    activity: Activity
    kind: Kind
    settings: Any
    inputs: Inputs
    entries: tuple[Entry, ...]
    count: Callable[[Sequence[Entry]], Any]
    """Counts answers: returns the kind's tally."""
    phones: int
    """Number of phones that contributed."""
    papers: int = 0
    """Number of sheets from paper that were typed in at the desk."""
    ahead: int = 0
    """Number of phones that contributed before the meeting."""
    fragments: dict[Any, Any] = field(default_factory=dict)
    """Parts drawn from its inputs, kept here because inputs change less often than contributions."""
    first: ShownStep | None = None
    """The first round of a step that is a second one."""

    @cached_property
    def homes(self) -> dict[str, str]:
        """What an answer may be about -> the slot of its figures, where those differ."""
        return kinds.slots(self.kind, self.settings, self.inputs)

    @cached_property
    def kept(self) -> set[str]:
        """The slots of which too few phones answered otherwise here, so that the first round stands."""
        return rounds.stays(self.first.activity, self.activity) if self.first else set()

    @property
    def stays(self) -> bool:
        return bool(self.kept)

    @cached_property
    def counted(self) -> tuple[Entry, ...]:
        """The answers that the results are about: its own, and where the first round stands those of it."""
        if not self.first or not self.stays:
            return self.entries
        return rounds.counted(self.kind, self.first.entries, self.entries, self.kept, self.homes)

    @cached_property
    def moderated(self) -> tuple[Entry, ...]:
        """What the desk may have to step in at: its own answers, and all others that are counted."""
        return tuple({entry.id: entry for entry in (*self.entries, *self.counted)}.values())

    @cached_property
    def tally(self) -> Any:
        """What is counted. What waits to be read is its own all the same: nobody else reads it."""
        tally = self.count(self.counted)
        if not self.stays or not self.kind.writes:
            return tally
        own = self.kind.tally(self.entries, self.settings, self.inputs)
        return msgspec.structs.replace(tally, held=own.held)

    @property
    def name(self) -> str:
        return self.activity.kind

    @property
    def may_repeat(self) -> bool:
        """Whether a second round can begin: its first result is shown."""
        return self.activity.shown and rounds.has_rounds(self.kind) and not self.activity.beside

    @cached_property
    def lines(self) -> tuple[rounds.RoundLine, ...]:
        """Both rounds side by side, once the second is shown."""
        if not self.first or not self.visible:
            return ()
        return rounds.lines(self.kind, self.first.tally, self.tally, self.kept)

    @property
    def visible(self) -> bool:
        """Whether phones and screen may see results."""
        return self.activity.shown or not self.kind.hides

    @property
    def parks(self) -> bool:
        """Whether a parked card can come on the board of this step."""
        return kinds.parks(self.kind) and not self.activity.beside

    @property
    def has_another(self) -> bool:
        """Whether the results that may be seen can be drawn in another way too."""
        draws = getattr(self.kind, "another", None)
        return bool(self.visible and draws and draws(self.tally))

    @property
    def settled(self) -> bool:
        """Whether answers of phones can no longer change."""
        return self.activity.shown and kinds.settles(self.activity)

    @cached_property
    def looks(self) -> dict[str, tuple[str, ...]]:
        """Card id -> what it looks like, for the cards that look like something."""
        return {entry.id: entry.signals for entry in self.moderated if entry.signals}

    def categories_of(self, card: str) -> tuple[str, ...]:
        return self.looks.get(card, ())

    def heaviest_first(self, held: Sequence[Any]) -> list[Any]:
        """Returns the cards that wait: first those that look like a disclosure, the others in their order,
        each followed by those that say the same."""
        cards = {card.id: card for card in held}
        stacks = dict.fromkeys(self._alike.get(card.id, (card.id,)) for card in held)
        found = [cards[id] for stack in stacks for id in stack if id in cards]
        return sorted(found, key=lambda card: not self.discloses(card.id))

    def under(self, card: str) -> str:
        """Returns the id of the waiting card under which one that says the same lies; empty for none."""
        first = self._alike.get(card, (card,))[0]
        return first if first != card else ""

    def together(self, cards: Sequence[alike.Card]) -> list[list[alike.Card]]:
        """Returns these cards with those beside each other that say nearly the same (`alike.together`)."""
        return alike.together(cards)

    def same_as(self, card: str) -> tuple[str, ...]:
        """Returns the other cards that wait and say the same; none for what looks like a disclosure."""
        return tuple(id for id in self._alike.get(card, ()) if id != card)

    @cached_property
    def _alike(self) -> dict[str, tuple[str, ...]]:
        found: dict[alike.Said, list[str]] = {}
        for entry in sorted(self.entries, key=lambda entry: entry.order):
            if entry.state == "held" and not self.discloses(entry.id):
                said = alike.said(self.kind.writes, msgspec.to_builtins(entry.answer))
                if said:
                    found.setdefault(said, []).append(entry.id)
        return {id: tuple(ids) for ids in found.values() for id in ids}

    def discloses(self, card: str) -> bool:
        """Says whether a card looks like a disclosure or a threat."""
        return bool(warning.disclosure(self.categories_of(card)))

    def harmless(self, held: Sequence[Any]) -> list[Any]:
        """Returns the waiting cards that may be let through together."""
        return [card for card in held if not self.categories_of(card.id)]

    @cached_property
    def subgroups(self) -> tuple[Subgroup, ...]:
        """The questions that the plan gives to subgroups; nothing at a step that asks everybody the same."""
        return kinds.subgroups(self.kind, self.settings)

    @property
    def is_apart(self) -> bool:
        """Whether each phone answers only the question of its own subgroup now."""
        return bool(self.subgroups) and not self.activity.together

    @cached_property
    def answered_by(self) -> Counter[str]:
        """Question of a subgroup -> how many answers to it are shown."""
        return Counter(self.kind.subgroup_of(one.answer) for one in self.counted if one.state == "shown")

    def shown_with(self, part: str) -> list[Entry]:
        """Returns what is counted and shown and has this part, in the order of their random ids."""
        found = (e for e in self.counted if e.state == "shown" and getattr(e.answer, part))
        return sorted(found, key=lambda entry: entry.id)

    def as_it_stood(self, still: Mapping[str, str]) -> ShownStep:
        """Returns this step with only the cards that were on the screen when it began to stand still, each in
        the cluster of then. `still` is that of the session. What was taken off since is not in it."""

        def stood(entry: Entry) -> bool:
            return entry.id in still or not kinds.texts(self.kind, entry.answer)

        def then(entry: Entry) -> Entry:
            cluster = still.get(entry.id, entry.cluster) or None
            return msgspec.structs.replace(entry, cluster=cluster)

        if self.kind.hides:
            return self
        entries = tuple(then(entry) for entry in self.entries if stood(entry))
        count = partial(self.kind.tally, settings=self.settings, inputs=self.inputs)
        return replace(self, entries=entries, count=count, fragments={})

    def written(self, card: str) -> WrittenCard | None:
        """Returns what was written on a card of this step; None for a card that is gone or has no words."""
        entry = next((entry for entry in self.moderated if entry.id == card), None)
        return _written(entry) if entry and kinds.texts(self.kind, entry.answer) else None

    @property
    def hidden(self) -> tuple[WrittenCard, ...]:
        """What the facilitator took off every screen, in the order of random ids."""
        entries = sorted(self.moderated, key=lambda entry: entry.id)
        return tuple(
            _written(entry)
            for entry in entries
            if entry.state == "hidden" and kinds.texts(self.kind, entry.answer)
        )

    def asked(self, what: str, young: bool = False) -> str:
        """Returns `title`, `question` or `help`, in the wording for young people where there is one."""
        return (self.activity.youth.get(what) if young else "") or getattr(self.activity, what)

    @property
    def seconds(self) -> int:
        """How long this step takes, in seconds, with the time that was added."""
        return self.activity.minutes * 60 + self.activity.extra_seconds

    @property
    def until(self) -> int:
        """When the clock is at zero, in seconds since 1970."""
        return int((self.activity.started_at or now()).timestamp()) + self.seconds

    @property
    def paused_left(self) -> int | None:
        """Seconds left on a clock that stands still; None while it runs."""
        paused = self.activity.paused_at
        return self.until - int(paused.timestamp()) if paused else None

    def minutes_left(self, moment: float) -> int:
        """Returns about how many minutes this step still takes at a moment, in seconds since 1970; 0 once
        time is up."""
        paused = self.paused_left
        left = self.until - moment if paused is None else paused
        return max(1, round(left / 60)) if left > 0 else 0


@dataclass(frozen=True)
class Picture:
    session: Session
    worksheet: Worksheet
    scene: ShownStep | None
    """None in the lobby, and once the session has ended."""
    plan: tuple[Activity, ...]
    """The steps that are not skipped, in order."""
    joined: int
    lot: ShownStep | None = None
    """The parking lot; None before its first card, and once the session has ended."""
    gathering: ShownStep | None = None
    """The step that gathers the actions which come of the current one; None for a plan without."""
    left: int = 0
    """Number of phones that left again: only a desk shows it."""
    people: int = 0
    """Number of people at all phones that came in: at a table several sit at one."""
    people_left: int = 0
    groups: Counter[str] = field(default_factory=Counter)
    there: Callable[[], Present] = Present
    """Returns who is connected."""
    seats: Callable[[], Counter[str]] = Counter
    """Counts the phones at each question of the current step, where subgroups answer those."""
    silent: AbstractSet[uuid.UUID] = frozenset()
    """Phones that sent nothing yet, to any step; it changes with the room."""
    ready: AbstractSet[uuid.UUID] = frozenset()
    """Phones that say that they are ready with the current step. Desk and screen read how many, each phone
    only whether it is one of them."""
    origin: str = ""
    group_minimum: int = 5
    outcome: tuple[Result, ...] = ()
    """Once the session has ended: what the room chose and agreed, as the big screen showed it."""
    about: str = ""
    """Name of the ambition or activity that the session is about; empty for none."""
    earlier: tuple[Neighbour, ...] = ()
    """What earlier worksheets decided and this step builds on; in the lobby, that of the whole worksheet."""
    lookback: str = ""
    """Token of the page where the room reads what became of it; empty until it is published."""
    unfilled: tuple[str, ...] = ()
    """Titles of the steps whose list is still empty, while the session is prepared."""
    driver: str = ""
    """Name of the facilitator who has the wheel, for desks; empty for nobody."""
    alerts: tuple[Alert, ...] = ()
    """Signals of the whole session that nobody took up yet."""
    blocks: dict[Any, Any] = field(default_factory=dict)
    """What was drawn already; every picture of one revision shares it."""
    admission_hours: int = 24
    sample: bool = False
    """Whether it shows a room that does not exist, before a session."""
    misses: Callable[[Activity], Needs | None] = lambda _: None
    """Returns what the list of a step needs when it is empty: the room can do nothing there."""

    @property
    def may_answer(self) -> int | None:
        """Number of phones that the step asks; None for a step that asks a part of the room: how many they
        are would tell who is of which group."""
        some = self.scene is not None and audience.is_for_some(self.scene.activity)
        return None if some else self.joined

    @property
    def asks_ready(self) -> bool:
        """Whether phones may say now that they are ready: nobody waits for them before the meeting."""
        step = self.scene.activity if self.scene and not self.prepared else None
        return step is not None and step.open and kinds.says_ready(step)

    def title(self, young: bool | None = None) -> str:
        """Returns the title that participants read, in the wording of their group. The big screen, and phones
        without a group (None), read that of young people if those take part."""
        return self.worksheet.called(self.session.title, self.session.holds_back if young is None else young)

    @property
    def stays_filled(self) -> str:
        """Why the current step cannot be emptied; nothing where it can."""
        if self.scene is None:
            return ""
        alerts = {str(alert.contribution_id) for alert in self.alerts}
        cared_for = not any(entry.id in alerts for entry in self.scene.entries)
        step = self.scene.activity
        ahead = self.session.was_ahead(step)
        return emptying.why_not(step, self.session.activities, cared_for, came_ahead=ahead)

    @property
    def step_began(self) -> str:
        """What the button that empties the current step is drawn with."""
        return emptying.began(self.scene.activity) if self.scene else ""

    def alert_of(self, card: str) -> Alert | None:
        """Returns the alert of a card that nobody took up yet, or None."""
        return next((alert for alert in self.alerts if str(alert.contribution_id) == card), None)

    @property
    def elsewhere(self) -> tuple[Alert, ...]:
        """Signals whose card does not stand in this step: of another step, or deleted."""
        here = {entry.id for entry in self.scene.entries if entry.state == "held"} if self.scene else set()
        return tuple(alert for alert in self.alerts if str(alert.contribution_id) not in here)

    @property
    def here(self) -> tuple[Alert, ...]:
        """Signals whose card waits in this step."""
        elsewhere = self.elsewhere
        return tuple(alert for alert in self.alerts if alert not in elsewhere)

    def earlier_for(self, young: bool) -> tuple[Neighbour, ...]:
        """Returns the earlier answers that this group may see: young people only those to questions
        they may be asked."""
        return tuple(each for each in self.earlier if not young or each.field.youth != "no")

    @cached_property
    def on_screen(self) -> ShownStep | None:
        """The step as the big screen shows it: that of now, or of when the screen began to stand still."""
        still = self.session.still
        return self.scene.as_it_stood(still) if self.scene and still is not None else self.scene

    @cached_property
    def large(self) -> WrittenCard | None:
        """The card that stands alone on the big screen; None too when it was taken off."""
        card = str(self.session.large_card or "")
        shown = self.scene and any(one.id == card and one.state == "shown" for one in self.scene.counted)
        return self.scene.written(card) if self.scene and self.scene.visible and shown else None

    @cached_property
    def parked(self) -> tuple[ParkedCard, ...]:
        """What is for later, for desks."""
        return parking.cards(self.lot.entries, self.plan) if self.lot else ()

    @cached_property
    def agreed(self) -> dict[str, Entry]:
        """Id of a card of the current step -> the action that the desk made of it."""
        entries = self.gathering.entries if self.gathering else ()
        return {entry.notes[agreeing.NOTE]: entry for entry in entries if agreeing.NOTE in entry.notes}

    @property
    def parked_shown(self) -> ParkedList:
        """What of it the room may see."""
        return ParkedList(tuple(card for card in self.parked if card.shown))

    @property
    def shows(self) -> str:
        """What the big screen shows instead of the step, one of `INSTEAD`; empty where that is not there."""
        there = {
            "earlier": self.earlier_for(self.session.holds_back),
            "announcement": self.session.announcement,
            "conclusion": self.scene and self.scene.activity.conclusion,
            "parked": self.parked_shown.items,
            "another": self.scene and self.scene.has_another,
        }
        return self.session.shows if there.get(self.session.shows) else ""

    # Asked by desk and screen only: a phone's part would count every phone of the room for each answer.
    @cached_property
    def present(self) -> Present:
        return self.there()

    @property
    def connected(self) -> int:
        """Number of phones that are connected."""
        return len(self.present.phones)

    @property
    def screens(self) -> int:
        """Number of big screens that are connected, without previews."""
        return len(self.present.screens)

    @property
    def desks(self) -> int:
        """Number of places at which the desk is open."""
        return len(self.present.desks)

    @cached_property
    def seated(self) -> Counter[str]:
        """Question of the current step -> how many phones chose it. Only their sum is shown, and of each
        whether it is `group_minimum` at least."""
        return self.seats()

    @cached_property
    def idle(self) -> int:
        """Number of phones that sent nothing and are not connected."""
        return len(self.silent - self.present.phones)

    @property
    def now(self) -> float:
        return time.time()

    def recent(self, drives: bool) -> list[Recent]:
        """Returns what this desk, or one beside it, did in the last minutes: the newest first."""
        return of_desk(self.session, drives)

    @cached_property
    def headway(self) -> Headway | None:
        """How the session keeps to its plan; None in the lobby."""
        return headway_of(self.plan, self.session.activity_id)

    @property
    def stamp(self) -> str:
        """Text that changes when its screen looks different: a page with the same stamp missed nothing."""
        return f"{self.session.revision}-{self.connected}"

    @property
    def desk_stamp(self) -> str:
        """Text that changes when its desk looks different. Another desk that comes is
        not in it: else each page would differ by its own coming."""
        return f"{self.stamp}-{self.screens}"

    @property
    def step(self) -> int:
        """Number of the current step in the plan, from 1; 0 in the lobby."""
        current = self.session.activity_id
        return next((n for n, activity in enumerate(self.plan, 1) if activity.id == current), 0)

    @property
    def next_activity(self) -> Activity | None:
        """The next step with something to do; the steps before it are passed by themselves."""
        return next(iter(self.plan[self.step + len(self.to_pass) :]), None)

    @cached_property
    def to_pass(self) -> tuple[Activity, ...]:
        """The steps that the next button passes, because their list is empty."""
        return tuple(takewhile(self.misses, self.plan[self.step :]))

    @cached_property
    def passed(self) -> tuple[Activity, ...]:
        """The steps that were passed just now."""
        before = reversed(self.plan[: max(0, self.step - 1)])
        return tuple(takewhile(lambda one: one.started_at is None and self.misses(one), before))

    @property
    def previous_activity(self) -> Activity | None:
        return self.plan[self.step - 2] if self.step > 1 else None

    @property
    def prepared(self) -> bool:
        """Whether nobody opened it yet."""
        return self.session.is_prepared

    @property
    def ended(self) -> bool:
        return self.session.ended_at is not None

    @property
    def ends_soon(self) -> dt.datetime | None:
        """When it ends by itself, within the hour; None otherwise."""
        opened = self.session.opened_at
        stays = self.ended or self.session.rehearsal_of
        at = opened + dt.timedelta(hours=self.admission_hours) if opened and not stays else None
        return at if at and at - now() <= SOON else None

    @property
    def offered(self) -> dict[str, OfferedGroup]:
        """Id -> group that a phone can choose, in order."""
        return offered(self.session.groups)

    @property
    def audience(self) -> dict[str, str]:
        """Group -> `5 of meer` or `minder dan 5`, for the desk; never an exact number."""
        return {
            group.label: f"{self.group_minimum} of meer"
            if self.groups[id] >= self.group_minimum
            else f"minder dan {self.group_minimum}"
            for id, group in self.offered.items()
            if self.groups[id]
        }

    @property
    def join_url(self) -> str:
        return f"{self.origin}/j/{self.session.join_token}"


def entry(kind: Kind, row: Any, group: str | None = None) -> Entry:
    """Returns a row of contributions as the kind sees it."""
    return Entry(
        id=str(row.id),
        answer=kinds.stored(kind, row.body),
        state=row.state,
        group=row.group or group,
        cluster=str(row.cluster_id) if row.cluster_id else None,
        order=row.order or 0,
        notes=row.notes,
        signals=tuple(row.signals),
        version=version_of(row.version_id or row.id, NOTE in row.notes),
        paper=NOTE in row.notes,
    )


def version_of(id: uuid.UUID, paper: bool) -> str:
    """Returns the version that an answer carries: it tells paper from phones (workshop/groups.py)."""
    return (PAPER if paper else "") + id.hex[:VERSION]


def _written(entry: Entry) -> WrittenCard:
    parts = ((name, getattr(entry.answer, name, "")) for name in kinds.writes())
    return WrittenCard(entry.id, tuple((name, words) for name, words in parts if words))
