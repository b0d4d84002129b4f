"""Marks through time: counts per theme and session, and what may be shown of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.bouwstenen import Field
from workshop.dutch import date
from workshop.groups import PLURALS, WITHOUT
from workshop.kinds import EarlierMarks
from workshop.kinds.marks import mean
from workshop.models import Session, ThemeMarks, now
from workshop.record.ground import Place

MINIMUM = 5
MOST_PAPERS = 500
ON_PAPER = "Cijfers op papier"


class Moment(msgspec.Struct, frozen=True):
    """One theme in one session. Below the minimum there is a count and nothing else."""

    session: uuid.UUID
    at: dt.datetime
    marks: int
    mean: float | None
    low: int
    high: int


class Theme(msgspec.Struct, frozen=True):
    """One theme through time, oldest moment first."""

    field: str
    theme: str
    label: str
    moments: tuple[Moment, ...]
    change: float | None
    """The last mean less the one before it, as far as both are shown; in tenths, as people read them."""
    widest: bool = False
    """Whether it changed more than every other theme."""

    @property
    def shown(self) -> tuple[Moment, ...]:
        return tuple(moment for moment in self.moments if moment.mean is not None)


class Contrast(msgspec.Struct, frozen=True):
    """One theme in one session by group; no means when not every group is large enough."""

    label: str
    means: dict[str, float]
    gap: float | None
    widest: bool = False


async def rows_of(
    db: AsyncSession, partnership_id: uuid.UUID, *, session_id: uuid.UUID | None = None
) -> list[ThemeMarks]:
    """The marks of a dossier, or of one of its sessions, oldest first."""
    query = select(ThemeMarks).where(ThemeMarks.partnership_id == partnership_id)
    if session_id:
        query = query.where(ThemeMarks.session_id == session_id)
    return list(await db.scalars(query.order_by(ThemeMarks.at, ThemeMarks.position, ThemeMarks.id)))


def on_paper(typed: Mapping[str, Sequence[str]], themes: Sequence[Place]) -> dict[str, list[int]]:
    """Theme -> how often a 1, a 2, … a 10 was counted. Raises `ValueError` with a sentence."""
    counts = {
        theme.id: [_counted(typed.get(f"count.{theme.id}.{mark}", ("",))[0]) for mark in range(1, 11)]
        for theme in themes
    }
    if not any(sum(found) for found in counts.values()):
        raise ValueError("Vul bij minstens één thema in hoe vaak een cijfer is gegeven.")
    if any(sum(found) > MOST_PAPERS for found in counts.values()):
        raise ValueError(f"Een thema heeft meer dan {MOST_PAPERS} cijfers. Kijk nog eens na wat je invulde.")
    return counts


async def save_paper(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    worksheet: str,
    field: Field,
    themes: Sequence[Place],
    counts: Mapping[str, list[int]],
    day: dt.date,
    *,
    account_id: uuid.UUID | None,
) -> None:
    """Marks that were given on paper, as a session that nobody joined by phone."""
    at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    session = Session(
        partnership_id=partnership_id,
        worksheet=worksheet,
        title=ON_PAPER,
        code=None,
        admits=False,
        created_at=at,
        created_by=account_id,
        ended_at=at,
        ended_by=account_id,
        saved_at=now(),
        saved_by=account_id,
    )
    db.add(session)
    await db.flush()
    for position, theme in enumerate(themes):
        if sum(counts[theme.id]):
            db.add(
                ThemeMarks(
                    partnership_id=partnership_id,
                    session_id=session.id,
                    field=field.id,
                    theme=theme.id,
                    label=theme.label,
                    position=position,
                    counts=counts[theme.id],
                    at=at,
                )
            )


def through_time(rows: Iterable[ThemeMarks], minimum: int = MINIMUM) -> list[Theme]:
    """One `Theme` per field and theme, in the order of the worksheet."""
    grouped: dict[tuple[str, str], list[ThemeMarks]] = {}
    for row in rows:
        grouped.setdefault((row.field, row.theme), []).append(row)
    newest = sorted(grouped.values(), key=lambda own: (own[-1].field, own[-1].position))
    themes = [_theme(own, minimum) for own in newest]
    return [
        msgspec.structs.replace(theme, widest=alone)
        for theme, alone in zip(themes, _widest(themes), strict=True)
    ]


def contrasts(rows: Iterable[ThemeMarks], group_minimum: int, breakdown_minimum: int) -> list[Contrast]:
    """The groups of one session beside each other; empty when no theme may show them."""
    found = [_contrast(row, group_minimum, breakdown_minimum) for row in rows]
    if not any(contrast.means for contrast in found):
        return []
    gaps = [contrast.gap or 0.0 for contrast in found]
    return [
        msgspec.structs.replace(contrast, widest=_alone(gap, gaps))
        for contrast, gap in zip(found, gaps, strict=True)
    ]


def groups_in(contrasts: Iterable[Contrast]) -> dict[str, str]:
    """Group -> label of the groups that any theme shows, in their fixed order."""
    present = {group for contrast in contrasts for group in contrast.means}
    return {group: label for group, label in (*PLURALS.items(), ("", WITHOUT)) if group in present}


def as_earlier(row: ThemeMarks) -> EarlierMarks:
    """A row of an earlier session as the kind `marks` shows it."""
    given = [mark for mark, count in enumerate(row.counts, 1) if count]
    return EarlierMarks(
        theme=row.theme,
        when=date(row.at),
        mean=mean(row.counts, MINIMUM),
        low=min(given, default=0),
        high=max(given, default=0),
        marks=sum(row.counts),
    )


def _counted(typed: str) -> int:
    if not typed.strip():
        return 0
    if not typed.strip().isdecimal() or len(typed.strip()) > 4:
        raise ValueError("Vul hele getallen in: hoe vaak kwam dit cijfer voor?")
    return int(typed)


def _theme(rows: Sequence[ThemeMarks], minimum: int) -> Theme:
    moments = tuple(_moment(row, minimum) for row in rows)
    means = [moment.mean for moment in moments if moment.mean is not None]
    change = round(means[-1] - means[-2], 1) if len(means) > 1 else None
    newest = rows[-1]
    return Theme(newest.field, newest.theme, newest.label, moments, change)


def _moment(row: ThemeMarks, minimum: int) -> Moment:
    average = mean(row.counts, minimum)
    given = [mark for mark, count in enumerate(row.counts, 1) if count and average is not None]
    return Moment(
        session=row.session_id,
        at=row.at,
        marks=sum(row.counts),
        mean=None if average is None else round(average, 1),
        low=min(given, default=0),
        high=max(given, default=0),
    )


def _contrast(row: ThemeMarks, group_minimum: int, breakdown_minimum: int) -> Contrast:
    """All groups or none: one group left out could be computed from the whole (promise 6 of safety.md)."""
    marks = {group: sum(counts) for group, counts in row.groups.items() if sum(counts)}
    complete = sum(marks.values()) == sum(row.counts) >= breakdown_minimum
    if len(marks) < 2 or not complete or min(marks.values()) < group_minimum:
        return Contrast(row.label, {}, None)
    means = {group: round(mean(row.groups[group], group_minimum) or 0.0, 1) for group in marks}
    return Contrast(row.label, means, round(max(means.values()) - min(means.values()), 1))


def _widest(themes: Sequence[Theme]) -> list[bool]:
    """Compared within one field: two lists of themes are two conversations."""
    changes = [(theme.field, abs(theme.change or 0.0)) for theme in themes]
    return [_alone(size, [other for of, other in changes if of == field]) for field, size in changes]


def _alone(size: float, sizes: Sequence[float]) -> bool:
    """Whether this is the largest and the only one: a tie points at nobody."""
    return size > 0 and size == max(sizes) and sizes.count(size) == 1
