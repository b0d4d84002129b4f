"""The desk: one has the wheel, colleagues help, and nobody else finds it."""

import datetime as dt
import re
import uuid

import pytest
from sqlalchemy import select

from tests.pages.desks import HX, Desk
from tests.people import (
    a_desk,
    a_facilitator,
    a_member,
    a_participant,
    a_session,
    activity,
    conduct,
    signed_in,
)
from workshop import bus
from workshop.accounts import roles
from workshop.live import presence
from workshop.log.what import What
from workshop.models import Cluster, Deed, now

BESIDE = "heeft nu de regie."


async def somebody_else(desk, role):
    """The same browser, now of a member with this role, or of an outsider."""
    account = await a_facilitator(desk.services, "Kevin")
    if role:
        await a_member(desk.services, desk.partnership, account, role)
    return await signed_in(desk.client, desk.services, account)


def deeds(desk, card, cluster):
    """Every deed of the desk with a form that fits."""
    now, later = str(desk.session.activity_id), str(activity(desk.session, "signalen").id)
    step, cards = f"/stappen/{now}", f"/kaarten/{card}"
    return [
        ("/zaal/hulp", {}),
        ("/ingreep", {"held": str(card)}),
        (f"{cards}/stand", {"stand": "shown"}),
        (f"{cards}/tekst", {"text": "Anders"}),
        (f"{cards}/afspraak", {"owner": "GGD", "due": "2027-01-01"}),
        (f"{step}/groepen", {"kaart": [str(card)], "naam": "Samen", "kolom": "zorg"}),
        (f"{step}/los", {"kaart": f"{card}.{cluster}"}),
        (f"{step}/soort", {"kaart": str(card), "kolom": "kans"}),
        (f"/groepen/{cluster}/naam", {"naam": "Anders", "gezien": "Een groep"}),
        (f"/groepen/{cluster}/samenvoeging", {"groep": str(cluster)}),
        (f"/groepen/{cluster}/soort", {"kolom": "kans", "gezien": "zorg"}),
        (f"/groepen/{cluster}/opheffing", {}),
        (f"{cards}/verwijdering", {}),
        (f"{step}/doorlaten", {}),
        ("/bijdragen", {"activity": now, "column": "kans", "text": "Van iemand zonder telefoon"}),
        ("/stap", {"naar": now}),
        (f"{step}/slot", {"aan": "ja"}),
        (f"{step}/vertoning", {"aan": "ja"}),
        (f"{step}/klok", {"wat": "erbij"}),
        ("/zaal/leeg", {"aan": "ja"}),
        ("/zaal/stilstand", {"aan": "ja"}),
        ("/zaal/meelezen", {"aan": "nee"}),
        ("/zaal/toelating", {"aan": "nee"}),
        ("/zaal/codes", {}),
        ("/stap", {"naar": later}),
        ("/zaal/stuur", {}),
        ("/afsluiting", {}),
    ]


BY_ALL = 15
"""How many of those deeds a colleague beside the wheel does too."""


async def a_cluster(desk, card, name="Een groep"):
    await desk.post(f"/kaarten/{card}/stand", stand="shown")
    await desk.post(
        f"/stappen/{desk.session.activity_id}/groepen", naam=name, kolom="zorg", kaart=[str(card)]
    )
    async with desk.services.db.read() as db:
        return await db.scalar(select(Cluster.id).where(Cluster.name == name))


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [(None, 404), (roles.LEZER, 403)])
async def test_who_may_not_run_a_session_does_nothing_at_its_desk(desk, role, status):
    card = await desk.card("Een kaart")
    cluster = await a_cluster(desk, card)
    before = await desk.now()
    await somebody_else(desk, role)
    for path in ("/regie", "/regie/scene", "/programma", "/nakijken"):
        answer = await desk.client.get(f"{desk.home}{path}")
        assert (answer.status_code, desk.session.title in answer.text) == (status, False), path
    for path, form in deeds(desk, card, cluster):
        await desk.post(path, status, **form)
        await desk.block(path, status, **form)
    after = await desk.now()
    assert (after.revision, after.driver_id, after.ended_at) == (before.revision, before.driver_id, None)


