"""The phone page: plain forms, the same with htmx, and nobody else's business."""

import asyncio
import re
import uuid
from html import unescape

import pytest
from sqlalchemy import select

from tests.pages.screens import without_its_number
from tests.people import (
    a_facilitator,
    a_member,
    a_participant,
    a_session,
    a_while_later,
    activity,
    conduct,
    reloaded,
    signed_in,
)
from workshop.accounts import roles
from workshop.models import Acknowledged, Activity, Contribution, Participant
from workshop.pages.phone.page import COOKIE, LOOSE, STALE

HX = {"HX-Request": "true"}
PLAIN = {}
TYPED = "Wat ik net schreef"
NASTY = "<script>alert(1)</script> \"><img src=x onerror=alert(1)> {{7*7}} ' hx-get=/x"


async def a_phone(client, services, worksheet="1-A", step="zorgen-kansen", **values):
    """This browser takes part: (session, phone)."""
    session = await a_session(services, worksheet, step=step, **values)
    phone = await a_participant(services, session)
    client.cookies.update(phone.cookies)
    return session, phone


async def send(client, session, headers=PLAIN, **form):
    """Posts to the current step; `mark__theme` is `mark.theme`."""
    given = {name.replace("__", "."): value for name, value in form.items()}
    return await client.post(
        "/deelnemen/bijdragen", headers=headers, data={"activity": str(session.activity_id)} | given
    )


async def rows(services):
    async with services.db.read() as db:
        return list(await db.scalars(select(Contribution)))


async def a_card(client, services, session, words="Een kaart", **form):
    """Sends a card; returns its row's id."""
    before = {row.id for row in await rows(services)}
    assert (await send(client, session, column="zorg", text=words, **form)).status_code == 303
    [fresh] = {row.id for row in await rows(services)} - before
    return fresh


def block(html, id):
    """The text of the element with this id, as far as the next block: words that a button is about have an id
    too, with a dash in it."""
    return unescape(re.search(rf'id="{id}"[^>]*>(.*?)(?=<\w+ id="[a-z]+"|$)', html, re.S)[1]).strip()


# --- what fits ------------------------------------------------------------------------------------


async def test_without_scripts_a_card_comes_back_on_the_page(client, services):
    session, _ = await a_phone(client, services)
    answer = await send(client, session, column="zorg", text=TYPED, place="School")
    assert (answer.status_code, answer.headers["location"]) == (303, "/deelnemen")
    shown = (await client.get("/deelnemen")).text
    assert f"<bdi>{TYPED}</bdi>" in shown
    assert "Mijn kaarten (1)" in shown
    assert "Mag op het grote scherm" in shown


async def test_with_htmx_the_answer_is_my_own_block_and_a_sentence(client, services):
    session, _ = await a_phone(client, services)
    answer = await send(client, session, HX, column="zorg", text=TYPED)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert TYPED in block(answer.text, "mijn")
    assert "Je kaart is verstuurd." in block(answer.text, "melding")


async def test_dots_and_marks_come_back_in_their_own_form(client, services):
    session, _ = await a_phone(client, services, "3-A", "wat-werkt")
    assert (await send(client, session, options=["2"], reason=TYPED)).status_code == 303
    shown = (await client.get("/deelnemen")).text
    assert re.search(r'name="options" value="2" checked', shown)
    assert f">{TYPED}</textarea>" in shown
    marks, _ = await a_phone(client, services, "0-leren", "cijfers")
    answer = await send(client, marks, mark__relatie="4", higher__relatie=TYPED, mark__proces="weet-niet")
    assert answer.status_code == 303
    shown = (await client.get("/deelnemen")).text
    assert 'name="mark.relatie" value="4" checked' in shown
    assert 'name="mark.proces" value="weet-niet" checked' in shown
    assert f">{TYPED}</textarea>" in shown


async def test_every_phone_page_offers_help_and_a_way_out_and_is_kept_nowhere(client, services):
    await a_phone(client, services)
    for address in ("/deelnemen", "/hulp", "/doe-mee", "/j/onbekend"):
        shown = await client.get(address)
        assert shown.headers["cache-control"] == "no-store"
        assert 'href="/hulp"' in shown.text
        assert 'method="post" action="/vertrek"' in shown.text
    assert "0800-0432" in (await client.get("/hulp")).text


# --- what does not fit ----------------------------------------------------------------------------

