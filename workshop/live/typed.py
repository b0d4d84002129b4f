"""What somebody typed into the form of a step, when that form is drawn again."""

from __future__ import annotations

from markupsafe import Markup


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