async def test_a_begeleider_does_every_deed(desk):
    card = await desk.card("Een kaart")
    cluster = await a_cluster(desk, card)
    await somebody_else(desk, roles.BEGELEIDER)
    await desk.post("/zaal/stuur")
    for path, form in deeds(desk, card, cluster):
        await desk.post(path, 303, **form)
    assert (await desk.now()).ended_at


async def test_beside_the_wheel_cards_can_be_moved_and_steps_cannot(desk):
    card = await desk.card("Een kaart")
    cluster = await a_cluster(desk, card)
    await somebody_else(desk, roles.BEGELEIDER)
    everything = deeds(desk, card, cluster)
    for path, form in everything[:BY_ALL]:
        await desk.block(path, 200, **form)
    before = await desk.now()
    for path, form in everything[BY_ALL:-2] + everything[-1:]:
        for refused in (await desk.post(path, 409, **form), await desk.block(path, 409, **form)):
            assert "Wil jij verdergaan? Neem de regie over." in refused
    assert (await desk.now()).revision == before.revision


async def test_taking_the_wheel_makes_the_other_desk_a_desk_beside(desk):
    kevin = await somebody_else(desk, roles.BEGELEIDER)
    shown = await desk.page()
    assert BESIDE in shown
    assert 'action="/sessies/' in shown
    assert f'action="{desk.home}/stap"' not in shown
    assert f'action="{desk.home}/afsluiting"' not in shown
    mine = await desk.block("/zaal/stuur")
    assert BESIDE not in mine
    assert f'action="{desk.home}/stap"' in mine
    assert (await desk.now()).driver_id == kevin.id
    await somebody_else(desk, roles.COORDINATOR)
    assert BESIDE in await desk.page("/regie/scene")


async def test_the_same_person_in_another_browser_has_no_wheel_either(desk):
    sign_in = await signed_in(desk.client, desk.services, await a_facilitator(desk.services))
    await a_member(desk.services, desk.partnership, sign_in.account, roles.BEGELEIDER)
    await desk.post("/zaal/stuur")
    await signed_in(desk.client, desk.services, sign_in.account)
    assert BESIDE in await desk.page()


async def test_a_step_card_or_group_of_another_session_is_not_there(desk):
    other = await a_session(
        desk.services,
        partnership=desk.partnership,
        sign_in=await a_desk(desk.services, (await a_facilitator(desk.services))),
    )
    mine = desk.session.activity_id
    receipt = await desk.card("Een kaart")
    there = Desk(desk.client, desk.services, other, desk.partnership)
    await there.post("/zaal/stuur")
    await there.post("/stap", 404, naar=str(mine))
    for path, form in deeds(desk, receipt, await a_cluster(desk, receipt)):
        if "kaarten" in path or "groepen" in path or "stappen" in path:
            await there.post(path, 404, **form)
    assert (await desk.row(receipt)).body["text"] == "Een kaart"


async def test_a_deed_that_does_not_exist_is_not_there(desk):
    card = await desk.card("Een kaart")
    for path in ("/zaal/x", f"/kaarten/{card}/x", f"/stappen/{desk.session.activity_id}/x"):
        await desk.post(path, 404)
    await desk.post(f"/kaarten/{card}/stand", 404, stand="weg")
    await desk.post("/stap", 404, naar="geen-id")
    await desk.post("/stap", 404, naar=str(uuid.uuid4()))


# --- steps ----------------------------------------------------------------------------------------


async def test_a_step_that_starts_is_current_and_its_clock_runs(desk):
    target = activity(desk.session, "stippen")
    shown = await desk.block("/stap", naar=str(target.id))
    assert target.question in shown
    now = await desk.now()
    assert (now.activity_id, activity(now, "stippen").started_at is None) == (target.id, False)
    await desk.post("/stap", naar="")
    assert (await desk.now()).activity_id is None
    assert "Laat iedereen binnen" in await desk.page()


