"""What a facilitator prints for one session: its running order on one page, and a poster with its QR code."""

from __future__ import annotations

import datetime as dt

import msgspec

from workshop import codes, dutch, kinds
from workshop.content.worksheets import Worksheet
from workshop.documents.document import each_text, plain
from workshop.live import qr
from workshop.live.running_order import Slot, running_order
from workshop.models import Session
from workshop.text import plural

SIZES = {"a4": "A4", "a3": "A3"}
"""Size of paper of a poster -> what people call it."""


class OrderLine(msgspec.Struct, frozen=True):
    """One step. `rests` says that phones do nothing in it."""

    time: str
    title: str
    kind: str
    audience: str
    """Whom it asks; empty for everybody."""
    question: str
    said: tuple[str, ...]
    note: str
    rests: bool


class OrderPage(msgspec.Struct, frozen=True):
    """The running order as one page. Where it does not fit, templates/export/running-order.typ first makes it
    smaller and then leaves out what it names."""

    worksheet: str
    title: str
    partnership: str
    when: str
    total: str
    date: dt.date
    lines: tuple[OrderLine, ...]


class Poster(msgspec.Struct, frozen=True):
    """A poster. `code` is two groups of four digits; empty as long as nobody may join, for then there is
    none."""

    size: str
    title: str
    when: str
    address: str
    """Where the code is typed, without `https://`."""
    code: str
    drawing: str
    """The QR code as SVG."""
    date: dt.date


def order_page(session: Session, date: dt.date) -> OrderPage:
    """Makes the page of what is not skipped."""
    order = running_order(session.activities, session.starts_at)
    total = f"{plural(order.steps, 'stap', 'stappen')}, samen {order.minutes} minuten"
    if order.end:
        total += f", van {order.begin} tot {order.end} uur"
    return each_text(
        OrderPage(
            worksheet=session.worksheet,
            title=session.title,
            partnership=session.partnership.name,
            when=_capitalised(dutch.moment(session.starts_at))
            if session.starts_at
            else "Nog geen dag en tijd gekozen. De tijden zijn minuten vanaf het begin.",
            total=total,
            date=date,
            lines=tuple(_line(slot, session.holds_back) for slot in order.slots if slot.number),
        ),
        plain,
    )


def poster(session: Session, worksheet: Worksheet, origin: str, size: str, date: dt.date) -> Poster:
    """Makes the poster of a session in a size of `SIZES`, with the title that participants read. `origin` is
    where phones find us, `https://kompas.example`."""
    return each_text(
        Poster(
            size=size,
            title=worksheet.called(session.title, session.holds_back),
            when=_capitalised(dutch.moment(session.starts_at)) if session.starts_at else "",
            address=f"{origin.partition('://')[2]}/doe-mee",
            code=codes.spoken_code(session.code) if session.code and session.admits else "",
            drawing=qr.alone(f"{origin}/j/{session.join_token}"),
            date=date,
        ),
        plain,
    )


def _line(slot: Slot, young: bool) -> OrderLine:
    step = slot.activity
    said = (step.spoken.get("youth") if young else ()) or step.spoken.get("general", ())
    return OrderLine(
        time=f"{slot.begin}–{slot.end}",
        title=f"{slot.number}. {step.title}",
        kind=kinds.called(step),
        audience="" if step.audience == "samen" else f"voor {step.audience}",
        question=step.question,
        said=tuple(said),
        note=step.jotted,
        rests=not kinds.asks(step.kind),
    )


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
