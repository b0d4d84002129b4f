"""Opening a session from a worksheet, and changing its plan."""

import re
import uuid
from html import unescape

import pytest_asyncio
from sqlalchemy import func, select

from tests.people import (
    a_facilitator,
    a_member,
    a_participant,
    a_partnership,
    a_session,
    activity,
    conduct,
    reloaded,
    signed_in,
)
from workshop.accounts import roles
from workshop.items import Item
from workshop.models import Session
from workshop.pages.phone.page import COOKIE
from workshop.record import answers


@pytest_asyncio.fixture
async def place(client, services):
    """The address of the dossier of whoever is signed in."""
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    await signed_in(client, services, account)
    return f"/dossiers/{partnership.id}/sessies/nieuw"


@pytest_asyncio.fixture
async def planned(client, services):
    """A session that is at its second step, with the wheel in this browser, and the address of its plan."""
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    desk = await signed_in(client, services, account)
    session = await a_session(services, partnership=partnership, sign_in=desk, step="stippen")
    return session, f"/sessies/{session.id}/programma"


async def sessions(services):
    async with services.db.read() as db:
        return await db.scalar(select(func.count()).select_from(Session))


async def keys(services, session):
    found = (await reloaded(services, session.id)).activities
    return [step.key for step in sorted(found, key=lambda step: step.position)]


async def test_a_session_opens_from_every_worksheet_with_its_script_as_plan(client, services, place):
    shown = unescape((await client.get(place)).text)
    for worksheet in services.library.worksheets:
        assert f'href="?werkblad={worksheet.id}"' in shown
        form = unescape((await client.get(f"{place}?werkblad={worksheet.id}")).text)
        assert all(step.question in form for step in worksheet.script)
        answer = await client.post(place, data={"werkblad": worksheet.id, "jongeren": "ja"})
        assert answer.status_code == 303, worksheet.id
        session = await reloaded(services, uuid.UUID(answer.headers["location"].split("/")[2]))
        assert (session.title, session.holds_back) == (worksheet.title, True)
        assert f"‘{worksheet.short_title.youth}’ als er jongeren meedoen" in form
        assert f"‘{worksheet.short_title.general}’ als er geen jongeren meedoen" in form
        assert [step.key for step in session.activities] == [step.key for step in worksheet.script]
        plan = unescape((await client.get(f"/sessies/{session.id}/programma")).text)
        assert all(step.title in plan for step in worksheet.script)
        assert (await client.get(f"/sessies/{session.id}/regie")).status_code == 200


async def test_who_opens_a_session_has_the_wheel_and_the_chosen_title(client, services, place):
    answer = await client.post(place, data={"werkblad": "1-A", "titel": " Samen  kijken ", "jongeren": "nee"})
    home = answer.headers["location"].removesuffix("/regie")
    session = await reloaded(services, uuid.UUID(home.split("/")[2]))
    assert (session.title, session.holds_back, session.activity_id) == ("Samen kijken", False, None)
    assert (await client.post(f"{home}/opening")).status_code == 303
    assert (await client.post(f"{home}/stap", data={"naar": ""})).status_code == 303


async def test_a_title_that_is_too_long_stays_in_the_field_with_a_sentence(client, services, place):
    answer = await client.post(place, data={"werkblad": "1-A", "titel": "t" * 121, "jongeren": "nee"})
    assert answer.status_code == 422
    assert "Dit is te lang. Maak het 1 teken korter." in answer.text
    assert f'value="{"t" * 121}"' in answer.text
    assert 'value="nee" checked' in answer.text
    assert await sessions(services) == 0


async def test_an_unknown_worksheet_is_refused_with_a_sentence(client, services, place):
    for worksheet in ("9-Z", "", "../1-a", "<script>"):
        answer = await client.post(place, data={"werkblad": worksheet})
        assert answer.status_code == 422
        assert "Dit werkblad bestaat niet." in answer.text
    assert (await client.get(f"{place}?werkblad=9-Z")).status_code == 422
    assert await sessions(services) == 0


