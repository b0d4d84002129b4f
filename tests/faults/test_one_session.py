"""Where more processes write, no transaction has two sessions: so two never wait for each other."""

import asyncio
import uuid

from sqlalchemy import text

from workshop.db import Database


async def test_what_waits_for_several_sessions_is_committed_for_each_apart(postgres):
    database = Database(postgres)
    await database.start()
    sessions = [uuid.uuid4() for _ in range(3)]

    async def transaction(db):
        return await db.scalar(text("SELECT txid_current()"))

    found = await asyncio.gather(*(database.write(transaction, id) for _ in range(4) for id in sessions))
    await database.stop()
    of_each = [set(found[number::3]) for number in range(3)]
    assert sum(map(len, of_each)) == len(set().union(*of_each))
    assert len(set(found)) < len(found)
