"""What somebody typed into the form of a step, when that form is drawn again."""

from __future__ import annotations

from markupsafe import Markup

from workshop import kinds, text


class Typed(dict[str, list[str]]):
    """Field -> its values; empty for a form that nobody filled in.

    While the template is drawn, each field that people write in notes its id here. So the page can link to
    it, and knows which words have no field any more.
    """

    def __init__(self, form: dict[str, list[str]] | None = None) -> None:
        super().__init__(form or {})
        self.ids: dict[str, str] = {}
        """Name of a field -> its id in what was drawn."""

    def field(self, name: str, id: str) -> Markup:
        """Returns the HTML attributes `id` and `name` of a field that people write in, and notes its id."""
        self.ids[name] = id
        return Markup('id="{}" name="{}"').format(id, name)


def unsent(form: dict[str, list[str]], drawn: Typed) -> list[str]:
    """Lists what somebody wrote that has no field in what was drawn; leaves out ids and choices."""
    return [
        words for name in written(form) if name not in drawn.ids for words in form[name] if text.tidy(words)
    ]


def written(form: dict[str, list[str]]) -> list[str]:
    """Lists the names of the fields that somebody writes in: `text`, or `higher.relatie`."""
    return [name for name in form if name.split(".")[0] in kinds.writes()]
