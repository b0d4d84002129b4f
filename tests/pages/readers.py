"""Everything by which somebody reads a dossier, in one list: what must never be read is looked for in all.

A new form of output (a document, an export, an answer of the API) gets a reader here: an async function from
a `House` of tests/pages/test_record.py to all the text that it gives.
"""

from collections.abc import Awaitable, Callable
from html import unescape

from sqlalchemy import select

from workshop.models import Answer, Session
from workshop.record.answers import items_of

Reader = Callable[..., Awaitable[str]]


async def fixed_pages(house) -> str:
    return await _together(house, "", "/bouwstenen", "/sessies", "/acties?toon=alle", "/cijfers")


async def worksheets(house) -> str:
    """Every step with an answer, to read and to write on."""
    paths = []
    for answer in await _answers(house):
        sheet = next(s for s in house.services.library.worksheets if s.id == answer.field.partition(".")[0])
        step = next(step for step in sheet.steps if any(f.id == answer.field for f in step.fields))
        path = f"/bouwstenen/{sheet.slug}?stap={step.id.rpartition('.')[2]}&over={answer.about}"
        paths += [path, f"{path}&bewerk={answer.field}"]
    return await _together(house, *dict.fromkeys(paths))


async def histories(house) -> str:
    return await _together(
        house, *(f"/velden/{answer.field}/versies?over={answer.about}" for answer in await _answers(house))
    )


async def versions(house) -> str:
    return await _together(
        house,
        *(
            f"/velden/{answer.field}/versies/{number}?over={answer.about}"
            for answer in await _answers(house)
            for number in range(1, answer.number + 1)
        ),
    )


async def chains(house) -> str:
    return await _together(
        house,
        *(
            f"/herkomst/{item.id}?veld={answer.field}&over={answer.about}"
            for answer in await _answers(house)
            for item in items_of(answer)
        ),
    )


async def sessions(house) -> str:
    async with house.services.db.read() as db:
        ids = list(await db.scalars(select(Session.id).where(Session.partnership_id == house.partnership.id)))
    return await _together(house, *(f"/sessies/{id}" for id in ids))


READERS: dict[str, Reader] = {
    "vaste pagina's": fixed_pages,
    "werkbladen": worksheets,
    "geschiedenis": histories,
    "versies": versions,
    "ketens": chains,
    "sessies": sessions,
}


async def _answers(house) -> list[Answer]:
    async with house.services.db.read() as db:
        return list(await db.scalars(select(Answer).where(Answer.partnership_id == house.partnership.id)))


async def _together(house, *paths: str) -> str:
    return unescape("\n".join([await house.get(path) for path in paths]))
