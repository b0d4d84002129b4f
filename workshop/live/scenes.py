"""The blocks that each audience sees, rendered from a picture.

The same functions serve the first load, every live update and every return after a lost connection.
A shared block is impersonal: the same HTML for a whole audience. What is one phone's own stands in
`#mijn`, which only that phone's own GET and POST return.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from workshop.groups import YOUNG
from workshop.kinds import Entry
from workshop.languages import DUTCH, speaking
from workshop.live.picture import Picture
from workshop.models import Participant
from workshop.render import Renderer

PHONE_STEP, PHONE_STEP_YOUNG, PHONE_STATE = "phone-step", "phone-step-young", "phone-state"
SCREEN, DESK, DESK_BESIDE = "screen", "desk", "desk-beside"
PHONES = (PHONE_STEP, PHONE_STEP_YOUNG, PHONE_STATE)


class Scenes:
    def __init__(self, render: Renderer) -> None:
        self.render = render

    def shared(self, part: str, picture: Picture, language: str = DUTCH) -> Markup:
        """The block of one part: `phone-step` is `#stap` (`phone-step-young` in the words for young people),
        `phone-state` `#stand`, `screen` `#scherm`, `desk` and `desk-beside` `#regie` (with and without the
        wheel). `language` says nothing about desks and screens: those are Dutch."""
        # Always said: the task of the fan-out began in the request of some phone, and speaks its language.
        with speaking(language if part in PHONES else DUTCH):
            return self._shared(part, picture)

    def phone(
        self,
        picture: Picture,
        own: Sequence[Entry],
        form: dict[str, list[str]] | None = None,
        error: str = "",
        me: Participant | None = None,
        block: str = "step",
    ) -> Markup:
        """One phone's whole scene: the shared `#stap` with its own input in `#mijn`, and the heading `#kop`
        (without it for `block="body"`, when the page has that already). `form` and `error` are of a plain
        post that did not fit: what was typed stays."""
        return self._phone(block, picture, own, form or {}, error, me)

    def mine(
        self,
        picture: Picture,
        own: Sequence[Entry],
        me: Participant | None = None,
        form: dict[str, list[str]] | None = None,
    ) -> Markup:
        """`#mijn`: what this phone sent, with its state and the way to take it back."""
        return self._phone("mine", picture, own, form or {}, "", me)

    def signal(self, picture: Picture, everybody: bool = False) -> Markup:
        """`#mijn-signaal`: tells a phone to ask for its own part again, at once or, when everybody is told,
        somewhere in the next two seconds."""
        return self.render.block("phone/scene.html", "signal", picture=picture, everybody=everybody)

    def _shared(self, part: str, picture: Picture) -> Markup:
        if part in (DESK, DESK_BESIDE):
            return self.render.block("desk/scene.html", "scene", picture=picture, driving=part == DESK)
        if part == SCREEN:
            return self.render.block("screen/scene.html", "scene", picture=picture)
        block = "state" if part == PHONE_STATE else "step"
        return self._phone(block, picture, None, {}, "", None, young=part == PHONE_STEP_YOUNG)

    def _phone(
        self,
        block: str,
        picture: Picture,
        own: Sequence[Entry] | None,
        form: dict[str, list[str]],
        error: str,
        me: Participant | None,
        young: bool = False,
    ) -> Markup:
        return self.render.block(
            "phone/scene.html",
            block,
            picture=picture,
            own=own,
            form=form,
            error=error,
            me=me,
            young=me.group == YOUNG if me else young,
        )