MISFITS = {
    "an empty card": ("1-A", "zorgen-kansen", {"column": "zorg", "text": " \u200b "}, "nog niets geschreven"),
    "a long card": ("1-A", "zorgen-kansen", {"column": "kans", "text": TYPED + "a" * 140}, "Dit is te lang."),
    "a card without a column": ("1-A", "zorgen-kansen", {"text": TYPED}, "Kies eerst: zorg of kans."),
    "a column that is not there": ("1-A", "zorgen-kansen", {"text": TYPED, "column": "x"}, "Kies opnieuw."),
    "a place that is not there": (
        "1-A",
        "zorgen-kansen",
        {"text": TYPED, "column": "zorg", "place": "Maan"},
        "Kies een andere plek.",
    ),
    "a mark of 11": (
        "0-leren",
        "cijfers",
        {"mark.relatie": "11", "higher.relatie": TYPED},
        "Kies een cijfer van 1 tot en met 10",
    ),
    "a mark in words": (
        "0-leren",
        "cijfers",
        {"mark.relatie": "zes", "higher.proces": TYPED},
        "Kies een cij",
    ),
    "no mark at all": ("0-leren", "cijfers", {"higher.relatie": TYPED}, "Kies een cijfer."),
    "a dot too many": (
        "3-A",
        "wat-werkt",
        {"options": ["1", "2", "3", "4"], "reason": TYPED},
        "Je hebt 3 stippen. Haal er eerst één weg.",
    ),
    "a dot for what is not there": (
        "3-A",
        "wat-werkt",
        {"options": ["99"], "reason": TYPED},
        "staat niet meer in de lijst",
    ),
    "an action without words": ("0-leren", "acties", {"text": "  "}, "nog niets geschreven"),
}


@pytest.mark.parametrize("name", MISFITS)
async def test_what_does_not_fit_gets_a_sentence_and_loses_nothing(client, services, name):
    worksheet, step, form, sentence = MISFITS[name]
    session, _ = await a_phone(client, services, worksheet, step)
    plain = await client.post("/deelnemen/bijdragen", data={"activity": str(session.activity_id)} | form)
    assert plain.status_code == 422
    shown = unescape(plain.text)
    assert sentence in block(shown, "fout")
    assert (TYPED in shown) == any(TYPED in value for value in form.values())
    if form.get("column") == "kans":
        assert re.search(r'value="kans"[^>]*checked', shown)
    htmx = await client.post(
        "/deelnemen/bijdragen", headers=HX, data={"activity": str(session.activity_id)} | form
    )
    assert htmx.status_code == 422
    assert sentence in block(htmx.text, "melding")
    assert await rows(services) == []


async def test_a_second_post_that_does_fit_is_stored(client, services):
    session, _ = await a_phone(client, services)
    same = str(uuid.uuid4())
    assert (await send(client, session, contribution=same, text=TYPED)).status_code == 422
    assert (await send(client, session, contribution=same, text=TYPED, column="zorg")).status_code == 303
    assert len(await rows(services)) == 1


async def test_what_comes_too_late_gets_a_sentence_and_loses_nothing(client, services):
    session, _ = await a_phone(client, services)
    desk = await conduct(services, session)
    late = {
        "net dicht": lambda: desk.set_open(session.activity_id, False),
        "al verder": lambda: desk.go_to(activity(session, "stippen").id),
        "Bij de volgende vraag kun je weer meedoen": lambda: desk.go_to(None),
        "afgelopen": desk.end,
    }
    for sentence, deed in late.items():
        await deed()
        await a_while_later(services, session)
        form = {"column": "zorg", "text": TYPED}
        plain = await send(client, session, **form)
        assert (plain.status_code, sentence in unescape(plain.text)) == (409, True), sentence
        assert TYPED in plain.text, sentence
        assert 'data-step="' in plain.text
        htmx = await send(client, session, HX, **form)
        assert (htmx.status_code, sentence in block(htmx.text, "melding")) == (409, True), sentence
    assert await rows(services) == []


async def test_a_late_text_is_not_put_into_the_form_of_another_question(client, services):
    session, _ = await a_phone(client, services)
    await (await conduct(services, session)).go_to(activity(session, "signalen").id)
    await a_while_later(services, session)
    shown = (await send(client, session, column="zorg", text=TYPED)).text
    assert "Dit schreef je" in shown
    assert f">{TYPED}</textarea>" not in shown


