"""What facilitators note for themselves at a step: no phone and no screen has it, and the review asks."""

from tests.pages.desks import HX
from tests.pages.presses import Forms
from tests.people import a_participant, activity, end_for_good
from workshop.retention import expiry

NOTE = "Sanne vragen naar de bus.\nVolgende keer korter."


def place(desk, key="zorgen-kansen"):
    return f"/stappen/{activity(desk.session, key).id}/notitie"


async def test_a_note_is_kept_with_the_step_and_shown_at_desk_and_plan(desk):
    await desk.post(place(desk), notitie=NOTE, stamp="")
    assert (await desk.activity()).jotted == NOTE
    for page in ("/regie", f"/programma/stappen/{desk.session.activity_id}"):
        assert "Sanne vragen naar de bus." in await desk.page(page)
    await desk.post(place(desk), notitie="", stamp=NOTE)
    assert (await desk.activity()).jotted == ""


async def test_the_form_on_the_page_saves_it_and_a_second_press_changes_nothing(desk):
    [form] = [given for at, given in Forms(await desk.html()).presses() if at.endswith(place(desk))]
    first, second, changed = await desk.twice(desk.home + place(desk), form | {"notitie": NOTE})
    assert (first.status_code, second.status_code, changed) == (303, 303, False)


async def test_no_phone_and_no_screen_has_it(desk):
    await desk.post(place(desk), notitie=NOTE, stamp="")
    await a_participant(desk.services, desk.session)
    picture = await desk.services.fanout.scene(desk.session.id)
    for part in ("screen", "phone-step", "phone-step-young", "phone-state"):
        assert "Sanne" not in desk.services.fanout.scenes.shared(part, picture)


async def test_a_note_of_a_colleague_is_not_lost(desk):
    await desk.post(place(desk), notitie="Van Kevin", stamp="")
    said = await desk.block(place(desk), 409, notitie=NOTE, stamp="")
    assert "Van Kevin" in said
    page = await desk.post(place(desk), 409, notitie=NOTE, stamp="")
    assert "Sanne" in page
    assert "Van Kevin" in page
    await desk.post(place(desk), notitie=NOTE, stamp="", keuze="hun")
    assert (await desk.activity()).jotted == "Van Kevin"
    await desk.post(place(desk), notitie=NOTE, stamp="", keuze="mijn")
    assert (await desk.activity()).jotted == NOTE


async def test_too_long_a_note_says_so(desk):
    answer = await desk.client.post(desk.home + place(desk), data={"notitie": "x" * 2001}, headers=HX)
    assert answer.status_code == 422
    assert "te lang" in answer.json()["sentence"]
    assert "te lang" in await desk.post(place(desk), 422, notitie="x" * 2001)


async def test_the_review_keeps_what_is_ticked_and_drops_the_rest(desk):
    await desk.post(place(desk), notitie=NOTE, stamp="")
    await desk.post(place(desk, "stippen"), notitie="Weg ermee", stamp="")
    await end_for_good(desk.services, desk.session)
    assert "Weg ermee" in await desk.page("/nakijken")
    kept = str(activity(desk.session, "zorgen-kansen").id)
    await desk.post("/nakijken", notitie=kept, knop="later")
    assert f'value="{kept}" checked' in await desk.page("/nakijken")
    await desk.post("/nakijken", notitie=kept)
    now_there = {one.key: one.jotted for one in (await desk.now()).activities if one.jotted}
    assert now_there == {"zorgen-kansen": NOTE}
    session = f"/dossiers/{desk.session.partnership_id}/sessies/{desk.session.id}"
    assert "Sanne vragen" in (await desk.client.get(session)).text


async def test_a_note_that_no_review_kept_goes_with_the_cards(desk):
    await desk.post(place(desk), notitie=NOTE, stamp="")
    await end_for_good(desk.services, desk.session)
    async with desk.services.db.read() as db:
        assert await expiry.with_cards(db, [desk.session.id]) == {desk.session.id}
    await desk.services.db.write(lambda db: expiry.delete_cards(db, [desk.session.id]))
    assert (await desk.activity()).jotted == ""
