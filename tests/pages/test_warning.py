"""A phone is asked about a text that looks personal before it is stored: every kind, also without scripts."""

import logging
import re
import uuid
from html import unescape

import pytest
from sqlalchemy import select

from tests.pages.test_phone import HX, PLAIN, block
from tests.people import a_participant, a_session, activity, conduct, end_for_good, reloaded
from workshop import days, kinds
from workshop.live import plan
from workshop.models import Acknowledged, Alert, Contribution

NAMED = "Kevin uit 4B doet dit"
LIVED = "Ik ben aangerand op het plein"
ALONE = {"naar": "begeleider"}
CELL = "veiligheid.basisvoorzieningen"

# Kind -> worksheet, step, the field that somebody writes in, and what else the form needs.
WRITING = {
    "cards": ("1-A", "zorgen-kansen", "text", {"column": "zorg"}),
    "actions": ("0-leren", "acties", "text", {}),
    "signals": ("2", "meten", "text", {"what": "signaal"}),
    "marks": ("0-leren", "cijfers", "higher.relatie", {"mark.relatie": "4", "mark.proces": "6"}),
    "lights": ("6-leren", "samen", "reason.leren", {"light.leren": "niet-eens", "light.passen": "eens"}),
    "pairs": ("3-A", "samenhang", "reason", {"relation": "botst"}),
    "table": ("0-A", "meedoen", f"text.{CELL}", {}),
    "dots": ("3-A", "wat-werkt", "reason", {"options": "1"}),
    "consent": ("3-A", "", "reason", {"choice": "nee"}),
}
BY_HAND = {"consent": {"question": "Kun je hiermee verder?", "set.options": "We bellen elkaar elke maand."}}
"""Kinds that no worksheet asks -> how a facilitator makes their step."""
each_kind = pytest.mark.parametrize("kind", WRITING)


class Phone:
    """One browser at a step, and what it posts there."""

    def __init__(self, client, services, session, field, form):
        self.client, self.services, self.session = client, services, session
        self.field, self.form = field, {"activity": str(session.activity_id)} | form

    async def send(self, text=NAMED, headers=PLAIN, **more):
        form = self.form | {self.field: text} | more
        return await self.client.post("/deelnemen/bijdragen", headers=headers, data=form)

    async def rows(self, table=Contribution):
        async with self.services.db.read() as db:
            return list(await db.scalars(select(table)))

    async def flagged(self):
        """The one row whose text looks like something."""
        [row] = [row for row in await self.rows() if row.signals]
        return row


async def a_phone(client, services, kind="cards", **values):
    worksheet, step, field, form = WRITING[kind]
    session = await a_session(services, worksheet, step=step, **values)
    if kind in BY_HAND:
        made = await plan.add_step(services.room, session.id, kind, BY_HAND[kind])
        await (await conduct(services, session)).go_to(made)
    if kind == "pairs":
        form = form | dict(zip("ab", await elements(services, session), strict=True))
    phone = await a_participant(services, session)
    client.cookies.update(phone.cookies)
    return Phone(client, services, await reloaded(services, session.id), field, form)


async def elements(services, session, count=2):
    """Their ids; the session is back at the pairs afterwards."""
    desk = await conduct(services, session)
    source = activity(session, "elementen").id
    await desk.go_to(source)
    ids = [uuid.uuid4() for _ in range(count)]
    for id in ids:
        form = {"column": ["kennis"], "text": [f"Kaart {id.hex[:4]}"]}
        await services.room.contribute(session.id, None, source, id, form)
    await desk.go_to(activity(session, "samenhang").id)
    return [str(id) for id in ids]


async def stored(phone, before):
    return [row for row in await phone.rows() if row.id not in before]


def test_every_kind_with_texts_is_in_this_file():
    writing = {
        name
        for name in kinds.names()
        if {"text", "reason", "higher", "source"} & set(kinds.get(name).Answer.__struct_fields__)
    }
    assert set(WRITING) == writing