async def test_a_late_word_that_the_next_question_happens_to_use_is_not_lost(client, services):
    session, _ = await a_phone(client, services)
    await (await conduct(services, session)).go_to(activity(session, "signalen").id)
    await a_while_later(services, session)
    assert "Indicator" in (await client.get("/deelnemen")).text
    shown = (await send(client, session, column="zorg", text="Indicator")).text
    assert "<bdi>Indicator</bdi>" in shown


async def test_an_activity_that_is_unknown_or_no_id_gets_a_sentence_and_loses_nothing(client, services):
    await a_phone(client, services)
    other = await a_session(services, step="zorgen-kansen")
    for wrong, status in (
        (str(uuid.uuid4()), 409),
        (str(other.activity_id), 409),
        ("geen-id", 404),
        ("", 404),
    ):
        form = {"activity": wrong, "column": "zorg", "text": TYPED}
        plain = await client.post("/deelnemen/bijdragen", data=form)
        assert (plain.status_code, TYPED in plain.text) == (status, True)
        assert "al verder" not in plain.text  # in its own session nobody went on
        assert block(plain.text, "melding").strip()
        htmx = await client.post("/deelnemen/bijdragen", headers=HX, data=form)
        assert (htmx.status_code, 'id="melding"' in htmx.text) == (status, True)
    assert await rows(services) == []


async def test_a_group_that_does_not_exist_is_refused_and_one_that_does_is_kept(client, services):
    await a_phone(client, services, step=None)
    assert (await client.post("/deelnemen/groep", data={"group": "docent"})).status_code == 422
    assert (await client.post("/deelnemen/groep", data={"group": "ouder"})).status_code == 303
    assert "<b>ouder</b>" in (await client.get("/deelnemen")).text
    answer = await client.post("/deelnemen/groep", headers=HX, data={"group": "jongere"})
    assert "<b>jongere</b>" in block(answer.text, "mijn")


async def test_strange_texts_are_cleaned_or_refused_and_never_break_the_page(client, services):
    session, _ = await a_phone(client, services)
    cleaned = {
        "Z" + "\u0300" * 90 + "algo": "Z\u0300\u0300\u0300algo",
        "links \u202ethcer\u202c \u2066x\u2069": "links thcer x",
        "nul\x00 en \x1b[31m": "nul en [31m",
        "twee\nregels\tvol": "twee regels vol",
        "e\u0301én": "één",
    }
    for words in cleaned:
        assert (await send(client, session, column="zorg", text=words)).status_code == 303
    assert sorted(row.body["text"] for row in await rows(services)) == sorted(cleaned.values())
    for words in ("a" * 60_000, "\u0300" * 3000, "\u202e" * 50):
        answer = await send(client, session, HX, column="zorg", text=words)
        assert (answer.status_code, 'id="melding"' in answer.text) == (422, True)
    assert len(await rows(services)) == len(cleaned)
    assert (await client.get("/deelnemen")).status_code == 200


async def test_a_body_that_is_too_large_or_no_form_is_a_clean_refusal(client, services):
    session, _ = await a_phone(client, services)
    answer = await send(client, session, HX, column="zorg", text="a" * 1_200_000)
    assert (answer.status_code, "Dit is te groot." in answer.text) == (413, True)
    for headers in (
        {"Content-Type": "application/json"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "text/plain"},
    ):
        answer = await client.post("/deelnemen/bijdragen", headers=headers, content=b'{"text": [[[')
        assert 400 <= answer.status_code < 500
    assert await rows(services) == []


async def test_fields_that_are_not_in_the_form_change_nothing(client, services):
    session, phone = await a_phone(client, services, holds_back=True)
    await send(
        client,
        session,
        column="zorg",
        text=TYPED,
        state="shown",
        group="jongere",
        slot="x",
        order="99",
        notes="x",
    )
    [row] = await rows(services)
    assert row.order != 99
    assert (row.state, row.participant_id, row.group, row.notes, row.cluster_id) == (
        "held",
        phone.id,
        None,
        {},
        None,
    )


# --- one id, one row ------------------------------------------------------------------------------


async def test_the_same_id_ten_times_is_one_row_and_is_acknowledged_each_time(client, services):
    session, _ = await a_phone(client, services)
    form = {"contribution": str(uuid.uuid4()), "column": "zorg", "text": TYPED}
    answers = [await send(client, session, HX, **form) for _ in range(3)]
    answers += await asyncio.gather(*(send(client, session, HX, **form) for _ in range(7)))
    assert {answer.status_code for answer in answers} == {200}
    assert all(TYPED in block(answer.text, "mijn") for answer in answers)
    assert len(await rows(services)) == 1
    async with services.db.read() as db:
        assert await db.get(Acknowledged, uuid.UUID(form["contribution"]))