async def test_a_lezer_opens_and_changes_nothing_and_an_outsider_finds_nothing(client, services, planned):
    session, plan = planned
    place = f"/dossiers/{session.partnership_id}/sessies/nieuw"
    step = f"{plan}/stappen/{session.activity_id}"
    for role, status in ((None, 404), (roles.LEZER, 403)):
        account = await a_facilitator(services)
        if role:
            await a_member(services, session.partnership, account, role)
        await signed_in(client, services, account)
        for address in (place, plan):
            assert (await client.get(address)).status_code == status
        for address in (place, f"{plan}/stappen", step):
            form = {"werkblad": "1-A", "soort": "cards", "knop": "omhoog"}
            assert (await client.post(address, data=form)).status_code == status
    assert await sessions(services) == 1
    assert (await keys(services, session))[0] == "zorgen-kansen"


async def test_a_step_moves_earlier_and_later_and_stays_at_the_ends(client, services, planned):
    session, plan = planned
    first, last = session.activities[0], session.activities[-1]
    order = await keys(services, session)
    for step, button in ((first, "omhoog"), (last, "omlaag")):
        answer = await client.post(f"{plan}/stappen/{step.id}", data={"knop": button})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{plan}#stap-{step.id}")
        assert await keys(services, session) == order
    await client.post(f"{plan}/stappen/{last.id}", data={"knop": "omhoog"})
    assert await keys(services, session) == [*order[:-2], order[-1], order[-2]]
    await client.post(f"{plan}/stappen/{last.id}", data={"knop": "omlaag"})
    assert await keys(services, session) == order


async def test_a_skipped_step_is_not_in_the_programme_until_it_takes_part_again(client, services, planned):
    session, plan = planned
    step = activity(session, "contact")
    await client.post(f"{plan}/stappen/{step.id}", data={"knop": "overslaan"})
    assert "Overgeslagen" in (await client.get(plan)).text
    assert step.title not in (await client.get(f"/sessies/{session.id}/regie")).text
    assert (await client.post(f"/sessies/{session.id}/stap", data={"naar": str(step.id)})).status_code == 404
    await client.post(f"{plan}/stappen/{step.id}", data={"knop": "meedoen"})
    assert step.title in (await client.get(f"/sessies/{session.id}/regie")).text


async def test_the_step_that_is_current_cannot_be_skipped(client, services, planned):
    session, plan = planned
    address = f"{plan}/stappen/{session.activity_id}"
    whole = {"title": "T", "question": "V?", "help": "", "minutes": "5", "skipped": "ja"}
    for form in ({"knop": "overslaan"}, whole):
        answer = await client.post(address, data=form)
        assert answer.status_code == 409
        assert "Deze stap is nu bezig." in answer.text
    assert not activity(await reloaded(services, session.id), "stippen").skipped


async def test_a_steps_words_and_minutes_are_changed_for_everybody(client, services, planned):
    session, plan = planned
    form = {"title": " Onze  keuze ", "question": "Wat nu?", "help": "Kort.", "minutes": "180"}
    answer = await client.post(f"{plan}/stappen/{session.activity_id}", data=form)
    assert answer.status_code == 303
    step = activity(await reloaded(services, session.id), "stippen")
    assert (step.title, step.question, step.help, step.minutes) == ("Onze keuze", "Wat nu?", "Kort.", 180)
    assert "Wat nu?" in (await client.get(f"/scherm/{session.screen_token}")).text


async def test_what_the_facilitator_says_is_changed_and_shown_as_text_and_nobody_else_reads_it(
    client, services, planned
):
    session, plan = planned
    form = {"title": "T", "question": "Wat nu?", "minutes": "5", "spoken.general": "Zeg <b>dit</b>.\nEn dat."}
    assert (await client.post(f"{plan}/stappen/{session.activity_id}", data=form)).status_code == 303
    for address in (plan, f"/sessies/{session.id}/regie"):
        shown = (await client.get(address)).text
        assert "<p>Zeg &lt;b&gt;dit&lt;/b&gt;.</p>" in shown, address
        assert "<p>En dat.</p>" in shown, address
    client.cookies.set(COOKIE, (await a_participant(services, session, "jongere")).token)
    for address in (f"/scherm/{session.screen_token}", "/deelnemen"):
        assert "En dat." not in (await client.get(address)).text, address