@each_kind
@pytest.mark.parametrize("headers", [PLAIN, HX], ids=["without scripts", "with htmx"])
async def test_a_text_that_looks_like_a_name_is_asked_about_and_nothing_is_stored(
    client, services, kind, headers
):
    phone = await a_phone(client, services, kind)
    before = {row.id for row in await phone.rows()}, {row.id for row in await phone.rows(Acknowledged)}
    answer = await phone.send(headers=headers)
    assert answer.status_code == 428
    asked = block(answer.text, "waarschuwing") + unescape(answer.text)
    assert "Dit lijkt op een naam:" in asked
    assert "<b><bdi>Kevin</bdi></b>" in asked
    for choice in ("Pas het aan", "Gooi het weg", "Stuur het alleen naar de begeleider"):
        assert choice in asked
    after = {row.id for row in await phone.rows()}, {row.id for row in await phone.rows(Acknowledged)}
    assert before == after
    assert await phone.rows(Alert) == []


@each_kind
async def test_without_scripts_the_typed_text_stays_in_its_field_and_the_link_goes_there(
    client, services, kind
):
    phone = await a_phone(client, services, kind)
    page = (await phone.send()).text
    [anchor] = re.findall(r'href="#([^"]+)" data-warning="change"', page)
    field = re.search(
        rf'<(textarea|input)[^>]* id="{re.escape(anchor)}" name="{re.escape(phone.field)}".*', page
    )
    assert field, anchor
    assert NAMED in field[0]
    assert "Nog niet verstuurd. Kijk nog eens naar je tekst." in page


async def test_of_two_forms_on_the_page_the_link_goes_to_the_one_that_was_sent(client, services):
    phone = await a_phone(client, services, "pairs")
    third = (await elements(services, phone.session, count=1))[0]
    asked = re.findall(r'type="hidden" name="[ab]" value="([^"]+)"', (await client.get("/deelnemen")).text)
    own = sorted({phone.form["a"], phone.form["b"], third} - {asked[0]}, key=str)
    page = (await phone.send(a=own[0], b=own[1])).text
    [anchor] = re.findall(r'href="#([^"]+)" data-warning="change"', page)
    assert anchor.startswith("waarom-zelf-")
    assert re.search(rf'<textarea[^>]* id="{anchor}" name="reason"[^>]*>{NAMED}</textarea>', page)


@each_kind
@pytest.mark.parametrize("headers", [PLAIN, HX], ids=["without scripts", "with htmx"])
async def test_sent_to_the_facilitator_it_waits_whatever_the_session_does(client, services, kind, headers):
    phone = await a_phone(client, services, kind)
    before = {row.id for row in await phone.rows()}
    answer = await phone.send(headers=headers, **ALONE)
    assert answer.status_code == (200 if headers else 303)
    row = await phone.flagged()
    assert (row.state, row.signals) == ("held", ["naam"])
    others = [other for other in await stored(phone, before) if other.id != row.id]
    assert {other.state for other in others} <= {"shown"}
    screen = await client.get(f"/scherm/{phone.session.screen_token}")
    assert "Kevin" not in screen.text
    own = (await client.get("/deelnemen/mijn")).text
    assert own.index(f"<bdi>{NAMED}</bdi>") < own.index("Alleen de begeleider leest dit")


@each_kind
async def test_the_form_of_the_warning_holds_all_that_was_typed_and_is_stored_once(client, services, kind):
    phone = await a_phone(client, services, kind)
    before = {row.id for row in await phone.rows()}
    asked = (await phone.send(headers=HX)).text
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked)
    form = {name: unescape(value) for name, value in fields}
    assert form == {**phone.form, phone.field: NAMED, **ALONE, "contribution": form["contribution"]}
    first = await client.post("/deelnemen/bijdragen", data=form)
    rows = {row.id for row in await stored(phone, before)}
    again = await client.post("/deelnemen/bijdragen", data=form)
    late = await client.post("/deelnemen/bijdragen", data={k: v for k, v in form.items() if k != "naar"})
    assert {first.status_code, again.status_code, late.status_code} == {303}
    assert {row.id for row in await stored(phone, before)} == rows
    assert uuid.UUID(form["contribution"]) in rows


