"""The blocks that each audience sees, rendered from a picture.

The same functions serve the first load, every live update and every return after a lost connection. A shared
block is impersonal: the same HTML for a whole audience, drawn once for all pictures of a revision. What is
one phone's own stands in `#mijn`, which only that phone's own GET and POST return.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from markupsafe import Markup

from workshop.kinds import Entry
from workshop.languages import DUTCH, speaking, spoken
from workshop.live import audience
from workshop.live.picture import Picture
from workshop.live.state import Phone
from workshop.live.typed import Typed
from workshop.render import Renderer
from workshop.session_groups import YOUNG, is_young

T = TypeVar("T")

PHONE_STEP, PHONE_STEP_YOUNG, PHONE_STEP_ASIDE = "phone-step", "phone-step-young", "phone-step-aside"
PHONE_STATE, PHONE_SCREEN = "phone-state", "phone-screen"
SCREEN, DESK, DESK_BESIDE = "screen", "desk", "desk-beside"
SCREEN_READY, DESK_READY = "screen-ready", "desk-ready"
PHONES = (PHONE_STEP, PHONE_STEP_YOUNG, PHONE_STEP_ASIDE, PHONE_STATE, PHONE_SCREEN)
CLOCK_SECONDS = 10
MINE_HERE = Markup("<!--mijn-->")


class Around(NamedTuple):
    """A phone's scene without its own part."""

    heading: Markup
    """`#kop`, an empty `#melding`, and `#bericht`."""
    before: Markup
    after: Markup
    """With `before`: the HTML of `#stap` in front of `#mijn` and behind it."""


def step_for(picture: Picture, group: str | None) -> str:
    """Returns the part that is the step of a phone of this group. Phones of adults whom the step does not ask
    have one of their own; young people read theirs in either case."""
    if is_young(group):
        return PHONE_STEP_YOUNG
    asked = picture.scene is None or audience.asks(picture.scene.activity, group)
    return PHONE_STEP if asked else PHONE_STEP_ASIDE


class Scenes:
    def __init__(self, render: Renderer) -> None:
        self.render = render

    def shared(self, part: str, picture: Picture, language: str = DUTCH) -> Markup:
        """Draws the block of one part, or returns it as it was drawn for this revision.

        - `phone-step` is `#stap`, `phone-step-young` the same in the words for young people, and
          `phone-step-aside` for adults whom the step does not ask;
        - `phone-state` is `#stand`, with `#bericht`;
        - `phone-screen` is `#lijst`: the words of what the big screen shows;
        - `screen` is `#scherm`;
        - `desk` and `desk-beside` are `#regie`, with and without the wheel;
        - `screen-ready` and `desk-ready` are `#klaar`, the number that stands in both.

        Desks and screens are always Dutch, whatever the `language`.
        """
        if part in PHONES:
            return _once(
                picture, (part, language), _clock(picture), lambda: self._of_phones(part, picture, language)
            )
        # Clocks, who is connected and the address of this machine change without a revision.
        there = f"{picture.connected} {picture.screens} {picture.desks}"
        now = f"{there} {int(picture.now)} {picture.origin}"
        return _once(picture, (part, DUTCH), now, lambda: self._of_others(part, picture))

    def phone(self, picture: Picture, own: Sequence[Entry], me: Phone) -> Markup:
        """Draws one phone's whole scene: `#kop`, and `#stap` with its own input in `#mijn`."""
        around = self._around(picture, step_for(picture, me.group), spoken())
        return around.heading + self.body(picture, own, me)

    def body(
        self,
        picture: Picture,
        own: Sequence[Entry],
        me: Phone,
        form: Typed | None = None,
        error: str = "",
    ) -> Markup:
        """Draws one phone's scene without the heading, for a page that has that already. `form` and `error`
        are of a plain post that did not fit: what was typed stays."""
        part = step_for(picture, me.group)
        if form or error:
            return self._phone("body", picture, own, form, error, me, part)
        around = self._around(picture, part, spoken())
        return around.before + self.mine(picture, own, me) + around.after

    def mine(
        self,
        picture: Picture,
        own: Sequence[Entry],
        me: Phone | None = None,
        form: Typed | None = None,
    ) -> Markup:
        """Draws `#mijn`: what this phone sent, with its state and the way to take it back."""
        part = step_for(picture, me.group if me else None)
        return self._phone("mine", picture, own, form, "", me, part)

    def signal(self, picture: Picture, everybody: bool = False) -> Markup:
        """Draws `#mijn-signaal`, which tells a phone to ask for its own part again: at once, or for
        `everybody` spread over the next two seconds."""
        return self.render.block("phone/scene.html", "signal", picture=picture, everybody=everybody)

    def _of_phones(self, part: str, picture: Picture, language: str) -> Markup:
        # Always set: the task of the fan-out began in the request of some phone, and has its language.
        with speaking(language):
            if part == PHONE_SCREEN:
                return self.render.block("phone/_on_screen.html", "list", picture=picture)
            if part == PHONE_STATE:
                said = self._phone("announcement", picture, None, None, "", None)
                return said + self._phone("state", picture, None, None, "", None)
            around = self._around(picture, part, language)
            mine = self._phone("mine", picture, None, None, "", None, part)
            return around.heading + around.before + mine + around.after

    def _of_others(self, part: str, picture: Picture) -> Markup:
        with speaking(DUTCH):
            if part in (SCREEN_READY, DESK_READY):
                folder = part.removesuffix("-ready")
                return self.render.block(f"{folder}/_ready.html", "ready", picture=picture)
            if part == SCREEN:
                return self.render.block("screen/scene.html", "scene", picture=picture)
            return self.render.block("desk/scene.html", "scene", picture=picture, driving=part == DESK)

    def _around(self, picture: Picture, part: str, language: str) -> Around:
        def draw() -> Around:
            heading = self._phone("heading", picture, None, None, "", None, part)
            body = self._phone("body", picture, None, None, "", None, part, apart=True)
            before, _, after = body.partition(MINE_HERE)
            return Around(heading, before, after)

        return _once(picture, ("around", part, language), _clock(picture), draw)

    def _phone(
        self,
        block: str,
        picture: Picture,
        own: Sequence[Entry] | None,
        form: Typed | None,
        error: str,
        me: Phone | None,
        part: str = PHONE_STEP,
        apart: bool = False,
    ) -> Markup:
        return self.render.block(
            "phone/scene.html",
            block,
            picture=picture,
            own=own,
            form=form or Typed(),
            error=error,
            me=me,
            young=part == PHONE_STEP_YOUNG,
            apart=apart,
            aside=_is_aside(picture, part),
        )


def _once(picture: Picture, key: tuple[object, ...], now: str, draw: Callable[[], T]) -> T:
    """Returns what was drawn under this key for the same `now`, or else calls `draw` and keeps the result."""
    kept = picture.blocks.get(key)
    if kept is None or kept[0] != now:
        kept = picture.blocks[key] = (now, draw())
    return kept[1]


def _clock(picture: Picture) -> str:
    """Returns what changes when phones must read another time: a block that was drawn `CLOCK_SECONDS` ago is
    drawn again for a page that is loaded now."""
    return str(int(picture.now) // CLOCK_SECONDS) if picture.scene else ""


def _is_aside(picture: Picture, part: str) -> bool:
    """Says whether who sees this part only listens: the step asks others."""
    if part == PHONE_STEP_YOUNG and picture.scene:
        return not audience.asks(picture.scene.activity, YOUNG)
    return part == PHONE_STEP_ASIDE
