"""The facilitator steps in: each deed in one tap, in every kind, and a log that knows no text."""

import re
import uuid
from html import unescape

import pytest
from sqlalchemy import select

from tests.pages.desks import HX, Desk
from tests.pages.test_warning import ALONE, LIVED, NAMED, a_phone, each_kind
from tests.people import a_facilitator, a_member, a_participant, conduct, signed_in
from workshop import kinds
from workshop.accounts import roles
from workshop.live import presence
from workshop.log import writing
from workshop.log.what import Group, What
from workshop.models import Alert, Cluster, Contribution, Deed, Membership, now
from workshop.safety.screening.warning import LOOKS

PLAIN_TEXT = "De mentor doet dit"


@pytest.fixture
def here(client, services):
    """`await here(kind)`: a phone that sent one text, and the desk of the same browser."""

    async def come(kind="cards", text=PLAIN_TEXT, **values):
        phone = await a_phone(client, services, kind, **values)
        chair = await conduct(services, phone.session)
        desk = Desk(client, services, phone.session, None)
        await signed_in(client, services, chair.sign_in.account)
        await desk.post("/zaal/stuur")
        if text:
            await phone.send(text, **ALONE)
        return phone, desk

    return come


async def row(services, text=PLAIN_TEXT):
    async with services.db.read() as db:
        rows = await db.scalars(select(Contribution))
        return next(found for found in rows if text in found.body.values())


async def everything(services, table=Deed):
    async with services.db.read() as db:
        return list(await db.scalars(select(table)))


async def reveal(desk, kind):
    """Results that hide themselves are shown, with enough phones for all of them."""
    if kinds.get(kind).hides:
        for _ in range(5):
            sender = await a_participant(desk.services, desk.session)
            form = {name: [value] for name, value in desk.form.items()}
            await desk.services.room.contribute(
                desk.session.id, sender.id, desk.session.activity_id, uuid.uuid4(), form
            )
        await desk.post(f"/stappen/{desk.session.activity_id}/vertoning", aan="ja")


# --- every kind -----------------------------------------------------------------------------------


@each_kind
async def test_what_stands_on_the_screen_is_taken_off_held_and_deleted_in_one_tap_each(here, services, kind):
    phone, desk = await here(kind)
    desk.form = {name: value for name, value in phone.form.items() if name != "activity"}
    card = await row(services)
    await desk.post(f"/kaarten/{card.id}/stand", stand="shown")
    await reveal(desk, kind)
    page = await desk.page()
    assert f'<form id="ingreep" hidden method="post" action="{desk.home}/ingreep"' in page
    for name in ("hidden", "held", "weg", "tekst"):
        assert f'form="ingreep" name="{name}" value="{card.id}"' in page, name
    assert PLAIN_TEXT in await desk.page(f"/kaarten/{card.id}")
    await desk.block("/ingreep", held=str(card.id))
    held = await desk.page()
    assert f'id="wacht-{card.id}"' in held
    await desk.block("/ingreep", hidden=str(card.id))
    hidden = await desk.page()
    assert f'id="weg-{card.id}"' in hidden
    assert f"<bdi>{PLAIN_TEXT}</bdi>" in hidden
    await desk.block("/ingreep", weg=str(card.id))
    assert PLAIN_TEXT not in await desk.page()
    left = await desk.row(card.id)  # a mark or a vote stays when its words go
    assert left is None or (kinds.get(kind).hides and PLAIN_TEXT not in left.body.values())


@each_kind
async def test_a_held_text_says_why_it_waits_and_is_not_let_through_with_the_others(here, services, kind):
    _, desk = await here(kind, NAMED, holds_back=True)
    card = await row(services, NAMED)
    page = await desk.page()
    assert LOOKS["naam"] in page[page.index(f'id="wacht-{card.id}"') :]
    said = await desk.block(f"/stappen/{desk.session.activity_id}/doorlaten")
    assert "1 kaart wacht nog. Lees die eerst zelf." in said
    assert (await desk.row(card.id)).state == "held"
    await desk.block(f"/kaarten/{card.id}/stand", stand="shown")
    assert (await desk.row(card.id)).state == "shown"


# --- one text -------------------------------------------------------------------------------------


