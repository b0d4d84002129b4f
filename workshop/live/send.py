"""What a phone sends to a step, as one piece of the intake."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from workshop import bus, codes, days, kinds
from workshop.kinds import Entry, Form, Inputs, Kind, KindError
from workshop.languages import DUTCH, Sentence
from workshop.live import audience, papers, subgroups, takes
from workshop.live.errors import Closed, Full, NotTakingPart, Warned
from workshop.live.intake import Batch
from workshop.live.picture import version_of
from workshop.live.state import Burst, Phone, Sent, State
from workshop.models import Activity, Alert, Contribution, Session, now
from workshop.safety.screening import Judgement, warning
from workshop.safety.screening.warning import Verdict

REWRITTEN = "rewritten"
"""Note on a row whose text the facilitator overwrote."""
BURST_SECONDS = 10.0
"""For how many seconds words that their sender overwrites again and again count as one change."""
REPEATED = Sentence("Dit had je al verstuurd.")
ONLY_PEOPLE = (
    "Hier telt elk antwoord voor één mens. Vul daarom per mens een blad in. Dat doe je bij ‘Van papier’."
)
SETTLED = Sentence("De uitslag is te zien. Wat je koos, blijft nu staan. Zo ziet niemand van wie het was.")
FULL = "Er liggen hier al zoveel bladen dat er geen meer bij kan."
AHEAD_OVER = Sentence("Vooraf invullen is gesloten. Je kunt niets meer sturen.")
ASIDE = Sentence("Deze vraag is nu voor anderen. Kijk mee op het grote scherm.")
GONE_ON = Sentence("De begeleider is al verder. Bij de volgende vraag kun je weer meedoen.")
LEFT = Sentence("Je doet niet meer mee op deze telefoon. Scan de QR-code op het grote scherm.")


@dataclass(frozen=True)
class Receipt:
    """What the sender is told; the same for a contribution that was sent before."""

    id: uuid.UUID
    repeated: bool
    said: str
    """A sentence for the sender."""


@dataclass(frozen=True)
class Post:
    """One posted form: answers that fit the step. `phone_id` is None for what the desk entered; `sheet_id` is
    the sheet that it came from, if it came from paper."""

    id: uuid.UUID
    phone_id: uuid.UUID | None
    sheet_id: uuid.UUID | None
    activity_id: uuid.UUID
    kind: Kind
    settings: Any
    answers: Sequence[Any]
    chosen: bool
    """Whether the sender saw the warning and chose to send it to the facilitator."""
    language: str = DUTCH
    """What the phone is set to."""
    judged: Mapping[str, Judgement] = field(default_factory=dict)
    """What was learned says of each text."""

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for answer in self.answers for text in kinds.texts(self.kind, answer))

    @property
    def owner(self) -> uuid.UUID | None:
        return self.phone_id or self.sheet_id

    def put(self, batch: Batch) -> Receipt:
        """Adds the answers to the batch. Raises `NotTakingPart`, `Closed`, `KindError` for one answer too
        many, and `Warned`."""
        if batch.is_repeated(self.id):
            return repeated(self.id)
        phone = batch.present(self.phone_id) if self.phone_id else None
        if self.phone_id and phone is None:
            raise NotTakingPart(LEFT)
        activity = open_activity(batch.session, self.activity_id, phone)
        if phone:
            subgroups.must_be_own(activity, self.kind, self.settings, self.answers, phone)
        told: set[str] = set()
        for number, row in enumerate(self._checked(batch)):
            # A fresh id for each next one: an id made from the first would tell, after the cut, which marks
            # are of the same phone.
            told |= set(self._add(batch, row, phone, codes.new_id() if number else self.id))
        batch.accept(self.id)
        batch.rise()
        batch.parts |= bus.INPUT
        if activity.shown:
            batch.parts |= bus.STATE  # results that phones see may have to be hidden
        said = warning.receipt(self.kind.labels.saved, told, later=batch.session.is_prepared)
        return Receipt(self.id, repeated=False, said=said)

    def _checked(self, batch: Batch) -> list[SlotAnswer]:
        """Returns every answer with the one it replaces. Raises `KindError` for one too
        many, and `Warned`."""
        own = batch.own(self.activity_id, self.owner) if self.owner else ()
        given = kinds.once(self.kind, self.answers, [sent.entry.answer for sent in own if not sent.is_hidden])
        answers = {self.kind.slot(answer) or number: answer for number, answer in enumerate(given)}
        rows = [self._row(batch, answer) for answer in answers.values()]
        if self.owner:
            new = sum(row.earlier is None for row in rows)
            _check_most(batch.number_of(self.activity_id, self.owner), new, self.kind.most(self.settings))
        warned = [finding for row in rows for finding in row.findings if finding.sure and self.phone_id]
        if warned and not self.chosen:
            raise Warned(tuple(dict.fromkeys(warned)))
        return rows

    def _row(self, batch: Batch, answer: Any) -> SlotAnswer:
        slot = self.kind.slot(answer)
        earlier = batch.in_slot(self.activity_id, self.owner, slot)
        return SlotAnswer(self.kind, answer, slot, earlier, self.judged)

    def _add(self, batch: Batch, row: SlotAnswer, phone: Phone | None, new_id: uuid.UUID) -> tuple[str, ...]:
        """Adds one answer. Returns what its text looks like."""
        earlier = row.earlier
        id = earlier.id if earlier else new_id
        verdict = self._verdict(batch.session, row)
        version_id = earlier.version_id if earlier else None
        if earlier and earlier.entry.answer != row.answer:
            version_id = codes.new_id()
        words_id, burst = (earlier.words_id, earlier.burst) if earlier else (None, None)
        if earlier and row.texts_before and row.texts != row.texts_before:
            words_id, burst = _let_go(batch, earlier)
        notes = {papers.NOTE: self.sheet_id.hex} if self.sheet_id else {}
        entry = Entry(
            id=str(id),
            answer=row.answer,
            state=verdict.state,
            group=phone.group if phone else None,
            cluster=earlier.entry.cluster if earlier else None,
            order=earlier.entry.order if earlier else batch.rise(),
            notes=earlier.entry.notes if earlier else notes,
            signals=verdict.categories,
            version=version_of(version_id or id, self.sheet_id is not None),
            paper=self.sheet_id is not None,
        )
        slot = row.slot if row.slot is not None else str(id)
        sent = Sent(entry, self.phone_id, slot, words_id, version_id, burst, self.sheet_id)
        batch.add(self.activity_id, sent, msgspec.to_builtins(row.answer), earlier)
        batch.parts |= news(self.kind, entry)
        _raise_alert(batch, sent)
        return entry.signals

    def _verdict(self, session: Session, row: SlotAnswer) -> Verdict:
        """Decides who reads this row first. A row without new words stays where the facilitator left it. Who
        types paper over has read it."""
        earlier = row.earlier.entry if row.earlier else None
        if self.phone_id and row.texts and row.texts != row.texts_before:
            return warning.verdict(
                row.findings,
                holds_back=session.holds_back or session.is_prepared,  # before the meeting nobody looks on
                chosen=self.chosen,
                moderated=bool(earlier and (earlier.state == "hidden" or earlier.notes.get(REWRITTEN))),
                language=self.language,
            )
        if self.phone_id and earlier:
            # Without its words an answer no longer looks like anything.
            kept = earlier.signals if row.texts == row.texts_before else ()
            return Verdict(earlier.state, kept)
        return Verdict("shown")


class SlotAnswer:
    """One answer on its way to a row, with what this phone had in the same slot."""

    def __init__(
        self,
        kind: Kind,
        answer: Any,
        slot: str | None,
        earlier: Sent | None,
        judged: Mapping[str, Judgement],
    ) -> None:
        self.answer = answer
        self.slot = slot
        self.earlier = earlier
        self.texts = kinds.texts(kind, answer)
        # The texts as the facilitator left them: the same text sent again is not new.
        self.texts_before = kinds.texts(kind, earlier.entry.answer) if earlier else ()
        is_new = self.texts != self.texts_before
        self.findings = warning.found_in(self.texts, judged) if is_new else ()


def prepare(
    state: State,
    phone_id: uuid.UUID | None,
    activity_id: uuid.UUID,
    contribution_id: uuid.UUID,
    form: Form,
    sheet_id: uuid.UUID | None = None,
) -> Post:
    """Checks what was posted against the room in memory, and returns it as a piece.

    Raises `NotTakingPart` for a phone that left, `Closed` when the step is not open or takes nothing from a
    desk without a sheet, `Full` for one sheet too many, and `KindError` for an answer that does not fit.
    """
    if phone_id and phone_id not in state.present:
        raise NotTakingPart(LEFT)
    phone = state.present[phone_id] if phone_id else None
    activity = open_activity(state.session, activity_id, phone)
    step = state.steps[activity.id]
    if phone_id is None and sheet_id is None and step.kind.hides:
        # A desk that entered four of five marks itself would know the fifth from their mean: what came from
        # paper is counted apart (`kinds.is_enough`).
        raise Closed(ONLY_PEOPLE)
    if sheet_id and sheet_id not in step.sheets and len(step.sheets) >= state.settings.most_phones:
        raise Full(FULL)
    chosen = warning.FACILITATOR in form.get(warning.TO, ())
    answers = _answers(step.kind, form, step.settings, state.inputs(step))
    if phone:
        subgroups.must_be_own(activity, step.kind, step.settings, answers, phone)
    return Post(contribution_id, phone_id, sheet_id, activity.id, step.kind, step.settings, answers, chosen)


def repeated(contribution_id: uuid.UUID) -> Receipt:
    return Receipt(contribution_id, repeated=True, said=REPEATED)


def open_activity(session: Session, activity_id: uuid.UUID, phone: Phone | None) -> Activity:
    """Returns the step, if this phone, or the desk (None), may send to it. Raises `Closed`."""
    if session.ended_at:
        raise Closed(Sentence("De sessie is afgelopen. Je kunt niets meer sturen."))
    if session.is_prepared and not session.takes_ahead:
        raise Closed(AHEAD_OVER)
    activity = next((a for a in session.activities if a.id == activity_id), None)
    if activity is None:
        raise Closed(Sentence("Deze vraag hoort bij een andere sessie. Laad de pagina opnieuw."))
    if not takes.takes(session, activity, now()):
        raise Closed(GONE_ON)
    if phone and not audience.asks(activity, phone.group):
        raise Closed(ASIDE)
    if not activity.open:
        raise Closed(
            Sentence("Deze stap is net dicht. Je tekst staat er nog. Vertel het gerust aan de begeleider.")
        )
    return activity


def has_words(row: Contribution) -> bool:
    return any(row.body.get(name) for name in kinds.writes())


def take_words(row: Contribution) -> None:
    """Takes the words out of a row. What was chosen with them stays, and is still counted."""
    row.body = row.body | {name: "" for name in kinds.writes() if name in row.body}
    row.words_id, row.state, row.signals = codes.new_id(), "shown", []


def _let_go(batch: Batch, earlier: Sent) -> tuple[uuid.UUID | None, Burst]:
    """Takes back the words that their sender replaces by others. Returns the id of the new
    words, and the burst.

    Words that stand for seconds in a burst need no tombstone of their own: they share the id of the words
    after them, and are erased from the files with the tombstone that is there.
    """
    moment = time.monotonic()
    if earlier.burst and moment - earlier.burst.began < BURST_SECONDS:
        batch.let_go(earlier.burst.before)
        return earlier.words_id, earlier.burst
    before = earlier.words_id or earlier.id
    batch.let_go(before)
    return codes.new_id(), Burst(moment, before)


def news(kind: Kind, entry: Entry) -> frozenset[str]:
    """Returns the phones that this answer concerns when it comes or goes: every phone, if phones
    react to such words."""
    concerns_all = kind.shares and entry.state == "shown" and kinds.texts(kind, entry.answer)
    return bus.OURS if concerns_all else frozenset()


def _raise_alert(batch: Batch, sent: Sent) -> None:
    """Adds one alert for each card that looks like a disclosure, however often it is changed until it is
    taken up. It has the day of the session: a time would be the sender's."""
    category = warning.disclosure(sent.entry.signals)
    if not category or batch.has_alert(sent.id):
        return
    session = batch.session
    batch.raise_alert(
        Alert(
            partnership_id=session.partnership_id,
            session_id=session.id,
            contribution_id=sent.id,
            category=category,
            raised_on=days.day_of(session.created_at),
        )
    )


def _answers(kind: Kind, form: Form, settings: Any, inputs: Inputs) -> list[Any]:
    try:
        return [kinds.answer(kind, single, settings, inputs) for single in kind.split(form, settings)]
    except KindError:
        raise
    except ValueError as error:
        raise KindError(str(error)) from None


def _check_most(there: int, new: int, most: int) -> None:
    if new and there + new > most:
        raise KindError(
            Sentence(
                "Je hebt er al %(count)s gestuurd, meer kan niet. "
                "Wil je nog iets kwijt? Haal er eerst een weg.",
                count=there,
            )
        )
