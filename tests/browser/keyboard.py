"""Somebody who never touches a mouse."""

import re
from dataclasses import dataclass

from playwright.async_api import Page, expect

from tests.browser.actors import rest

MOST_TABS = 400


@dataclass
class Keyboard:
    page: Page

    async def focus(self) -> str:
        """What a screen reader would say of the element that has the focus, and its name."""
        return await self.page.evaluate(
            """() => {
              const at = document.activeElement;
              const words = [...(at.labels ?? [])].map((label) => label.textContent.trim());
              return `${at.getAttribute("aria-label") ?? words[0] ?? at.textContent.trim()}`;
            }"""
        )

    async def tab_to(self, words: str | re.Pattern[str], *, within: str = "") -> None:
        """Presses Tab until the focus is on what is called so, in the part of the page that is called so."""
        for _ in range(MOST_TABS):
            if await self._is_at(words, within):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {words!r} in {within!r}")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await rest(self.page)
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """Types where the focus is, once it is: a page that opens puts it in a field with its first frame."""
        await expect(self.page.locator(":is(input, textarea, select):focus")).to_have_count(1)
        await self.page.keyboard.type(text)

    async def _is_at(self, words: str | re.Pattern[str], within: str) -> bool:
        found = await self.focus()
        if not (found == words if isinstance(words, str) else words.search(found)):
            return False
        return not within or await self.page.evaluate(
            """(within) => {
              const headings = ":scope > :is(h2, h3, h4, legend, summary), :scope > div > h2";
              const parts = [];
              for (let at = document.activeElement; at; at = at.parentElement) {
                const heading = at.querySelector?.(headings);
                if (heading) parts.push(heading.textContent.trim());
              }
              return within.split(" > ").every((words) => parts.includes(words));
            }""",
            within,
        )
