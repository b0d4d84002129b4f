"""The door: who drives, who still comes in, with which code and at which address."""

from __future__ import annotations

import contextlib
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, codes, reach
from workshop.live import idle, links
from workshop.live.conduct.deeds import Deeds, Seen, Senders, must, must_differ, must_still
from workshop.log.what import What
from workshop.models import Session, now


class DoorDeeds(Deeds):
    """What the desk does about who takes part."""

    async def open(self) -> None:
        """Lets people into a session that was prepared; from now on its hours count, and nobody answers ahead
        any more. The desk that opens it has the wheel."""

        async def let_in(db: AsyncSession, session: Session) -> None:
            must(session.is_prepared)
            await links.close_ahead(db, session, self.room.reader.settings.group_minimum, now())
            links.open_door(session, now())
            session.driver_id = self.sign_in.id
            self._keep(session, "let-in")
            await self._log(db, session, What.SESSION_OPENED)

        await self._change(bus.STEP | {bus.WHO}, let_in)

    async def take_wheel(self) -> None:
        async def take(db: AsyncSession, session: Session) -> None:
            must_differ(session.driver_id, self.sign_in.id)
            session.driver_id = self.sign_in.id
            self._keep(session, "wheel")
            await self._log(db, session, What.WHEEL_TAKEN)

        await self._change(bus.DESK, take)

    async def set_admits(self, admits: bool) -> None:
        """Locks or opens the door for newcomers. A locked room has no code to guess."""
        what = What.DOOR_OPENED if admits else What.DOOR_CLOSED

        async def turn(db: AsyncSession, session: Session) -> None:
            must_differ(session.admits, admits)
            self._keep(session, "admits", admits=session.admits)
            session.admits, session.code = admits, codes.new_code() if admits else None
            await self._log(db, session, what)

        await self._drive(bus.INPUT, turn)

    async def rotate_codes(self, seen: Seen = None) -> None:
        """Makes a new QR code and code; phones that are in stay in. `seen` is the code before, empty
        where there was none."""
        fresh = {"join_token": codes.new_token(), "code": codes.new_code()}
        await self._session(bus.INPUT, "codes", What.CODES_RENEWED, seen, **fresh, admits=True)

    async def forget_idle(self) -> int:
        """Forgets the phones that sent nothing and are not connected. Returns how many. Somebody may have let
        in many more phones than there are people."""
        forgotten = 0

        async def forget(db: AsyncSession, session: Session) -> None:
            nonlocal forgotten
            forgotten = await idle.forget(db, session.id, self.room.presence.there(session.id).phones)
            must(forgotten)
            self._keep(session, "forgotten")
            await self._log(db, session, What.PHONES_FORGOTTEN)

        await self._drive(bus.INPUT | {bus.WHO}, forget)
        return forgotten

    async def choose_address(self, address: str) -> None:
        """Puts another address of this machine in its QR codes. Raises `ValueError` for an address
        it does not have."""

        async def choose(db: AsyncSession, session: Session) -> None:
            must_differ(reach.address(), address)
            self._keep(session, "address", before=reach.address(), now=address)
            reach.choose(address)
            await self._log(db, session, What.ADDRESS_CHOSEN)

        await self._drive(bus.INPUT, choose)

    async def put_back_door(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Opens or locks the door again. A door that opens again has a new code: a locked room keeps none."""
        must_still(session.admits, not was["admits"])
        session.admits, session.code = was["admits"], codes.new_code() if was["admits"] else None
        await self._log(db, session, What.DOOR_OPENED if session.admits else What.DOOR_CLOSED)
        return []

    async def put_back_address(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        must_still(reach.address(), was["now"])
        with contextlib.suppress(ValueError):  # this machine has that address no more
            reach.choose(was["before"])
        await self._log(db, session, What.ADDRESS_CHOSEN)
        return []