async def test_a_sentence_that_is_too_long_stays_in_its_field_as_it_was_typed(client, services, planned):
    session, plan = planned
    said = f"Kort & goed.\n{'z' * 201}"
    form = {"title": "T", "question": "V?", "minutes": "5", "spoken.general": said, "spoken.youth": "Hoi."}
    answer = await client.post(f"{plan}/stappen/{session.activity_id}", data=form)
    assert answer.status_code == 422
    assert "Maak hem 1 teken korter." in answer.text
    shown = unescape(answer.text)
    assert all(f">{words}</textarea>" in shown for words in (said, "Hoi."))


async def test_the_programme_says_what_to_say_in_the_wording_of_who_takes_part(client, services, planned):
    session, plan = planned
    said = services.library.worksheet("1-A").script[0].spoken
    for held, words, other in ((True, said.youth, said.general), (False, said.general, said.youth)):

        async def hold(db, held=held):
            (await db.get_one(Session, session.id)).holds_back = held

        await services.db.write(hold)
        shown = unescape((await client.get(plan)).text)
        assert all(f"<p>{sentence}</p>" in shown for sentence in words)
        assert not any(f"<p>{sentence}</p>" in shown for sentence in other)


async def test_on_paper_the_programme_is_what_happens_and_what_to_say(client, services, planned):
    session, plan = planned
    whole = (await client.get(plan)).text
    page = whole[whole.index("<main") :]
    paper = re.sub(r'<(form|details) class="[^"]*kl-no-print.*?</\1>', "", page, flags=re.DOTALL)
    assert ("<form" in page, "<form" in paper, "<details" in paper) == (True, False, False)
    assert f'<span class="kl-print">{session.title}</span>' in paper
    assert paper.count("Wat zeg ik nu?") == len(session.activities)


async def test_minutes_that_are_no_time_get_a_sentence_and_keep_what_was_typed(client, services, planned):
    session, plan = planned
    for typed in ("0", "abc", "999", "", "-5", "7,5", "9" * 5000):
        form = {"title": "Mijn titel", "question": "Mijn vraag?", "help": "Mijn hulp", "minutes": typed}
        answer = await client.post(f"{plan}/stappen/{session.activity_id}", data=form)
        assert answer.status_code == 422
        shown = unescape(answer.text)
        assert "Een stap duurt 1 tot 180 minuten." in shown or "Vul de minuten in als een getal." in shown
        for value in form.values():
            assert f'value="{value}"' in shown
    assert activity(await reloaded(services, session.id), "stippen").minutes == 6


async def test_a_form_with_parts_missing_gets_a_sentence(client, services, planned):
    session, plan = planned
    for form in ({}, {"minutes": "abc"}, {"title": "x"}, {"knop": "onzin"}):
        answer = await client.post(f"{plan}/stappen/{session.activity_id}", data=form)
        assert (answer.status_code, "nog niets geschreven" in answer.text) == (422, True)


async def test_a_step_that_is_not_in_this_plan_is_not_there(client, services, planned):
    _, plan = planned
    other = (await a_session(services)).activities[0]
    form = {"title": "Gekaapt", "question": "V?", "minutes": "5"}
    for step in (other.id, uuid.uuid4()):
        for given in (form, {"knop": "omhoog"}, {"knop": "overslaan"}):
            assert (await client.post(f"{plan}/stappen/{step}", data=given)).status_code == 404


async def test_an_own_question_is_a_step_with_cards_at_the_end(client, services, planned):
    session, plan = planned
    for title in ("", "Nog iets"):
        data = {"soort": "cards", "question": "Wat vergeten we?", "title": title}
        assert (await client.post(f"{plan}/stappen", data=data)).status_code == 303
    own = (await reloaded(services, session.id)).activities[-2:]
    assert [(step.key, step.kind, step.title) for step in own] == [
        ("eigen-1", "cards", "Kaarten"),
        ("eigen-2", "cards", "Nog iets"),
    ]
    await client.post(f"/sessies/{session.id}/stap", data={"naar": str(own[0].id)})
    assert "Wat vergeten we?" in (await client.get(f"/scherm/{session.screen_token}")).text