async def test_the_same_new_id_ten_times_at_once_is_one_row(client, services):
    session, _ = await a_phone(client, services)
    form = {"contribution": str(uuid.uuid4()), "column": "zorg", "text": TYPED}
    answers = await asyncio.gather(*(send(client, session, **form) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await rows(services)) == 1


async def test_marks_of_one_post_have_ids_that_tell_nothing_of_each_other(client, services):
    session, _ = await a_phone(client, services, "0-leren", "cijfers")
    sent = uuid.uuid4()
    await send(
        client, session, contribution=str(sent), mark__relatie="4", mark__proces="5", mark__belangen="6"
    )
    ids = {row.id for row in await rows(services)}
    assert len(ids) == 3
    assert not ids & {uuid.uuid5(sent, str(place)) for place in range(5)}


# --- my own cards ---------------------------------------------------------------------------------


async def test_a_card_that_is_taken_back_does_not_return_by_a_replay(client, services):
    session, _ = await a_phone(client, services)
    sent = str(uuid.uuid4())
    await send(client, session, contribution=sent, column="zorg", text=TYPED)
    answer = await client.post(f"/deelnemen/bijdragen/{sent}/intrekking", headers=HX)
    assert (answer.status_code, TYPED in answer.text) == (200, False)
    assert "Weggehaald" in block(answer.text, "melding")
    assert (await send(client, session, contribution=sent, column="zorg", text=TYPED)).status_code == 303
    assert await rows(services) == []
    assert TYPED not in (await client.get("/deelnemen")).text
    assert TYPED not in (await client.get(f"/scherm/{session.screen_token}")).text


async def test_without_scripts_taking_back_is_a_plain_form(client, services):
    session, _ = await a_phone(client, services)
    card = await a_card(client, services, session)
    assert f'action="/deelnemen/bijdragen/{card}/intrekking"' in (await client.get("/deelnemen")).text
    answer = await client.post(f"/deelnemen/bijdragen/{card}/intrekking")
    assert (answer.status_code, answer.headers["location"]) == (303, "/deelnemen")


async def test_somebody_elses_card_is_not_there_for_me(client, services):
    session, _ = await a_phone(client, services)
    card = await a_card(client, services, session)
    client.cookies.update((await a_participant(services, session)).cookies)
    for id in (card, uuid.uuid4(), "geen-id"):
        for headers in (PLAIN, HX):
            answer = await client.post(f"/deelnemen/bijdragen/{id}/intrekking", headers=headers)
            assert answer.status_code == 404
    assert len(await rows(services)) == 1
    assert "Mijn kaarten" not in (await client.get("/deelnemen")).text
    assert "Een kaart" not in (await client.get("/deelnemen/mijn")).text


async def test_a_sender_sees_what_became_of_a_card(client, services):
    session, _ = await a_phone(client, services, holds_back=True)
    card = await a_card(client, services, session)
    desk = await conduct(services, session)
    assert "De begeleider leest dit nog" in (await client.get("/deelnemen/mijn")).text
    await desk.set_card_state(card, "shown")
    assert "Mag op het grote scherm" in (await client.get("/deelnemen/mijn")).text
    await desk.set_card_state(card, "hidden")
    assert "Dit blijft bij de begeleider" in (await client.get("/deelnemen/mijn")).text


# --- who may --------------------------------------------------------------------------------------

PHONE_ROUTES = [
    ("GET", "/deelnemen"),
    ("GET", "/deelnemen/scene"),
    ("GET", "/deelnemen/mijn"),
    ("GET", "/deelnemen/scherm"),
    ("GET", "/deelnemen/scherm/scene"),
    ("POST", "/deelnemen/bijdragen"),
    ("POST", f"/deelnemen/bijdragen/{uuid.uuid4()}/intrekking"),
    ("POST", "/deelnemen/groep"),
    ("POST", "/deelnemen/klaar"),
    ("POST", "/deelnemen/groepje"),
]


async def test_a_stale_cookie_takes_no_part_and_hears_how_to_come_back(client, services):
    for token in ("verlopen", "x" * 5000, ""):
        client.cookies.set(COOKIE, token)
        for method, address in PHONE_ROUTES:
            plain = await client.request(method, address)
            assert (plain.status_code, STALE in plain.text) == (401, True), address
            htmx = await client.request(method, address, headers=HX)
            assert (htmx.status_code, 'id="stap"' in htmx.text) == (401, True), address


async def test_a_phone_that_left_during_a_post_takes_no_part(client, services, monkeypatch):
    session, phone = await a_phone(client, services)
    store = services.room.contribute

    async def leaves_first(*given, **more):
        await services.room.leave(phone.participant)
        return await store(*given, **more)

    monkeypatch.setattr(services.room, "contribute", leaves_first)
    answer = await send(client, session, column="zorg", text=TYPED)
    assert (answer.status_code, "Je doet niet meer mee" in answer.text) == (401, True)


async def test_the_scene_is_not_sent_again_to_a_phone_that_has_the_newest(client, services):
    session, _ = await a_phone(client, services)
    revision = (await reloaded(services, session.id)).revision
    known = await client.get("/deelnemen/scene", headers=HX | {"X-Revision": str(revision)})
    assert (known.status_code, known.text) == (204, "")
    for old in (str(revision - 1), "", "x"):
        fresh = await client.get("/deelnemen/scene", headers=HX | {"X-Revision": old})
        assert fresh.status_code == 200
        assert f'id="stap" class="kl-step kl-stack" data-step="{session.activity_id}"' in fresh.text
        assert f'data-revision="{revision}"' in fresh.text
    assert len(services.presence.there(session.id).phones) == 1


async def test_snel_weg_ends_the_token_and_empties_the_browser(client, services, settings):
    session, phone = await a_phone(client, services)
    await a_card(client, services, session)
    answer = await client.post("/vertrek")
    assert (answer.status_code, answer.headers["location"]) == (303, settings.exit_url)
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert answer.headers["set-cookie"].startswith(f'{COOKIE}=""; ')
    assert "Max-Age=0" in answer.headers["set-cookie"]
    client.cookies.update(phone.cookies)
    assert (await client.get("/deelnemen")).status_code == 401
    async with services.db.read() as db:
        assert (await db.get(Participant, phone.id)).token_hash is None


async def test_snel_weg_by_our_script_names_the_half_it_threw_away_and_is_not_sent_on(client, services):
    session = await a_session(services)
    await client.post(f"/j/{session.join_token}")
    kept, loose = client.cookies[COOKIE], client.cookies[LOOSE]
    for named, left in ((loose[::-1], 1), ("x" * 5000, 1), (loose, 0)):
        client.cookies.clear()
        client.cookies.set(COOKIE, kept)
        answer = await client.post("/vertrek", data={"stil": "1", "los": named})
        assert (answer.status_code, "location" in answer.headers) == (204, False)
        assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
        async with services.db.read() as db:
            taking_part = select(Participant).where(Participant.token_hash.is_not(None))
            assert len(list(await db.scalars(taking_part))) == left


async def test_snel_weg_works_for_who_takes_no_part_at_all(client, services, settings):
    answer = await client.post("/vertrek")
    assert (answer.status_code, answer.headers["location"]) == (303, settings.exit_url)


# --- what nobody sees yet -------------------------------------------------------------------------


async def an_audience(client, services, session):
    """This browser is the desk, the screen and a phone that sends nothing."""
    account = await a_facilitator(services, "Kevin")
    await a_member(services, session.partnership, account, roles.BEGELEIDER)
    await signed_in(client, services, account)
    client.cookies.update((await a_participant(services, session)).cookies)

    async def sees():
        addresses = (
            "/deelnemen",
            "/deelnemen/scene",
            f"/scherm/{session.screen_token}",
            f"/scherm/{session.screen_token}/scene",
            f"/sessies/{session.id}/regie",
            f"/sessies/{session.id}/regie/scene",
        )
        pages = [(await client.get(address)).text for address in addresses]
        # Numbers that rise with every change, whatever it is, the clock, and boxes of the desk's own.
        rising = re.compile(
            r'data-choice="\w+" checked|data-(revision|at|now|until)="\d+"|\?na=[\d-]+|>\d+:\d\d<'
            r'|name="eenmalig" value="[\w-]+"'
        )
        return [re.sub(rising, "", without_its_number(page)) for page in pages]

    return sees


async def test_marks_that_are_not_shown_leave_no_trace_in_any_page(client, services):
    session = await a_session(services, "0-leren", step="cijfers")
    sees = await an_audience(client, services, session)
    phones = [await a_participant(services, session) for _ in range(6)]

    async def give(marks, idea):
        for phone, mark in zip(phones, marks, strict=True):
            form = {"mark.relatie": [str(mark)], "higher.relatie": [idea]}
            await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)

    await give((2, 2, 2, 9, 9, 9), "Elkaar vaker zien")
    first = await sees()
    await give((7, 7, 8, 8, 8, 8), "Minder vergaderen")
    assert await sees() == first
    for page in first:
        assert "Minder vergaderen" not in page
        assert "Elkaar vaker zien" not in page
        assert not re.search(r'\b(5,5|7,7)\b|m-dot|m-mean|name="mark[^>]* checked', page)
    await (await conduct(services, session)).set_shown(session.activity_id, True)
    for page in await sees():
        assert "7,7" in page