async def test_the_desk_says_what_to_say_now_in_the_wording_of_who_takes_part(desk):
    said = desk.services.library.worksheet("1-A").script[0].spoken
    for held, words, other in ((True, said.youth, said.general), (False, said.general, said.youth)):

        async def hold(db, session, held=held):
            session.holds_back = held

        await desk.services.room.change(desk.session.id, bus.STEP, hold)
        shown = await desk.page()
        assert "Wat zeg ik nu?" in shown
        assert all(f"<p>{sentence}</p>" in shown for sentence in words)
        assert not any(f"<p>{sentence}</p>" in shown for sentence in other)
        assert words[0] not in await desk.screen()


async def test_a_step_without_words_to_say_shows_no_empty_box(desk):
    await desk.post("/programma/stappen", soort="cards", question="Wat vergeten we?")
    mine = next(a for a in (await desk.now()).activities if a.key == "eigen-1")
    await desk.post("/stap", naar=str(mine.id))
    assert "Wat zeg ik nu?" not in await desk.page()
    assert (await desk.page("/programma")).count("Wat zeg ik nu?") == len(desk.session.activities)


async def test_a_lock_closes_the_step_and_opens_it_again(desk):
    assert "Deze stap is dicht" in await desk.block(f"/stappen/{desk.session.activity_id}/slot", aan="ja")
    assert not (await desk.activity()).open
    assert "Deze stap is open" in await desk.block(f"/stappen/{desk.session.activity_id}/slot", aan="nee")


async def test_showing_results_also_closes_the_step(desk):
    await desk.card("Om uit te kiezen")
    await desk.post(f"/stappen/{desk.session.activity_id}/doorlaten")
    target = activity(desk.session, "stippen")
    await desk.post("/stap", naar=str(target.id))
    assert "De uitslag is nog voor iedereen verborgen" in await desk.page()
    await desk.post(f"/stappen/{target.id}/vertoning", aan="ja")
    shown = activity(await desk.now(), "stippen")
    assert (shown.shown, shown.open) == (True, False)
    assert "De uitslag" in await desk.page()
    await desk.post(f"/stappen/{target.id}/vertoning", aan="nee")
    hidden = activity(await desk.now(), "stippen")
    assert (hidden.shown, hidden.open) == (False, False)


async def test_the_clock_stands_still_goes_on_and_gets_two_minutes(desk):
    clock = f"/stappen/{desk.session.activity_id}/klok"
    assert "data-paused=" in await desk.block(clock, wat="pauze")
    paused = (await desk.activity()).paused_at
    await desk.post(clock, wat="pauze")
    assert (await desk.activity()).paused_at == paused
    assert "data-until=" in await desk.block(clock, wat="verder")
    before = (await desk.activity()).extra_seconds
    await desk.post(clock, wat="erbij")
    assert (await desk.activity()).extra_seconds == before + 120
    await desk.post(clock, wat="onzin")
    assert (await desk.activity()).extra_seconds == before + 120


# --- cards ----------------------------------------------------------------------------------------


async def test_a_card_is_let_through_hidden_and_deleted(desk):
    card = await desk.card("Wie wordt gehoord?")
    state = f"/kaarten/{card}/stand"
    assert "Wie wordt gehoord?" not in await desk.screen()
    await desk.block(state, stand="shown")
    assert "Wie wordt gehoord?" in await desk.screen()
    await desk.block(state, stand="hidden")
    assert "Wie wordt gehoord?" not in await desk.screen()
    said = await desk.block(f"/kaarten/{card}/verwijdering")
    assert "De kaart staat op geen enkel scherm meer. Over 2 minuten is hij voorgoed verwijderd." in said
    assert await desk.row(card) is None
    await desk.block(state, 404, stand="shown")


async def test_all_that_waits_is_let_through_at_once(desk):
    for number in range(3):
        await desk.card(f"Kaart {number}")
    assert "Laat alle 3 zien" in await desk.page()
    shown = await desk.block(f"/stappen/{desk.session.activity_id}/doorlaten")
    assert "Er wacht nu geen kaart op jou." in shown
    assert all(f"Kaart {number}" in shown for number in range(3))