async def test_an_own_question_without_words_or_with_too_many_keeps_what_was_typed(client, services, planned):
    session, plan = planned
    for question in (" ", "v" * 201):
        form = {"soort": "cards", "question": question, "title": "Mijn titel"}
        answer = await client.post(f"{plan}/stappen", data=form)
        assert answer.status_code == 422
        assert f'value="{question}"' in answer.text
        assert 'value="Mijn titel"' in answer.text
    assert (await client.post(f"{plan}/stappen", data={})).status_code == 422
    assert not any(key.startswith("eigen") for key in await keys(services, session))


# --- what a step builds on --------------------------------------------------------------------------


async def test_a_step_whose_list_is_empty_says_which_worksheet_fills_it(client, services, planned):
    session, address = planned
    shown = unescape((await client.get(address)).text)
    assert "De lijst van deze stap is nog leeg" in shown
    place = f"/dossiers/{session.partnership_id}/bouwstenen/0-a?stap=s2#veld-0-A.partijen"
    assert f'href="{place}"' in shown
    assert (await client.get(place)).status_code == 200


async def test_a_list_that_is_filled_or_a_step_that_is_skipped_warns_nobody(client, services, planned):
    session, address = planned

    async def fill(db):
        fields = {field for step in session.activities for field in step.settings.get("fields", ())}
        for field in fields:
            await answers.write(db, session.partnership_id, field, [Item("a", "GGD")], account_id=None)

    await services.db.write(fill)
    assert "De lijst van deze stap is nog leeg" not in (await client.get(address)).text


async def test_a_step_that_chooses_from_a_step_that_is_skipped_says_so(client, services, planned):
    session, address = planned
    source = activity(session, "zorgen-kansen")
    await client.post(f"{address}/stappen/{source.id}", data={"knop": "overslaan"})
    shown = unescape((await client.get(address)).text)
    assert f"Hij komt uit ‘{source.title}’, en die stap sla je over." in shown


async def test_the_plan_says_whom_a_step_asks(client, planned):
    shown = (await client.get(planned[1])).text
    assert "Voor partners" in shown
    assert "Voor jongeren" in shown


async def test_a_list_can_be_typed_where_it_is_missing(client, services, planned):
    session, address = planned
    step = activity(session, "gesprekspartners")
    typed = {"knop": "lijst", "regels": "GGD\n\n  School  \nPolitie"}
    assert (await client.post(f"{address}/stappen/{step.id}", data=typed)).status_code == 303
    changed = activity(await reloaded(services, session.id), "gesprekspartners")
    assert changed.settings["options"] == ["GGD", "School", "Politie"]
    assert (changed.settings["dots"], "fields" in changed.settings) == (step.settings["dots"], False)
    assert f"programma#stap-{step.id}" not in (await client.get(address)).text


async def test_a_list_of_one_line_is_refused_and_stays_typed(client, planned):
    session, address = planned
    step = activity(session, "gesprekspartners")
    answer = await client.post(
        f"{address}/stappen/{step.id}", data={"knop": "lijst", "regels": "Alleen de GGD"}
    )
    assert answer.status_code == 422
    assert "Typ minstens twee regels" in unescape(answer.text)
    assert ">Alleen de GGD</textarea>" in answer.text


async def test_a_list_that_somebody_chose_from_stays_as_it_is(client, services, planned):
    session, address = planned
    step = activity(session, "gesprekspartners")
    url = f"{address}/stappen/{step.id}"
    await client.post(url, data={"knop": "lijst", "regels": "GGD\nSchool"})
    await (await conduct(services, session)).go_to(step.id)
    phone = await a_participant(services, session)
    await services.room.contribute(session.id, phone.id, step.id, uuid.uuid4(), {"options": ["1"]})
    answer = await client.post(url, data={"knop": "lijst", "regels": "Politie\nWijkteam"})
    assert answer.status_code in (409, 422)
    assert activity(await reloaded(services, session.id), step.key).settings["options"] == ["GGD", "School"]
