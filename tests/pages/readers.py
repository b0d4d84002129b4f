"""Everything by which somebody reads a dossier, in one list: what must never be read is looked for in all.

A new form of output (a document, an export, an answer of the API) gets a reader here: an async function from
a `House` of tests/pages/test_record.py to all the text that it gives.
"""

import io
import uuid
import zipfile
from collections.abc import Awaitable, Callable
from html import unescape

from sqlalchemy import select

from workshop.accounts import keys
from workshop.models import Answer, Membership, Session, in_dossier
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
    return await _together(house, *(f"/sessies/{id}" for id in await _session_ids(house)))


async def finding(house) -> str:
    """The query is in small letters: what the page repeats of it is no find."""
    return await _together(house, "/zoeken?q=kanarie", "/zoeken?q=kanarie&ook=ja")


async def lookbacks(house) -> str:
    """Everything that may be published to participants."""
    answers = [await house.client.get(f"/sessies/{id}/terugblik") for id in await _session_ids(house)]
    return unescape("\n".join(answer.text for answer in answers))


async def documents(house) -> str:
    paths = [f"{house.home}/document/docx", f"{house.home}/document/xlsx", f"{house.home}/document/pptx"]
    paths += [f"/sessies/{id}/document/docx" for id in await _session_ids(house)]
    return "\n".join([_unzipped(await house.client.get(path)) for path in paths])


async def archive(house) -> str:
    return _unzipped(await house.client.post(f"{house.home}/beheer/archief"))


async def machines(house) -> str:
    async with house.services.db.read() as db:
        mine = Membership.partnership_id == house.partnership.id
        member = (await db.scalars(select(Membership).where(mine))).first()
    token = await keys.make(house.services.db, member, "Lezer")
    api = f"/api/v1{house.home}"
    paths = ("", "/werkbladen/1-a", "/werkbladen/1-b", "/acties", "/cijfers", "/indicatoren")
    headers = {"Authorization": f"Bearer {token}"}
    answers = [await house.client.get(api + path, headers=headers) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    return "\n".join(answer.text for answer in answers)


READERS: dict[str, Reader] = {
    "vaste pagina's": fixed_pages,
    "werkbladen": worksheets,
    "geschiedenis": histories,
    "versies": versions,
    "ketens": chains,
    "sessies": sessions,
    "zoeken": finding,
    "terugblikken": lookbacks,
    "documenten": documents,
    "archief": archive,
    "machines": machines,
}


def _unzipped(response) -> str:
    assert response.status_code == 200
    with zipfile.ZipFile(io.BytesIO(response.content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


async def _session_ids(house) -> list[uuid.UUID]:
    async with house.services.db.read() as db:
        mine = in_dossier(house.partnership.id)
        return list(await db.scalars(select(Session.id).where(*mine)))


async def _answers(house) -> list[Answer]:
    async with house.services.db.read() as db:
        return list(await db.scalars(select(Answer).where(Answer.partnership_id == house.partnership.id)))


async def _together(house, *paths: str) -> str:
    return unescape("\n".join([await house.get(path) for path in paths]))