async def test_a_name_that_must_go_is_overwritten_and_kept_nowhere(desk):
    card = await desk.card("Jan deed dat", phone=False)
    await desk.block(f"/kaarten/{card}/tekst", text=" Iemand  deed dat ")
    row = await desk.row(card)
    assert row.body["text"] == "Iemand deed dat"
    assert "Jan" not in str(vars(row))
    assert "nog niets geschreven" in await desk.block(f"/kaarten/{card}/tekst", 422, text=" ")
    assert "Dit is te lang." in await desk.post(f"/kaarten/{card}/tekst", 422, text="a" * 281)
    await desk.block(f"/kaarten/{card}/tekst", 404, text="x", veld="column")
    async with desk.services.db.read() as db:
        assert not [deed for deed in await db.scalars(select(Deed)) if "Jan" in deed.about]


async def test_cards_are_gathered_renamed_loosened_and_set_free(desk):
    one, two = await desk.card("Een"), await desk.card("Twee")
    await desk.post(f"/stappen/{desk.session.activity_id}/doorlaten")
    gather = f"/stappen/{desk.session.activity_id}/groepen"
    assert "Samen in de app" in await desk.block(
        gather, naam="Samen in de app", kolom="zorg", kaart=[str(one)]
    )
    async with desk.services.db.read() as db:
        cluster = await db.scalar(select(Cluster))
    await desk.block(gather, groep=str(cluster.id), kolom="zorg", kaart=[str(two)])
    assert "Samen in de app" in await desk.screen()
    assert {(await desk.row(card)).cluster_id for card in (one, two)} == {cluster.id}
    await desk.block(f"/groepen/{cluster.id}/naam", naam="Online")
    assert "Online" in await desk.screen()
    step = f"/stappen/{desk.session.activity_id}"
    await desk.block(f"{step}/los", kaart=[f"{two}.{cluster.id}"])
    assert (await desk.row(two)).cluster_id is None
    await desk.block(f"/groepen/{cluster.id}/opheffing")
    assert await desk.row(cluster.id, Cluster) is None
    assert {(await desk.row(card)).cluster_id for card in (one, two)} == {None}
    assert {(await desk.row(card)).state for card in (one, two)} == {"shown"}


async def test_a_group_needs_cards_and_has_a_name(desk):
    card = await desk.card("Een")
    await desk.post(f"/kaarten/{card}/stand", stand="shown")
    gather = f"/stappen/{desk.session.activity_id}/groepen"
    assert "Kies eerst een of meer kaarten." in await desk.block(gather, 422, naam="Leeg", kolom="zorg")
    await desk.block(gather, 422, naam="x" * 81, kolom="zorg", kaart=[str(card)])
    await desk.block(gather, 404, naam="Goed", kolom="zorg", kaart=["geen-id"])
    await desk.block(gather, 404, groep=str(uuid.uuid4()), kolom="zorg", kaart=[str(card)])
    await desk.block(gather, naam="Goed", kolom="x" * 500, kaart=[str(card)])
    assert (await desk.row(card)).body["column"] == "zorg"


async def test_cards_go_to_another_column_and_two_groups_become_one(desk):
    one, two = await desk.card("Een"), await desk.card("Twee")
    step = f"/stappen/{desk.session.activity_id}"
    await desk.post(f"{step}/doorlaten")
    await desk.block(f"{step}/soort", kaart=[str(one)], kolom="kans")
    await desk.block(f"{step}/soort", 404, kaart=[str(one)], kolom="nergens")
    assert (await desk.row(one)).body["column"] == "kans"
    for card in (one, two):
        await desk.block(f"{step}/groepen", kaart=[str(card)], naam="")
    first, second = (await desk.row(one)).cluster_id, (await desk.row(two)).cluster_id
    assert "nu één" in await desk.block(f"/groepen/{first}/samenvoeging", groep=str(second))
    assert (await desk.row(one)).cluster_id == second
    assert (await desk.row(one)).body["column"] == "zorg"


async def test_a_hidden_card_leaves_its_group(desk):
    card = await desk.card("Een")
    await desk.post(f"/kaarten/{card}/stand", stand="shown")
    await a_cluster(desk, card)
    await desk.post(f"/kaarten/{card}/stand", stand="hidden")
    assert (await desk.row(card)).cluster_id is None


