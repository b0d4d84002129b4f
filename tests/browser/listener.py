"""Somebody who does not see the page: hears what the accessibility tree says, and acts with the keyboard."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass

from playwright.async_api import CDPSession, Page

MOST_STEPS = 120
PATIENCE = 20


@dataclass(frozen=True)
class Said:
    """One node of the tree, as a screen reader says it."""

    role: str
    name: str
    description: str
    focused: bool
    checked: bool

    def fits(self, role: str, name: str | re.Pattern[str]) -> bool:
        if self.role != role:
            return False
        return bool(name.search(self.name)) if isinstance(name, re.Pattern) else self.name == name


class Listener:
    """`await Listener.at(page)`. Nothing here knows of selectors or coordinates."""

    def __init__(self, page: Page, wire: CDPSession) -> None:
        self.page = page
        self.wire = wire

    @classmethod
    async def at(cls, page: Page) -> Listener:
        wire = await page.context.new_cdp_session(page)
        await wire.send("Accessibility.enable")
        return cls(page, wire)

    async def tree(self) -> list[Said]:
        """Everything that is there to be heard, from top to bottom."""
        nodes = (await self.wire.send("Accessibility.getFullAXTree"))["nodes"]
        return [_said(node) for node in nodes if not node["ignored"]]

    async def hears(self, role: str, name: str | re.Pattern[str]) -> Said:
        """Waits until this is on the page."""
        return await self._until(f"{role} {name!r}", lambda said: said.fits(role, name))

    async def reads(self, words: str) -> Said:
        """Waits until these words are somewhere on the page."""
        return await self._until(repr(words), lambda said: said.role == "StaticText" and words in said.name)

    async def misses(self, words: str) -> bool:
        return all(words not in said.name for said in await self.tree())

    async def arrives_at(self, role: str, name: str | re.Pattern[str]) -> None:
        """Waits until the focus is there by itself."""
        await self._until(f"focus on {role} {name!r}", lambda said: said.focused and said.fits(role, name))

    async def focus(self) -> Said | None:
        """What a screen reader says of where the focus is; None when it is lost."""
        found = [said for said in await self.tree() if said.focused and said.role != "RootWebArea"]
        return found[-1] if found else None

    async def go_to(self, role: str, name: str | re.Pattern[str]) -> Said:
        """Tab by Tab, and within radio buttons arrow by arrow."""
        seen = []
        for _ in range(MOST_STEPS):
            here = await self.focus()
            if here and here.fits(role, name):
                return here
            seen.append(f"{here.role} {here.name}" if here else "nothing")
            inside = here and here.role == role == "radio" and seen.count(seen[-1]) == 1
            await self.page.keyboard.press("ArrowDown" if inside else "Tab")
        raise AssertionError(f"no way to {role} {name!r}, only to: {', '.join(dict.fromkeys(seen))}")

    async def press(self, role: str, name: str | re.Pattern[str], key: str = "Enter") -> None:
        await self.go_to(role, name)
        await self.page.keyboard.press(key)

    async def write(self, name: str | re.Pattern[str], words: str) -> None:
        await self.go_to("textbox", name)
        await self.page.keyboard.type(words)

    async def tick(self, role: str, name: str | re.Pattern[str]) -> None:
        found = await self.go_to(role, name)
        if not found.checked:
            await self.page.keyboard.press("Space")
        assert (await self.go_to(role, name)).checked

    async def _until(self, what: str, fits) -> Said:
        end = time.monotonic() + PATIENCE
        tree: list[Said] = []
        while time.monotonic() < end:
            tree = await self.tree()
            if found := next((said for said in tree if fits(said)), None):
                return found
            await asyncio.sleep(0.1)
        words = "\n".join(f"  {said.role} {said.name}" for said in tree if said.name)
        raise AssertionError(f"{what} is not there, only:\n{words}")


def _said(node: dict) -> Said:
    properties = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    return Said(
        role=node.get("role", {}).get("value", ""),
        name=node.get("name", {}).get("value", ""),
        description=node.get("description", {}).get("value", ""),
        focused=bool(properties.get("focused")),
        checked=properties.get("checked") in ("true", True),
    )