async def test_the_same_id_gets_the_same_answer_until_somebody_chose(client, services):
    phone = await a_phone(client, services)
    same = str(uuid.uuid4())
    answers = [await phone.send(headers=HX, contribution=same) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert same in answers[0].text
    assert (await phone.send("Een gewone kaart", contribution=same)).status_code == 303
    [row] = await phone.rows()
    assert (str(row.id), row.state) == (same, "shown")


async def test_for_an_experience_the_words_are_about_care_and_hulp_is_one_tap_away(client, services):
    phone = await a_phone(client, services)
    asked = block((await phone.send(LIVED, headers=HX)).text, "waarschuwing-kop")
    assert asked.startswith("Dit klinkt persoonlijk")
    whole = (await phone.send(LIVED, headers=HX)).text
    assert "Dat is nooit jouw schuld." in whole
    assert whole.index('href="/hulp" data-help') < whole.index("Pas het aan")


async def test_only_a_disclosure_raises_a_signal_and_it_has_no_time_and_no_text(client, services):
    phone = await a_phone(client, services)
    await phone.send(NAMED, **ALONE)
    assert await phone.rows(Alert) == []
    await phone.send(LIVED, **ALONE)
    [signal] = await phone.rows(Alert)
    assert (signal.category, signal.raised_on) == ("ervaring", days.day_of(phone.session.created_at))
    assert (signal.handled_at, signal.handled_by) == (None, None)
    assert {column.name for column in Alert.__table__.columns} == {
        "id",
        "partnership_id",
        "session_id",
        "contribution_id",
        "sort",
        "raised_on",
        "handled_at",
        "handled_by",
    }


async def test_the_row_keeps_the_sort_and_never_which_words(client, services):
    phone = await a_phone(client, services)
    await phone.send("Bel 06 12345678 of mail piet@voorbeeld.nl", **ALONE)
    row = await phone.flagged()
    assert sorted(row.signals) == ["e-mail", "telefoon"]


async def test_what_was_sent_before_and_let_through_is_not_asked_about_again(client, services):
    phone = await a_phone(client, services, "marks")
    await phone.send(**ALONE)
    row = await phone.flagged()
    await (await conduct(services, phone.session)).set_card_state(row.id, "shown")
    assert (await phone.send(**{"mark.relatie": "8"})).status_code == 303
    row = await phone.flagged()
    assert (row.state, row.body["mark"]) == ("shown", 8)


@pytest.mark.parametrize("deed", ["hide", "rewrite"])
async def test_what_the_facilitator_took_away_does_not_come_back_by_itself(client, services, deed):
    phone = await a_phone(client, services, "marks")
    await phone.send("De mentor doet dit")
    [row] = [row for row in await phone.rows() if row.body["higher"]]
    desk = await conduct(services, phone.session)
    if deed == "hide":
        await desk.set_card_state(row.id, "hidden")
        await phone.send("De mentor doet dit")
    else:
        await desk.rewrite_card(row.id, "Iemand doet dit", "higher")
    states = {row.state for row in await phone.rows() if row.body["higher"]}
    assert states == {"hidden" if deed == "hide" else "shown"}
    await phone.send("De mentor doet dit echt")
    assert {row.state for row in await phone.rows() if row.body["higher"]} == {"held"}


async def test_what_the_facilitator_enters_at_the_desk_is_not_screened(client, services):
    phone = await a_phone(client, services)
    form = {"column": ["zorg"], "text": [NAMED]}
    await services.room.contribute(phone.session.id, None, phone.session.activity_id, uuid.uuid4(), form)
    [row] = await phone.rows()
    assert (row.state, row.signals) == ("shown", [])


async def test_a_text_of_a_room_that_holds_back_is_asked_about_too(client, services):
    phone = await a_phone(client, services, holds_back=True)
    assert (await phone.send()).status_code == 428
    await phone.send("Een gewone kaart", **ALONE)
    [row] = await phone.rows()
    assert (row.state, row.signals) == ("held", [])


async def test_at_the_end_no_row_says_any_more_what_its_text_looked_like(client, services):
    phone = await a_phone(client, services)
    await phone.send(LIVED, **ALONE)
    await end_for_good(services, phone.session)
    assert [row.signals for row in await phone.rows()] == [[]]
    [signal] = await phone.rows(Alert)
    assert (signal.contribution_id, signal.handled_at) == (None, None)


async def test_a_signal_outlives_its_card_also_when_the_sender_takes_it_back(client, services):
    phone = await a_phone(client, services)
    await phone.send(LIVED, **ALONE)
    row = await phone.flagged()
    await client.post(f"/deelnemen/bijdragen/{row.id}/intrekking")
    assert await phone.rows() == []
    [signal] = await phone.rows(Alert)
    assert signal.contribution_id is None


async def test_a_text_that_is_warned_about_is_in_no_log(client, services, caplog):
    phone = await a_phone(client, services)
    caplog.set_level(logging.INFO)
    await phone.send(LIVED)
    await phone.send(LIVED, **ALONE)
    assert "aangerand" not in caplog.text


@each_kind
async def test_every_writing_screen_says_what_not_to_write_and_where_to_go_instead(client, services, kind):
    phone = await a_phone(client, services, kind)
    page = unescape((await client.get("/deelnemen")).text)
    assert re.search(
        r"<b>Noem geen namen[^<]*\.</b> Schrijf niet op wat jij zelf hebt meegemaakt\. "
        r'<a href="/hulp" data-help>Wil je praten\? Kijk bij Hulp\.</a>',
        page,
    )
    assert phone.field in page


async def test_the_house_rules_are_read_before_joining_and_on_every_step(client, services):
    session = await a_session(services, step="zorgen-kansen", holds_back=True)
    welcome = unescape((await client.get(f"/j/{session.join_token}")).text)
    phone = await a_participant(services, session)
    client.cookies.update(phone.cookies)
    step = unescape((await client.get("/deelnemen")).text)
    await (await conduct(services, session)).go_to(None)
    lobby = unescape((await client.get("/deelnemen")).text)
    for page in (welcome, step, lobby):
        assert "Huisregels" in page
        for rule in (
            "Blijf aardig.",
            "Noem geen namen.",
            "Schrijf niet op wat jij zelf hebt meegemaakt.",
            "Eerst leest de begeleider je kaart.",
            "Die regel heet de meldcode.",
        ):
            assert rule in page, rule
    screen = (await client.get(f"/scherm/{session.screen_token}")).text
    assert "Blijf aardig. Noem geen namen." in screen


@pytest.mark.parametrize("headers", [HX, PLAIN], ids=["with scripts", "without"])
async def test_who_tells_of_what_they_lived_is_thanked_and_never_reads_that_it_is_not_shown(
    client, services, headers
):
    phone = await a_phone(client, services)
    answer = await phone.send(LIVED, headers, **ALONE)
    thanks = "Dank je wel dat je dit vertelt. Alleen de begeleider leest het."
    page = unescape((await client.get("/deelnemen")).text)
    assert thanks in (unescape(answer.text) if headers == HX else page)
    row = await phone.flagged()
    desk = await conduct(services, phone.session)
    for state in ("held", "hidden"):
        if state != "held":
            await desk.set_card_state(row.id, state)
        mine = unescape((await client.get("/deelnemen/mijn")).text)
        assert thanks in mine
        assert "Dit blijft bij de begeleider" not in mine
        assert 'href="/hulp"' in mine
        before, _, after = mine.partition("Lees wat je schreef</summary>")
        assert LIVED not in before
        assert LIVED in after


async def test_a_question_of_another_session_is_said_to_be_that(client, services):
    phone = await a_phone(client, services)
    other = await a_session(services, step="zorgen-kansen")
    answer = await phone.send("Een kaart", HX, activity=str(other.activity_id))
    assert answer.status_code == 409
    assert "Deze vraag hoort bij een andere sessie." in unescape(answer.text)
