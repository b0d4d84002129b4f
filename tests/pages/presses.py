"""Pressing the buttons of a page as a browser without scripts does, and what the database holds after it."""

from html.parser import HTMLParser

from sqlalchemy import select

from workshop.models import Base, SignIn


class Forms(HTMLParser):
    """Every form of a page that posts, as (address, fields) for each of its buttons."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.buttons, self.fields, self.now = {}, [], [], None
        self.choices, self.chosen = None, {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.now = given.get("id") or f"form {len(self.forms)}"
            self.forms[self.now] = given.get("action", "") if given.get("method") == "post" else None
        name, owner = given.get("name"), given.get("form") or self.now
        if tag == "button" and given.get("type", "submit") == "submit" and "disabled" not in given:
            pressed = (name, given.get("value", "")) if name else None
            self.buttons.append((owner, pressed, given.get("formaction")))
        elif tag in ("input", "textarea") and name:
            self.fields.append((owner, (name, given.get("value", ""))))
        elif tag == "select" and name:
            self.choices = (owner, name)
        elif tag == "option" and self.choices and ("selected" in given or self.choices not in self.chosen):
            self.chosen[self.choices] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None
        elif tag == "select" and self.choices:
            owner, name = self.choices
            self.fields.append((owner, (name, self.chosen.get(self.choices, ""))))
            self.choices = None

    def presses(self):
        for owner, pressed, instead in self.buttons:
            address = instead or self.forms.get(owner)
            if address is not None:
                fields = dict(field for form, field in self.fields if form == owner)
                yield address, fields | (dict([pressed]) if pressed else {})


async def contents(services):
    """Every row of every table; how often a session was looked at anew is not what it holds."""
    async with services.db.read() as db:
        return {
            table.name: sorted(
                repr([value for column, value in row._mapping.items() if column != "revision"])
                for row in await db.execute(select(table))
            )
            for table in Base.metadata.sorted_tables
            if table is not SignIn.__table__
        }


async def pressed_twice(services, client, address, form, headers=None):
    """The same form twice, as a double click posts it. Returns both answers and whether the second press
    changed something."""
    first = await client.post(address, data=form, headers=headers)
    before = await contents(services)
    second = await client.post(address, data=form, headers=headers)
    return first, second, await contents(services) != before