async def test_a_word_is_overwritten_with_one_tap_and_is_kept_nowhere(here, services):
    _, desk = await here(text="Volgens Sanne, mijn nicht")
    card = await row(services, "Volgens Sanne, mijn nicht")
    page = await desk.page(f"/kaarten/{card.id}")
    sheet = await desk.block("/ingreep", tekst=str(card.id))
    for shown in (page, sheet):
        assert '<button class="kl-word" name="woord" value="1"><bdi>Sanne,</bdi></button>' in shown
    words = {"woord": "1", "gezien": "Volgens Sanne, mijn nicht", "veld": "text"}
    assert "Volgens iemand, mijn nicht" in await desk.block(
        f"/kaarten/{card.id}/woorden", door="iemand", **words
    )
    changed = await desk.row(card.id)
    assert changed.body["text"] == "Volgens iemand, mijn nicht"
    assert "Sanne" not in str(vars(changed))
    again = await desk.block(f"/kaarten/{card.id}/woorden", 409, door="…", **words)
    assert "Deze tekst is intussen veranderd." in again


@pytest.mark.parametrize("wrong", [{"woord": "9"}, {"woord": "-1"}, {"woord": "x"}, {"veld": "column"}])
async def test_a_word_that_is_not_there_changes_nothing(here, services, wrong):
    _, desk = await here()
    card = await row(services)
    form = {"woord": "0", "door": "…", "gezien": PLAIN_TEXT, "veld": "text"} | wrong
    await desk.block(f"/kaarten/{card.id}/woorden", 409, **form)
    assert (await desk.row(card.id)).body["text"] == PLAIN_TEXT


async def test_a_text_whose_name_was_taken_out_goes_with_the_others_again(here, services):
    _, desk = await here(text=NAMED)
    card = await row(services, NAMED)
    await desk.block(f"/kaarten/{card.id}/tekst", text="Iemand doet dit")
    assert ((changed := await desk.row(card.id)).signals, changed.state) == ([], "held")
    await desk.block(f"/stappen/{desk.session.activity_id}/doorlaten")
    assert (await desk.row(card.id)).state == "shown"


async def test_what_was_taken_off_the_screen_comes_back_with_one_tap(here, services):
    _, desk = await here()
    card = await row(services)
    await desk.block(f"/kaarten/{card.id}/stand", stand="shown")
    said = await desk.block(f"/kaarten/{card.id}/stand", stand="hidden")
    [undo] = re.findall(
        r'id="melding".*?action="([^"]+)".*?name="stand" value="([^"]+)".*?Zet terug', said, re.S
    )
    assert undo == (f"{desk.home}/kaarten/{card.id}/stand", "shown")
    await desk.client.post(undo[0], data={"stand": undo[1]}, headers=HX)
    assert (await desk.row(card.id)).state == "shown"


async def test_without_scripts_the_words_stay_at_hand_after_one_is_gone(here, services):
    _, desk = await here()
    card = await row(services)
    path = f"/kaarten/{card.id}"
    answer = await desk.client.post(f"{desk.home}/ingreep", data={"tekst": str(card.id)})
    assert answer.headers["location"] == f"{desk.home}{path}"
    form = {"woord": "1", "door": "iemand", "gezien": PLAIN_TEXT, "veld": "text"}
    answer = await desk.client.post(f"{desk.home}{path}/woorden", data=form)
    assert answer.headers["location"] == f"{desk.home}{path}"
    assert "De iemand doet dit" in await desk.page(path)


async def test_a_button_of_no_card_does_nothing(here, services):
    _, desk = await here()
    for form in ({}, {"hidden": "x"}, {"weg": str(uuid.uuid4())}, {"tekst": str(uuid.uuid4())}):
        await desk.block("/ingreep", 404, **form)
    assert (await desk.client.get(f"{desk.home}/kaarten/{uuid.uuid4()}")).status_code == 404
    assert (await row(services)).state == "held"


# --- what looks like a disclosure -----------------------------------------------------------------


async def test_what_looks_like_a_disclosure_stands_first_with_what_to_do(here, services):
    phone, desk = await here(text="Een eerste kaart", holds_back=True)
    await phone.send(LIVED, **ALONE)
    page = await desk.page()
    first = f'id="wacht-{(await row(services, "Een eerste kaart")).id}"'
    lived = f'id="wacht-{(await row(services, LIVED)).id}"'
    assert page.index(lived) < page.index(first)
    beside = page[page.index(lived) : page.index(first)]
    assert LOOKS["ervaring"] in beside
    for step in (
        "Laat deze kaart niet zien.",
        "Open Hulp op alle telefoons.",
        "Zoek niet uit wie dit schreef.",
        "Overleg na afloop met iemand van je organisatie. Volg jullie meldcode.",
    ):
        assert step in beside
    assert f'action="{desk.home}/zaal/hulp"' in beside
    assert "<details" in beside
    assert " open>" in beside


