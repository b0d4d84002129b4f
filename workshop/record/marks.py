"""Marks through time: counts per theme and session, and what may be shown of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.codes import new_id
from workshop.content.worksheets import Field
from workshop.dutch import date
from workshop.kinds import EarlierMarks
from workshop.means import mean, spread
from workshop.models import Session, ThemeMarks, now
from workshop.record.layouts import Header
from workshop.session_groups import PLURALS, UNSAID, named

MINIMUM = 5
MOST_PAPERS = 500
ON_PAPER = "Cijfers op papier"
SPREADS = ((2.0, "ver uit elkaar"), (1.0, "een stukje uit elkaar"), (0.0, "dicht bij elkaar"))
"""Pairs of the least standard deviation and the words for it."""


class ThemeMoment(msgspec.Struct, frozen=True):
    """One theme in one session. Below the minimum it has the number of marks and nothing else."""

    session: uuid.UUID
    at: dt.datetime
    marks: int
    mean: float | None
    low: int
    high: int
    spread: float
    """Standard deviation, rounded to tenths; 0 below the minimum."""
    counts: tuple[int, ...]
    """How often a 1, a 2, … a 10 was given; ten zeros below the minimum."""


class ThemeTrend(msgspec.Struct, frozen=True):
    """One theme through time, oldest moment first."""

    field: str
    theme: str
    label: str
    moments: tuple[ThemeMoment, ...]
    change: float | None
    """The last mean minus the one before it, if both are shown; of means that are rounded to tenths."""
    widest: bool = False
    """Whether it changed more than every other theme."""

    @property
    def key(self) -> str:
        """`field/theme`, as it stands in an address."""
        return f"{self.field}/{self.theme}"

    @property
    def changes(self) -> tuple[float | None, ...]:
        """For each moment its mean minus the one before it, if both are shown; of means that are
        rounded to tenths."""
        found: list[float | None] = []
        before: float | None = None
        for moment in self.moments:
            known = moment.mean is not None and before is not None
            found.append(round(moment.mean - before, 1) if known else None)
            before = before if moment.mean is None else moment.mean
        return tuple(found)

    @property
    def shown(self) -> tuple[ThemeMoment, ...]:
        return tuple(moment for moment in self.moments if moment.mean is not None)


class Contrast(msgspec.Struct, frozen=True):
    """One theme in one session by group; no means when not every group is large enough."""

    session: uuid.UUID
    at: dt.datetime

    label: str
    means: dict[str, float]
    gap: float | None
    widest: bool = False


async def rows_of(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    *,
    session_id: uuid.UUID | None = None,
    fields: Iterable[str] | None = None,
    theme: str | None = None,
    newest: int | None = None,
) -> list[ThemeMarks]:
    """Reads the marks of a dossier, of one of its sessions, of a few fields or of one theme, oldest first;
    with `newest` only that many of each theme."""
    mine = [ThemeMarks.partnership_id == partnership_id]
    if session_id:
        mine.append(ThemeMarks.session_id == session_id)
    if fields is not None:
        mine.append(ThemeMarks.field.in_(list(fields)))
    if theme is not None:
        mine.append(ThemeMarks.theme == theme)
    query = select(ThemeMarks).where(*mine)
    if newest:
        rank = func.row_number().over(
            partition_by=(ThemeMarks.field, ThemeMarks.theme), order_by=(ThemeMarks.at.desc(), ThemeMarks.id)
        )
        ranked = select(ThemeMarks.id, rank.label("rank")).where(*mine).subquery()
        query = query.where(ThemeMarks.id.in_(select(ranked.c.id).where(ranked.c.rank <= newest)))
    return list(await db.scalars(query.order_by(ThemeMarks.at, ThemeMarks.position, ThemeMarks.id)))


async def sessions_in(db: AsyncSession, partnership_id: uuid.UUID) -> dict[str, int]:
    """Counts, per field, the sessions in which it was marked."""
    rows = await db.execute(
        select(ThemeMarks.field, func.count(ThemeMarks.session_id.distinct()))
        .where(ThemeMarks.partnership_id == partnership_id)
        .group_by(ThemeMarks.field)
    )
    return {row.field: row[1] for row in rows}


async def groups_of(db: AsyncSession, partnership_id: uuid.UUID) -> dict[str, str]:
    """Reads group -> name of every group that marks of a dossier can have: the fixed ones, and own ones that
    stand in it."""
    kept = await db.scalars(select(ThemeMarks.groups).where(ThemeMarks.partnership_id == partnership_id))
    return named({*PLURALS, *(group for groups in kept for group in groups)} - {""})


def on_paper(typed: Mapping[str, Sequence[str]], themes: Sequence[Header]) -> dict[str, list[int]]:
    """Reads a form of marks on paper: theme -> how often a 1, a 2, … a 10 was counted, from
    `count.<theme>.<mark>`.

    Raises `ValueError` with a sentence when all is empty, a count is no whole number, or a theme has
    more than 500 marks.
    """
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
    themes: Sequence[Header],
    counts: Mapping[str, list[int]],
    day: dt.date,
    *,
    account_id: uuid.UUID | None,
    id: uuid.UUID | None = None,
) -> None:
    """Saves marks that were given on paper, as a session that nobody joined by phone; once for each `id`."""
    if id and await db.get(Session, id):
        return
    at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    session = Session(
        id=id or new_id(),
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


def through_time(rows: Iterable[ThemeMarks], minimum: int = MINIMUM) -> list[ThemeTrend]:
    """Returns one `ThemeTrend` per field and theme, in the order of the worksheet."""
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
    """Returns the groups of these rows beside each other; empty when none of the rows may show them."""
    found = [_contrast(row, group_minimum, breakdown_minimum) for row in rows]
    if not any(contrast.means for contrast in found):
        return []
    gaps = [contrast.gap or 0.0 for contrast in found]
    return [
        msgspec.structs.replace(contrast, widest=_alone(gap, gaps))
        for contrast, gap in zip(found, gaps, strict=True)
    ]


def spread_words(spread: float) -> str:
    """Says in words how far apart the marks of one session are."""
    return next(words for least, words in SPREADS if spread >= least)


def groups_in(contrasts: Iterable[Contrast]) -> dict[str, str]:
    """Returns group -> label, for the groups that any theme shows, in their fixed order."""
    return named(group for contrast in contrasts for group in contrast.means)


def compared(contrasts: Iterable[Contrast]) -> list[list[Contrast]]:
    """Puts together the sessions of one theme that have a group in common, the newest first: one school
    beside another club tells nothing. Leaves out sessions that may not show groups."""
    tables: list[list[Contrast]] = []
    for contrast in (one for one in contrasts if one.means):
        same = [some for some in tables if any(_names(contrast) & _names(one) for one in some)]
        tables = [some for some in tables if some not in same]
        tables.append(sorted([contrast, *chain(*same)], key=lambda one: one.at, reverse=True))
    return sorted(tables, key=lambda some: some[0].at, reverse=True)


def as_earlier(row: ThemeMarks) -> EarlierMarks:
    """Returns a row of an earlier session as the kind `marks` shows it; of few marks only how
    many there were."""
    average = mean(row.counts, MINIMUM)
    given = [mark for mark, count in enumerate(row.counts, 1) if count and average is not None]
    return EarlierMarks(
        theme=row.theme,
        when=date(row.at),
        mean=average,
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


def _theme(rows: Sequence[ThemeMarks], minimum: int) -> ThemeTrend:
    moments = tuple(_moment(row, minimum) for row in rows)
    means = [moment.mean for moment in moments if moment.mean is not None]
    change = round(means[-1] - means[-2], 1) if len(means) > 1 else None
    newest = rows[-1]
    return ThemeTrend(newest.field, newest.theme, newest.label, moments, change)


def _moment(row: ThemeMarks, minimum: int) -> ThemeMoment:
    average = mean(row.counts, minimum)
    given = [mark for mark, count in enumerate(row.counts, 1) if count and average is not None]
    return ThemeMoment(
        session=row.session_id,
        at=row.at,
        marks=sum(row.counts),
        mean=None if average is None else round(average, 1),
        low=min(given, default=0),
        high=max(given, default=0),
        spread=round(spread(row.counts, minimum) or 0.0, 1),
        counts=tuple(row.counts) if average is not None else (0,) * 10,
    )


def _contrast(row: ThemeMarks, group_minimum: int, breakdown_minimum: int) -> Contrast:
    """Returns the means of all groups or of none: one group left out could be computed from the whole
    (promise 6 of safety.md)."""
    marks = {group: sum(counts) for group, counts in row.groups.items() if sum(counts)}
    complete = sum(marks.values()) == sum(row.counts) >= breakdown_minimum
    if len(marks) < 2 or not complete or min(marks.values()) < group_minimum:
        return Contrast(row.session_id, row.at, row.label, {}, None)
    means = {group: round(mean(row.groups[group], group_minimum) or 0.0, 1) for group in marks}
    return Contrast(
        row.session_id, row.at, row.label, means, round(max(means.values()) - min(means.values()), 1)
    )


def _names(contrast: Contrast) -> set[str]:
    """Returns the groups that are the same people in every session; nobody knows who the others are."""
    return set(contrast.means) - {UNSAID, ""} or {""}


def _widest(themes: Sequence[ThemeTrend]) -> list[bool]:
    """Says for each theme whether it changed most, compared within one field: two lists of themes are
    two conversations."""
    changes = [(theme.field, abs(theme.change or 0.0)) for theme in themes]
    return [_alone(size, [other for of, other in changes if of == field]) for field, size in changes]


def _alone(size: float, sizes: Sequence[float]) -> bool:
    """Says whether this is the largest and the only one: a tie points at nobody."""
    return size > 0 and size == max(sizes) and sizes.count(size) == 1