async def test_dots_that_are_not_shown_leave_no_trace_in_any_page(client, services):
    session = await a_session(services, "3-A", step="wat-werkt")
    sees = await an_audience(client, services, session)
    phones = [await a_participant(services, session) for _ in range(6)]

    async def vote(options):
        for phone, option in zip(phones, options, strict=True):
            form = {"options": [option], "reason": [f"Want {option}"]}
            await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)

    await vote("111123")
    first = await sees()
    await vote("333322")
    assert await sees() == first
    assert not any("Want " in page or "stippen van" in page for page in first)
    await (await conduct(services, session)).set_shown(session.activity_id, True)
    shown = await sees()
    for page in (shown[0], shown[1], shown[4], shown[5]):
        assert "4 stippen" in page
    for page in shown[2:4]:
        assert "6 stippen van 6 telefoons" in page


async def test_a_card_that_waits_or_is_hidden_is_on_the_desk_only(client, services):
    session = await a_session(services, step="zorgen-kansen", holds_back=True)
    sees = await an_audience(client, services, session)
    phone = await a_participant(services, session)
    form = {"column": ["zorg"], "text": ["GEHEIM-KAARTJE"]}
    receipt = await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)
    desk = await conduct(services, session)
    assert ["GEHEIM-KAARTJE" in page for page in await sees()] == [False] * 4 + [True] * 2
    await desk.set_card_state(receipt.id, "hidden")
    assert ["GEHEIM-KAARTJE" in page for page in await sees()] == [False] * 4 + [True] * 2
    await desk.set_card_state(receipt.id, "shown")
    assert ["GEHEIM-KAARTJE" in page for page in await sees()] == [False] * 2 + [True] * 4
    await desk.delete_card(receipt.id)
    assert ["GEHEIM-KAARTJE" in page for page in await sees()] == [False] * 6