async def test_a_signal_is_taken_up_and_then_only_who_and_when_is_kept(here, services):
    _, desk = await here(text=LIVED)
    [signal] = await everything(services, Alert)
    path = f"/signalen/{signal.id}/afhandeling"
    assert f"{desk.home}{path}" in await desk.page()
    said = await desk.block(path)
    assert "Opgepakt. Dit staat in het logboek." in said
    assert f"{desk.home}{path}" not in said
    await desk.block(path)  # a second tap changes nothing
    [kept] = await everything(services, Alert)
    assert kept.handled_at is not None
    assert kept.handled_by == (await conduct(services, await desk.now())).sign_in.account_id
    taken_up = [deed for deed in await everything(services) if deed.what == What.SIGNAL_TAKEN_UP]
    assert [deed.times for deed in taken_up] == [1]


async def test_a_signal_whose_card_is_gone_stands_at_the_desk_until_somebody_takes_it_up(here, services):
    _, desk = await here(text=LIVED)
    card = await row(services, LIVED)
    shown = await desk.block(f"/kaarten/{card.id}/verwijdering")
    assert "1 kaart heeft jou nodig" in shown
    assert LIVED not in shown
    await desk.post("/stap", naar="")
    assert "1 kaart heeft jou nodig" in await desk.page()


async def test_a_disclosure_is_marked_at_every_step_until_it_is_taken_up_and_never_on_the_screen(
    here, services
):
    _, desk = await here(text=LIVED)
    [signal] = await everything(services, Alert)
    screen = f"/scherm/{desk.session.screen_token}"
    steps = [str(step.id) for step in desk.session.activities if not step.skipped]
    assert len(steps) > 1
    for step in [*steps, "", steps[0]]:
        await desk.post("/stap", naar=step)
        page = await desk.page()
        place = re.search(r'id="zorg-nodig"\s+href="#([^"]*)"', page)[1]
        assert f'id="{place}"' in page
        assert page.index(f'id="{place}"') < page.find('role="tablist"') % len(page)  # above what tabs hide
        shown = (await desk.client.get(screen)).text
        assert LIVED not in shown
        assert "zorg nodig" not in shown
    assert "zorg-nodig" not in await desk.block(f"/signalen/{signal.id}/afhandeling")


async def test_the_review_says_how_many_signals_nobody_took_up(here, services):
    _, desk = await here(text=LIVED)
    await desk.post("/afsluiting")
    page = await desk.page("/nakijken")
    assert "1 kaart heeft jou nog nodig" in page
    [signal] = await everything(services, Alert)
    answer = await desk.client.post(
        f"{desk.home}/signalen/{signal.id}/afhandeling", data={"terug": "nakijken"}
    )
    assert answer.headers["location"] == f"{desk.home}/nakijken"
    assert "jou nog nodig" not in await desk.page("/nakijken")


async def test_a_signal_of_another_session_is_not_there(here, services):
    await here(text=LIVED)
    [signal] = await everything(services, Alert)
    _, elsewhere = await here()
    await elsewhere.block(f"/signalen/{signal.id}/afhandeling", 404)
    assert (await everything(services, Alert))[0].handled_at is None


# --- the log --------------------------------------------------------------------------------------


