"""One simulated phone: it joins, listens, thinks, sends, and sometimes loses its connection.

It knows nothing of the server but what a browser receives, and sends to no other address.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import uuid
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from workshop.codes import new_id, typed_code
from workshop.crowd import answers
from workshop.crowd.answers import CrowdRoom, Filled, Mind
from workshop.crowd.forms import Scene, read
from workshop.crowd.ledger import ACKNOWLEDGED, NO_ANSWER, REFUSED, SENT, WITHDRAWN, Ledger

HOME, SCENE, MINE = "/deelnemen", "/deelnemen/scene", "/deelnemen/mijn"
OVER = ("einde", "weg")
SIGNED_OUT = 4401
WARNED = 428
ANSWER_SECONDS = 15
THINKS = (2.0, 20.0)
RESTLESS, TWICE, FICKLE, LOOKS, ENDS = 0.2, 0.15, 0.1, 0.1, 0.5
"""The share of phones that lose their socket, the chance that something is sent twice, the share that take
something back, and the chances that somebody with nothing to say looks what others sent, or says to be
ready."""
TRUSTS = 0.5
"""The share of those warned about a text who send it to the facilitator; the others throw it away."""


class AddressError(ValueError):
    """Not an address that phones can join at; the text says what is expected."""


@dataclass(frozen=True)
class Address:
    """Where phones join: the address of the QR, or the site and its typed code."""

    origin: str
    path: str
    code: str = ""

    @classmethod
    def of(cls, url: str, code: str = "") -> Address:
        """Reads the address of a QR, or of the site with a typed code. Raises `AddressError`."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.username:
            raise AddressError("Geef een adres dat begint met http:// of https://.")
        origin = f"{parts.scheme}://{parts.netloc}"
        if re.fullmatch(r"/j/[\w-]{1,40}", parts.path) and not code:
            return cls(origin, parts.path)
        if parts.path in ("", "/", "/doe-mee") and code:
            try:
                return cls(origin, "/doe-mee", typed_code(code))
            except ValueError as error:
                raise AddressError(str(error)) from None
        raise AddressError("Geef het adres van de QR-code (…/j/…), of de site met --code en 8 cijfers.")

    def inside(self, url: str) -> str:
        """Returns the path of what the server points at. Raises `AddressError` for another site."""
        target = urlsplit(urljoin(self.origin + self.path, url))
        if f"{target.scheme}://{target.netloc}" != self.origin:
            raise AddressError("De server verwijst naar een ander adres. Daar gaan de telefoons niet heen.")
        return target.path

    @property
    def sockets(self) -> str:
        return self.origin.replace("http", "ws", 1)