# --- user text ------------------------------------------------------------------------------------


async def test_what_people_write_stays_text_on_phone_screen_and_desk(client, services):
    session = await a_session(services, step="zorgen-kansen")
    sees = await an_audience(client, services, session)
    await send(client, session, column="zorg", text=NASTY)
    desk = await conduct(services, session)
    [card] = [row.id for row in await rows(services)]
    await desk.gather(session.activity_id, NASTY[:80], "zorg", [card], None)
    for page in await sees():
        assert "&lt;script&gt;alert(1)" in page
        assert "{{7*7}}" in page
        assert "<script>alert" not in page
        assert "<img" not in page
    answer = await send(client, session, text=NASTY * 2)
    assert answer.status_code == 422
    assert NASTY in unescape(answer.text)
    assert "<img" not in answer.text


async def test_young_people_listen_when_a_question_is_about_the_work_of_others(client, services):
    session = await a_session(services, "1-A", step="partnerbeeld")
    question = activity(session, "partnerbeeld").question
    for group, asked in (("jongere", False), ("uitvoering", True), (None, True)):
        client.cookies.set(COOKIE, (await a_participant(services, session, group)).token)
        shown = unescape((await client.get("/deelnemen")).text)
        assert (question in shown, 'id="kaart"' in shown) == (asked, asked), group
        assert ("Deze vraag is voor mensen die met jongeren werken" in shown) != asked, group
        mine = (await client.get("/deelnemen/mijn", headers=HX)).text
        assert "mijn" in mine


async def test_a_question_that_somebody_put_in_words_for_the_young_is_asked_to_them(client, services):
    session = await a_session(services, "1-A", step="partnerbeeld")

    async def word(db):
        (await db.get_one(Activity, session.activity_id)).youth = {"question": "Wat zie jij?"}

    await services.db.write(word)
    client.cookies.set(COOKIE, (await a_participant(services, session, "jongere")).token)
    assert "Wat zie jij?" in (await client.get("/deelnemen")).text