async def test_every_deed_of_moderation_is_one_line_that_knows_no_text(here, services, monkeypatch):
    phone, desk = await here(text=None, holds_back=True)
    for text in ("Kaart een", "Kaart twee", "Kaart drie", LIVED):
        await phone.send(text, **ALONE)
    [signal] = await everything(services, Alert)
    card = (await row(services, "Kaart een")).id
    group_card = (await row(services, "Kaart twee")).id
    third = (await row(services, "Kaart drie")).id
    step = f"/stappen/{desk.session.activity_id}"
    await desk.post(f"/kaarten/{group_card}/stand", stand="shown")
    await desk.post(f"{step}/groepen", kaart=[str(group_card)], naam="Groep", kolom="zorg")
    [group] = [cluster.id for cluster in await everything(services, Cluster)]
    await a_participant(services, desk.session)
    monkeypatch.setattr(presence, "POLL_COUNTS_FOR", -1.0)
    for path, form in (
        (f"{step}/doorlaten", {}),
        (f"/kaarten/{card}/stand", {"stand": "held"}),
        (f"/kaarten/{card}/stand", {"stand": "hidden"}),
        (f"/kaarten/{card}/tekst", {"text": "Kaart anders"}),
        (f"/kaarten/{card}/verwijdering", {}),
        (f"/weggehaald/{card}/terugzetting", {}),
        (f"{step}/los", {"kaart": f"{group_card}.{group}"}),
        (f"/groepen/{group}/opheffing", {}),
        (f"/weggehaald/{group}/terugzetting", {}),
        ("/ingreep", {"parkeer": str(group_card)}),
        (f"/parkeerplaats/{group_card}/plek", {"naar": str(desk.session.activity_id)}),
        ("/parkeerplaats", {"regel": "Kaart later"}),
        (f"{step}/slot", {"aan": "ja"}),
        (f"{step}/slot", {"aan": "nee"}),
        ("/zaal/leeg", {"aan": "ja"}),
        ("/zaal/leeg", {"aan": "nee"}),
        ("/zaal/toelating", {"aan": "nee"}),
        ("/zaal/toelating", {"aan": "ja"}),
        ("/zaal/codes", {}),
        ("/zaal/stil", {}),
        ("/zaal/hulp", {}),
        ("/zaal/hulp", {}),
        (f"/signalen/{signal.id}/afhandeling", {}),
    ):
        await desk.post(path, **form)
    await desk.post("/ongedaan", wat=(await desk.now()).recent[0]["id"])
    await desk.post(f"/kaarten/{third}/telefoon/einde", kaarten="weg")
    await desk.post("/ongedaan", wat=(await desk.now()).recent[0]["id"])
    await desk.post(f"/signalen/{signal.id}/afhandeling")
    await desk.post(f"{step}/leeg")
    lines = {deed.what: deed.times for deed in await everything(services)}
    logged = {what: lines.get(what, 0) for what in What if what.group is Group.MODERATION}
    often = {What.CARD_SHOWN: 3, What.HELP_CALLED: 2, What.SIGNAL_TAKEN_UP: 2}
    assert logged == dict.fromkeys(logged, 1) | often
    for deed in await everything(services):
        assert deed.about in ("", desk.session.title)
        assert deed.particulars == {}
        assert "aangerand" not in str(vars(deed))
    place = f"/dossiers/{desk.session.partnership_id}/logboek"
    shown = unescape((await desk.client.get(place, params={"wat": "moderatie"})).text)
    assert "laat een kaart zien (3 keer)" in shown
    assert "opent een sessie" not in shown
    assert "Opgepakt door" in shown
    assert LIVED not in shown


async def test_a_later_sitting_is_a_line_of_its_own(here, services):
    _, desk = await here()
    card = await row(services)
    await desk.post(f"/kaarten/{card.id}/stand", stand="hidden")

    async def earlier(db):
        for deed in await db.scalars(select(Deed)):
            deed.at = now() - 2 * writing.SITTING

    await desk.post(f"/kaarten/{card.id}/stand", stand="shown")
    await services.db.write(earlier)
    await desk.post(f"/kaarten/{card.id}/stand", stand="hidden")
    lines = [deed for deed in await everything(services) if deed.what == What.CARD_HIDDEN]
    assert [deed.times for deed in lines] == [1, 1]


@pytest.mark.parametrize(("role", "status"), [(roles.BEGELEIDER, 200), (roles.LEZER, 403)])
async def test_a_facilitator_reads_signals_and_moderation_and_no_more_of_the_log(
    here, services, client, role, status
):
    _, desk = await here(text=LIVED)
    [signal] = await everything(services, Alert)
    account = await a_facilitator(services, "Kevin")
    async with services.db.read() as db:
        partnership = (await db.scalar(select(Membership))).partnership
    await a_member(services, partnership, account, role)
    await signed_in(client, services, account)
    place = f"/dossiers/{desk.session.partnership_id}/logboek"
    answer = await client.get(place, params={"wat": "sessies"})
    assert answer.status_code == status
    if status == 200:
        shown = unescape(answer.text)
        assert LOOKS["ervaring"] in shown
        assert "Nog niet opgepakt" in shown
        assert "opent een sessie" not in shown
        taken = await client.post(f"{desk.home}/signalen/{signal.id}/afhandeling", data={"terug": "logboek"})
        assert taken.headers["location"] == place
        assert "Opgepakt door <bdi>Kevin</bdi>" in unescape((await client.get(place)).text)