async def test_the_desk_adds_a_card_for_who_has_no_phone_once(desk):
    form = {"activity": str(desk.session.activity_id), "column": "kans", "text": "Zonder telefoon"}
    again = str(uuid.uuid4())
    for _ in range(3):
        assert "Toegevoegd." in await desk.block("/bijdragen", contribution=again, **form)
    assert "Zonder telefoon" in await desk.screen()
    row = await desk.row(uuid.UUID(again))
    assert (row.participant_id, row.state) == (None, "shown")
    assert "nog niets geschreven" in await desk.block("/bijdragen", 422, **(form | {"text": ""}))
    await desk.post(f"/stappen/{desk.session.activity_id}/slot", aan="ja")
    assert "net dicht" in await desk.block("/bijdragen", 409, **form)


async def test_who_does_an_action_and_when_stands_on_the_screen(desk):
    session = await a_session(
        desk.services, "0-leren", partnership=desk.partnership, sign_in=await conducting(desk), step="acties"
    )
    there = Desk(desk.client, desk.services, session, desk.partnership)
    card = await there.card("Een avond voor ouders")
    await there.block(f"/kaarten/{card}/afspraak", owner=" GGD\x00 " + "x" * 200, due="2027-01-15")
    row = await there.row(card)
    assert row.notes == {"owner": ("GGD " + "x" * 200)[:120], "due": "2027-01-15"}
    assert "15 januari 2027" in await there.screen()


async def conducting(desk):
    return (await conduct(desk.services, desk.session)).sign_in


# --- the room -------------------------------------------------------------------------------------


async def test_a_blank_screen_shows_nothing_until_it_is_shown_again_or_the_step_changes(desk):
    question = (await desk.activity()).question
    await desk.block("/zaal/leeg", aan="ja")
    assert question not in await desk.screen()
    await desk.block("/zaal/leeg", aan="nee")
    assert question in await desk.screen()
    await desk.block("/zaal/leeg", aan="ja")
    await desk.block("/stap", naar=str(desk.session.activity_id))
    assert question in await desk.screen()


async def test_new_codes_keep_the_phones_that_are_in(desk):
    phone = await a_participant(desk.services, desk.session)
    assert "De QR-code en de code zijn nieuw." in await desk.block("/zaal/codes")
    fresh = await desk.now()
    assert (fresh.join_token, fresh.code) != (desk.session.join_token, desk.session.code)
    assert fresh.screen_token == desk.session.screen_token
    desk.client.cookies.update(phone.cookies)
    assert (await desk.client.get("/deelnemen")).status_code == 200
    assert (await desk.client.get(f"/j/{desk.session.join_token}")).status_code == 404


async def test_a_locked_door_has_no_code_and_opens_with_a_new_one(desk):
    assert "Code werkt nu niet" in await desk.block("/zaal/toelating", aan="nee")
    assert (await desk.now()).code is None
    assert "Code werkt nu niet" not in await desk.block("/zaal/toelating", aan="ja")
    assert (await desk.now()).code not in (None, desk.session.code)


async def test_hulp_opens_on_all_phones_because_its_count_rises(desk):
    phone = await a_participant(desk.services, desk.session)
    desk.client.cookies.update(phone.cookies)
    for count in (1, 2):
        assert "Hulp staat nu open op alle telefoons." in await desk.block("/zaal/hulp")
        assert f'id="hulp-signaal" data-count="{count}"' in (await desk.client.get("/deelnemen")).text


async def test_the_desk_says_how_large_a_group_is_only_from_five_on(desk):
    for group in ("jongere",) * 5 + ("ouder",) * 4:
        await a_participant(desk.services, desk.session, group)
    shown = await desk.page()
    assert "<li>Jongere<b>5 of meer</b></li>" in shown
    assert "<li>Ouder<b>minder dan 5</b></li>" in shown