@dataclass
class Crowd:
    """What all phones of one run share."""

    address: Address
    ledger: Ledger
    room: CrowdRoom
    pace: float
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self, seconds: float) -> bool:
        """Waits this many seconds, at the pace of the crowd; returns False when the crowd stops."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds * self.pace, 0.005)):
                await self.stop.wait()
        return not self.stop.is_set()


class CrowdPhone:
    def __init__(self, crowd: Crowd, client: httpx.AsyncClient, chance: random.Random) -> None:
        self.crowd = crowd
        self.client = client
        self.chance = chance
        self.ledger = crowd.ledger
        self.mind = Mind(crowd.room, chance)
        self.scene = Scene()
        self.restless = chance.random() < RESTLESS
        self.fickle = chance.random() < FICKLE
        self.stream = ""
        self._asks = asyncio.Event()

    async def live(self) -> None:
        """Joins and takes part until the session is over or the crowd stops."""
        if not await self.join():
            return
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(self._listen()), group.create_task(self._fetch_own())]
            await self._take_part()
            for task in beside:
                task.cancel()

    # --- joining ---

    async def join(self) -> bool:
        """Joins the session; returns False, and notes a failure, when that does not work."""
        try:
            reason = await self._join()
        except AddressError as error:
            reason = str(error)
        if reason:
            self.ledger.failures[f"een telefoon kon niet meedoen ({reason})"] += 1
            return False
        self.ledger.joined += 1
        return True

    async def _join(self) -> str:
        """Returns why this phone did not get in; an empty text when it did."""
        path = self.crowd.address.path
        if self.crowd.address.code:
            answer = await self._surely("POST", path, {"code": [self.crowd.address.code]})
            if answer is None or answer.status_code != 303:
                return _why(answer)
            path = self.crowd.address.inside(answer.headers["location"])
        welcome = await self._surely("GET", path)
        if welcome is None or welcome.status_code != 200:
            return _why(welcome)
        answer = await self._surely("POST", path, self._choose_group(welcome.text))
        if answer is None or answer.status_code != 303:
            return _why(answer)
        if self.crowd.address.inside(answer.headers["location"]) != HOME:
            return "geen plek in de sessie"
        page = await self._surely("GET", HOME)
        if page is None or page.status_code != 200:
            return _why(page)
        self.stream = self.crowd.address.inside(self.scene.take(page.text).stream)
        return ""

    def _choose_group(self, html: str) -> Filled:
        offered = [form.fields["group"].values for form in read(html).forms if "group" in form.fields]
        chosen = self.mind.group(offered[0]) if offered else ""
        return {"group": [chosen]} if chosen else {}

    # --- listening ---

    async def _listen(self) -> None:
        """Listens to the phone's socket: comes back after every loss, and then the first frame is the whole
        scene."""
        attempt = 0
        while True:
            try:
                async with connect(
                    self.crowd.address.sockets + self.stream,
                    origin=Origin(self.crowd.address.origin),
                    additional_headers={"Cookie": self._cookie()},
                    compression=None,
                    proxy=None,
                    close_timeout=1,
                ) as socket:
                    attempt = 0
                    await self._read(socket)
            except ConnectionClosed as closed:
                if closed.rcvd and closed.rcvd.code == SIGNED_OUT:
                    await self._recover()
            except (OSError, InvalidHandshake, TimeoutError):
                pass
            attempt = min(attempt + 1, 5)
            await asyncio.sleep(self.chance.uniform(0.1, 2**attempt) * min(self.crowd.pace, 1))
            self.ledger.reconnects += 1

    async def _read(self, socket: ClientConnection) -> None:
        """Takes frames until the socket closes, or this phone falls asleep for a moment."""
        awake = self.chance.uniform(15, 60) * self.crowd.pace if self.restless else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(awake):
                async for frame in socket:
                    self.ledger.frames += 1
                    if self.scene.take(str(frame)).returning:
                        self._asks.set()

    async def _fetch_own(self) -> None:
        """Asks for this phone's own part whenever a step without it came in: that is pushed to everybody
        alike. Phones do so spread out."""
        while True:
            await self._asks.wait()
            await asyncio.sleep(self.chance.uniform(0, 2) * self.crowd.pace)
            self._asks.clear()
            await self._show("GET", MINE)

    async def _recover(self) -> None:
        await self._show("GET", SCENE)

    # --- taking part ---

    async def _take_part(self) -> None:
        while self.scene.step not in OVER and await self.crowd.pause(self.chance.uniform(*THINKS)):
            if self.fickle and await self._take_back():
                self.fickle = False
                continue
            if seat := self.mind.seat(self.scene):
                form, filled = seat
                await self._show("POST", self.crowd.address.inside(form.action), filled)
                continue
            step, wanted = self.scene.step, self.mind.next(self.scene)
            if wanted:
                form, filled = wanted
                state = await self._contribute(self.crowd.address.inside(form.action), filled)
                if state == REFUSED:
                    self.mind.refused(step, form)
                if state == REFUSED or step != self.scene.step:
                    self._asks.set()  # the answer was about an earlier step
            elif (done := answers.done(self.scene)) and self.chance.random() < ENDS:
                await self._show("POST", self.crowd.address.inside(done.action), answers.as_it_is(done))
            elif self.chance.random() < LOOKS:
                self._asks.set()

    async def _contribute(self, path: str, filled: Filled) -> str:
        """Sends until there is an answer, with the same id each time; now and then once more after that.

        Returns the state of the contribution in the ledger.
        """
        id = new_id()
        fields = {**filled, "contribution": [str(id)]}
        self.ledger.send(id, filled["activity"][0])
        while self.ledger.state(id) == SENT:
            await self._send(id, path, fields)
            if self.ledger.state(id) == SENT and not await self.crowd.pause(self.chance.uniform(0.5, 4)):
                return SENT
        if self.ledger.state(id) == ACKNOWLEDGED and self.chance.random() < TWICE:
            await self._send_again(path, fields)
        return self.ledger.state(id)

    async def _send(self, id: uuid.UUID, path: str, fields: Filled) -> None:
        answer = await self._show("POST", path, fields)
        if answer is not None and answer.status_code == 200:
            self.ledger.settle(id, ACKNOWLEDGED)
            self.ledger.seconds.append(answer.elapsed.total_seconds())
        elif answer is not None and answer.status_code == WARNED and self.chance.random() < TRUSTS:
            fields["naar"] = ["begeleider"]  # under the same id, at the next turn
        elif not _must_retry(answer):
            self.ledger.settle(id, REFUSED)

    async def _send_again(self, path: str, fields: Filled) -> None:
        """Sends the same twice at once, as a double tap does. Both get the same answer as the first, or hear
        that they come too fast."""
        both = await asyncio.gather(self._show("POST", path, fields), self._show("POST", path, fields))
        for answer in both:
            self.ledger.repeats += 1
            if answer is not None and answer.status_code not in (200, 401) and not _must_retry(answer):
                self.ledger.failures[f"een bewaarde bijdrage kreeg later een fout ({_why(answer)})"] += 1

    async def _take_back(self) -> bool:
        """Takes back something of this phone; returns False when there is nothing to take back."""
        mine = [form.action for form in self.scene.forms if form.action.endswith(answers.TAKE_BACK)]
        if not mine:
            return False
        path = self.crowd.address.inside(self.chance.choice(mine))
        answer = await self._show("POST", path, {})
        if answer is not None and answer.status_code == 200:
            self.ledger.settle(uuid.UUID(path.split("/")[-2]), WITHDRAWN)
        return True

    # --- requests ---

    async def _show(self, method: str, path: str, fields: Filled | None = None) -> httpx.Response | None:
        """Asks as htmx does; what comes back is taken over by the scene."""
        answer = await self._request(method, path, fields, {"HX-Request": "true"})
        if answer is None:
            self.ledger.errors[NO_ANSWER] += 1
        elif answer.status_code >= 400 and answer.status_code != WARNED:
            self.ledger.errors[str(answer.status_code)] += 1
        if answer is not None and answer.status_code in (200, 401):
            self.scene.take(answer.text)
        return answer

    async def _surely(self, method: str, path: str, fields: Filled | None = None) -> httpx.Response | None:
        """Asks for a plain page, a few times when there is no answer."""
        for _ in range(4):
            answer = await self._request(method, path, fields, {})
            if not _must_retry(answer):
                return answer
            self.ledger.errors[str(answer.status_code) if answer is not None else NO_ANSWER] += 1
            if not await self.crowd.pause(self.chance.uniform(0.5, 4)):
                break
        return answer

    async def _request(
        self, method: str, path: str, fields: Filled | None, headers: dict[str, str]
    ) -> httpx.Response | None:
        """Returns the answer; None when there is none."""
        try:
            return await self.client.request(
                method, self.crowd.address.origin + path, data=fields, headers=headers
            )
        except httpx.TransportError:
            return None

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())


def _must_retry(answer: httpx.Response | None) -> bool:
    return answer is None or answer.status_code >= 500 or answer.status_code in (408, 429)


def _why(answer: httpx.Response | None) -> str:
    return NO_ANSWER if answer is None else str(answer.status_code)