async def test_the_scene_is_not_sent_again_to_a_desk_that_has_the_newest(desk):
    revision = str((await desk.now()).revision)
    known = await desk.client.get(f"{desk.home}/regie/scene", headers={"X-Revision": revision})
    assert (known.status_code, known.text) == (204, "")
    fresh = await desk.client.get(f"{desk.home}/regie/scene", headers={"X-Revision": "0"})
    assert fresh.text.lstrip().startswith('<div id="regie"')


async def test_the_end_goes_to_the_review_and_nothing_can_be_driven_any_more(desk):
    answer = await desk.client.post(f"{desk.home}/afsluiting", headers=HX)
    assert answer.headers["hx-redirect"] == f"{desk.home}/nakijken"
    assert (await desk.client.get(f"{desk.home}/regie")).headers["location"] == f"{desk.home}/nakijken"
    ended = await desk.now()
    assert (ended.code, ended.ended_at is None) == (None, False)
    again = await desk.client.post(f"{desk.home}/afsluiting", headers=HX)
    assert again.headers["hx-redirect"] == f"{desk.home}/nakijken"
    for path, form in (("/stap", {"naar": ""}), ("/zaal/codes", {})):
        assert "al afgelopen" in await desk.block(path, 409, **form)
    async with desk.services.db.read() as db:
        logged = [deed.what for deed in await db.scalars(select(Deed))]
    assert logged.count(What.SESSION_CLOSED) == 1


async def test_nobody_waits_for_a_phone_that_went_home(desk, monkeypatch):
    for _ in range(2):
        await a_participant(desk.services, desk.session)
    monkeypatch.setattr(presence, "POLL_COUNTS_FOR", -1.0)
    step = activity(desk.session, "stippen")
    await desk.card("Een kaart", phone=False)
    await desk.post("/stap", naar=str(step.id))
    assert "0 van 2 telefoons stuurden stippen. Nu verbonden: 0" in await desk.page()


# --- the moment -----------------------------------------------------------------------------------


async def test_a_step_says_how_the_worksheet_does_it(desk):
    page = await desk.page()
    _, _, fold = page.partition('id="zo-doe-je-deze-stap"')
    field = (await desk.services.fanout.scene(desk.session.id)).worksheet.field("1-A.kansen")
    assert field.tips
    for said in (*field.hints, *field.tips):
        assert said in fold.partition("</details>")[0]


async def test_the_desk_says_when_it_is_over_and_how_far_behind(desk):
    assert re.search(r"Klaar om ongeveer <b data-headway-end>\d\d\.\d\d uur</b>", await desk.html())
    assert re.search(r"data-headway-said>\s*Op tijd", await desk.html())
    started = now() - dt.timedelta(minutes=16)

    async def begin_earlier(db, session):
        activity(session, "zorgen-kansen").started_at = started

    await desk.services.room.change(desk.session.id, frozenset(), begin_earlier)
    assert re.search(r"data-headway-said>\s*4 minuten achter", await desk.html())


async def test_a_card_that_was_chosen_has_a_name_for_its_pile_beside_it_and_nothing_is_kept(desk):
    cards = [await desk.card(text) for text in ("Te weinig licht", "meer licht", "Iets anders")]
    waits = await desk.card("Nog meer licht")
    for card in cards:
        await desk.post(f"/kaarten/{card}/stand", stand="shown")
    address = f"/stappen/{desk.session.activity_id}/suggesties"
    found = await desk.html(f"{address}?kaart={cards[0]}&kaart={cards[1]}")
    assert 'id="lijkt-op"' in found
    assert 'data-called="licht"' in found
    for quiet in (f"?kaart={cards[0]}", f"?kaart={cards[0]}&kaart={waits}", "", f"?kaart={uuid.uuid4()}"):
        assert "data-called" not in await desk.html(f"{address}{quiet}")
    elsewhere = f"/stappen/{uuid.uuid4()}/suggesties?kaart={cards[0]}&kaart={cards[1]}"
    assert "data-called" not in await desk.html(elsewhere)
    answer = await desk.client.get(f"{desk.home}{address}?kaart=geen-id")
    assert answer.status_code == 404
    async with desk.services.db.read() as db:
        assert await db.scalar(select(Cluster.id)) is None
