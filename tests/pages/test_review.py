"""The review: a person reads everything before it goes to the dossier."""

import re
import uuid
from functools import partial
from html import unescape

import pytest
import pytest_asyncio

from tests.pages.presses import Forms
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
from workshop.handover import draft
from workshop.handover.draft import Hand
from workshop.items import Item
from workshop.live import plan
from workshop.record import answers

NASTY = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}'


class Review:
    """A session, and the browser of who reviews it."""

    def __init__(self, client, services, session):
        self.client, self.services, self.session = client, services, session
        self.address = f"/sessies/{session.id}/nakijken"
        self.dossier = f"/dossiers/{session.partnership_id}"

    async def send(self, step, *forms):
        desk = await conduct(self.services, self.session)
        await desk.go_to(activity(await reloaded(self.services, self.session.id), step).id)
        now = await reloaded(self.services, self.session.id)
        for form in forms:
            phone = await a_participant(self.services, self.session)
            given = {name: [value] for name, value in form.items()}
            await self.services.room.contribute(
                self.session.id, phone.id, now.activity_id, uuid.uuid4(), given
            )

    async def cards(self, *texts):
        await self.send("zorgen-kansen", *({"column": "zorg", "text": text} for text in texts))

    async def end(self):
        await (await conduct(self.services, self.session)).end()

    async def page(self):
        answer = await self.client.get(self.address)
        assert answer.status_code == 200, answer.headers
        return answer.text

    async def form(self):
        """The page's form as a browser posts it untouched: name -> values."""
        return posted(await self.page())

    async def press(self, name, form=None, **more):
        """Presses a button of the page as it is now. Returns the form that was sent."""
        page = await self.page()
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        form = (form or posted(page)) | {name: value for name, value in hidden if name != "samen"}
        form |= {"samen": [value for name, value in hidden if name == "samen"], "knop": name} | more
        await self.save(form)
        return form

    async def kept(self):
        """How many lines are ticked."""
        return len((await self.form())["kept"])

    async def save(self, form, status=303):
        answer = await self.client.post(self.address, data=form)
        assert answer.status_code == status, answer.text
        return answer

    async def record(self, path=""):
        answer = await self.client.get(f"{self.dossier}{path}")
        assert answer.status_code == 200
        return answer.text


def posted(html):
    form = {"kept": re.findall(r'name="kept" value="([^"]+)" checked', html)}
    for name, value in re.findall(r'<input class="kl-input" name="([^"]+)"[^>]*value="([^"]*)"', html):
        form[name] = unescape(value)
    for name, options in re.findall(r'<select class="kl-input" name="([^"]+)">(.*?)</select>', html, re.S):
        values = re.findall(r'value="([^"]*)"( selected)?', options)
        form[name] = next((value for value, chosen in values if chosen), values[0][0])
    return form


def line(form, text):
    """The id of the line with this text."""
    [name] = [name for name, value in form.items() if name.startswith("text.") and value == text]
    return name.removeprefix("text.")


async def another_review(review, worksheet="1-A", about=""):
    """A later session of the same dossier, in the same browser."""
    desk = (await conduct(review.services, review.session)).sign_in
    session = await a_session(
        review.services, worksheet, partnership=review.session.partnership, sign_in=desk, about=about
    )
    return Review(review.client, review.services, session)


@pytest_asyncio.fixture
async def review(client, services):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account)
    desk = await signed_in(client, services, account)
    return Review(client, services, await a_session(services, partnership=partnership, sign_in=desk))


async def test_the_review_lists_clusters_with_their_cards_and_dots(review):
    await review.cards("Foto's", "Filmpjes", "Los kaartje")
    picture = await review.services.fanout.scene(review.session.id)
    cards = {pile.name: uuid.UUID(pile.id) for pile in picture.scene.tally.columns[0].piles}
    desk = await conduct(review.services, review.session)
    together = [cards["Foto's"], cards["Filmpjes"]]
    await desk.gather(picture.scene.activity.id, "Online", "zorg", together, None)
    cluster = (await review.services.fanout.scene(review.session.id)).scene.tally.columns[0].piles[0].id
    await review.send("stippen", {"options": cluster}, {"options": cluster})
    await review.end()
    shown = unescape(await review.page())
    assert "<bdi>Online</bdi><small>2 kaarten, 2 stippen" in shown
    assert "<bdi>Los kaartje</bdi><small>1 kaart" in shown
    assert "<bdi>Foto's</bdi>" in shown
    assert "Er staat nog niets." in shown


async def test_what_was_edited_is_saved_and_what_was_unticked_is_not(review):
    await review.cards("Eerste", "Tweede", "Derde")
    await review.end()
    form = await review.form()
    assert len(form["kept"]) == 3
    first, second, third = (line(form, text) for text in ("Eerste", "Tweede", "Derde"))
    form |= {
        "kept": [first, second],
        f"text.{first}": "Zo bedoelen we het",
        f"field.{second}": "1-A.signalen",
    }
    answer = await review.save(form)
    assert answer.headers["location"] == f"/sessies/{review.session.id}/klaar"
    record = await review.record(f"/sessies/{review.session.id}")
    assert "<bdi>Zo bedoelen we het</bdi>" in record
    assert "<bdi>Tweede</bdi>" in record
    for gone in ("Eerste", "Derde"):
        assert gone not in record
        assert gone not in await review.record("/bouwstenen/1-a?stap=s5")
    assert third not in record


async def test_a_line_without_a_place_gets_a_sentence_and_everything_typed_stays(review):
    await review.cards("Met vak", "Uitgevinkt")
    await plan.add_step(review.services.room, review.session.id, "cards", {"question": "Wat nog?"})
    await review.send("eigen-1", {"text": "Zonder vak"})
    await review.end()
    assert "gaat niet mee" in await review.page()
    form = await review.form()
    mine, off, loose = (line(form, text) for text in ("Met vak", "Uitgevinkt", "Zonder vak"))
    assert form[f"field.{loose}"] == ""
    form |= {"kept": [mine, loose], f"text.{mine}": "Net <b>veranderd</b>"}
    answer = await review.save(form, 422)
    assert "Kies bij welke vraag dit hoort: ‘Zonder vak’." in answer.text
    assert posted(answer.text) == form
    assert off not in posted(answer.text)["kept"]
    form[f"field.{loose}"] = "1-A.kansen"
    await review.save(form)
    assert "<bdi>Zonder vak</bdi>" in await review.record(f"/sessies/{review.session.id}")


async def test_later_keeps_the_review_as_it_was_left(review):
    await review.cards("Een", "Twee")
    await review.end()
    form = await review.form()
    one = line(form, "Een")
    form |= {"kept": [one], f"text.{one}": "Half af", "knop": "later"}
    assert (await review.save(form)).headers["location"] == review.dossier
    again = await review.form()
    assert again["kept"] == [one]
    assert again[f"text.{one}"] == "Half af"
    assert "Half af" not in await review.record("/bouwstenen/1-a?stap=s5")
    await review.save(again)
    assert "<bdi>Half af</bdi>" in await review.record(f"/sessies/{review.session.id}")


async def test_a_session_is_saved_once_and_not_before_its_end(review):
    await review.cards("Een")
    assert (await review.client.get(review.address)).headers["location"].endswith("/regie")
    assert "De sessie loopt nog." in (await review.save({"kept": []}, 409)).text
    await review.end()
    form = await review.form()
    await review.save(form)
    assert "Deze sessie is al bewaard." in (await review.save(form, 409)).text
    after = await review.client.get(review.address)
    assert after.headers["location"] == f"{review.dossier}/sessies/{review.session.id}"


async def test_a_session_that_brought_nothing_can_be_saved_too(review):
    await review.end()
    assert "Er is niets om te bewaren" in await review.page()
    await review.save({})
    assert "Uit deze sessie is niets in het dossier gezet." in await review.record(
        f"/sessies/{review.session.id}"
    )


async def test_a_second_session_says_what_stands_there_and_adds_to_it(review):
    await review.cards("Van toen")
    await review.end()
    await review.save(await review.form())
    second = await another_review(review)
    await second.cards("Van nu")
    await second.end()
    assert "Er staan er al 1. Deze komen erbij." in await second.page()
    await second.save(await second.form())
    worksheet = await second.record("/bouwstenen/1-a?stap=s5")
    assert worksheet.index("Van toen") < worksheet.index("Van nu")
    assert "/velden/1-A.zorgen/versies/1" in worksheet
    assert "/velden/1-A.zorgen/versies/2" in worksheet


async def test_the_review_counts_what_stands_there_for_its_own_ambition_only(review):
    """In the dossier stand two signals of another ambition, and one that is about everything together."""
    write = partial(
        answers.write, partnership_id=review.session.partnership_id, field="2.zien", account_id=None
    )
    await review.services.db.write(
        lambda db: write(db, items=[Item(id="1", text="Een"), Item(id="2", text="Twee")], about="vorige")
    )
    await review.services.db.write(lambda db: write(db, items=[Item(id="3", text="Drie")]))
    other = await another_review(review, "2", about="deze")
    await other.send("merken", {"text": "Minder ruzie op straat"})
    await other.end()
    assert "Er staat nog niets." in await other.page()


async def test_the_page_of_a_session_names_its_ambition_and_leads_to_that_sheet(review):
    await review.services.db.write(
        lambda db: answers.write(
            db,
            review.session.partnership_id,
            "1-B.ambities",
            [Item(id="deze", text="Grenzen kennen")],
            account_id=None,
        )
    )
    for about, sheet in (("deze", "/bouwstenen/2?over=deze"), ("die-weg-is", "/bouwstenen/2")):
        other = await another_review(review, "2", about=about)
        await other.send("merken", {"text": "Minder ruzie op straat"})
        await other.end()
        await other.save(await other.form())
        page = await other.record(f"/sessies/{other.session.id}")
        assert f'href="{other.dossier}{sheet}"' in page
        assert ("Grenzen kennen" in page) == (about == "deze")


async def test_a_table_counts_phones_and_no_dots(review):
    """In the review, on the page of the session and on the worksheet."""
    table = await another_review(review, "0-A")
    await table.send("meedoen", *[{"cell": "veiligheid.intensief", "text": "Halt"}] * 2)
    await table.end()
    page = await table.page()
    assert "2 telefoons, Veiligheid" in page
    assert "stippen" not in page
    await table.save(await table.form())
    session = await table.record(f"/sessies/{table.session.id}")
    assert "2 telefoons</p>" in session
    assert "stippen" not in session


async def test_where_something_is_missing_waits_for_a_place_when_the_script_has_none(review):
    table = await another_review(review, "0-A")
    await table.send("meedoen", {"flags": "veiligheid.intensief"})
    await table.end()
    assert "gaat niet mee" in await table.page()
    form = await table.form()
    assert form["kept"] == []
    missing = line(form, "Veiligheid, Intensieve en gespecialiseerde ondersteuning")
    form |= {"kept": [missing], f"field.{missing}": "0-A.kwesties"}
    await table.save(form)
    assert form[f"text.{missing}"] in await table.record("/bouwstenen/0-a?stap=s3")


async def test_marks_and_actions_go_to_the_dossier_and_come_back_the_next_time(review):
    first = await another_review(review, "0-leren")
    await first.send("cijfers", *({"mark.relatie": str(mark)} for mark in (4, 5, 6, 7, 8)))
    await first.send("acties", {"text": "Elkaar bellen"})
    await first.end()
    assert "<b>6,0</b>" in await first.page()
    form = await first.form()
    call = line(form, "Elkaar bellen")
    await first.save(form | {f"owner.{call}": "GGD", f"due.{call}": "2027-05-01"})
    assert "6,0" in await first.record("/cijfers")
    assert "GGD" in await first.record("/acties")

    second = await another_review(review, "0-leren")
    await second.send("cijfers", *({"mark.relatie": str(mark)} for mark in (9, 9, 9, 9, 9)))
    await second.send("acties")
    await second.end()
    shown = await second.page()
    assert "De oude cijfers blijven staan." in shown
    assert "open actie van eerder" in shown
    form = await second.form()
    await second.save(form | {f"status.{line(form, 'Elkaar bellen')}": "done"})
    assert "Elkaar bellen" not in await second.record("/acties")
    assert "Elkaar bellen" in await second.record("/acties?toon=alle")
    assert "9,0" in await second.record("/cijfers")


async def test_only_who_runs_sessions_reviews_them(review):
    await review.cards("GEHEIM")
    await review.end()
    form = await review.form()
    for role, status in ((None, 404), (roles.LEZER, 403)):
        account = await a_facilitator(review.services)
        if role:
            await a_member(review.services, review.session.partnership, account, role)
        await signed_in(review.client, review.services, account)
        answer = await review.client.get(review.address)
        assert (answer.status_code, "GEHEIM" in answer.text) == (status, False)
        for knop in ("opslaan", "later"):
            await review.save(form | {"knop": knop}, status)
    session = await reloaded(review.services, review.session.id)
    assert (session.saved_at, session.review) == (None, None)


async def test_what_people_write_stays_text_in_the_review_and_the_dossier(review):
    await review.cards(NASTY)
    await review.end()
    pages = [await review.page()]
    await review.save(await review.form())
    actions = await another_review(review, "0-leren")
    await actions.send("acties", {"text": NASTY})
    await actions.end()
    pages.append(await actions.page())
    form = await actions.form()
    one = line(form, NASTY)
    await actions.save(form | {f"owner.{one}": NASTY, f"due.{one}": NASTY[:60]})
    pages += [
        await review.record(path)
        for path in (
            f"/sessies/{review.session.id}",
            f"/sessies/{actions.session.id}",
            "/bouwstenen/1-a?stap=s5",
            "/velden/1-A.zorgen/versies/1",
            "/acties",
        )
    ]
    for shown in pages:
        assert "&lt;script&gt;alert(1)" in shown
        assert "{{7*7}}" in shown
        assert "<script>alert" not in shown
        assert "<img" not in shown


async def test_what_was_held_hidden_or_deleted_is_on_no_page_of_the_dossier(review):
    await review.cards("KANARIE wacht", "KANARIE weg", "KANARIE verwijderd", "Mag wel")
    desk = await conduct(review.services, review.session)
    picture = await review.services.fanout.scene(review.session.id)
    for pile in picture.scene.tally.columns[0].piles:
        card = uuid.UUID(pile.id)
        if "wacht" in pile.name or "weg" in pile.name:
            await desk.set_card_state(card, "held" if "wacht" in pile.name else "hidden")
        elif "verwijderd" in pile.name:
            await desk.delete_card(card)
    await review.end()
    assert "KANARIE" not in await review.page()
    await review.save(await review.form())
    for path in ("", f"/sessies/{review.session.id}", "/bouwstenen/1-a?stap=s5", "/sessies", "/acties"):
        assert "KANARIE" not in await review.record(path)
    assert "Mag wel" in await review.record("/bouwstenen/1-a?stap=s5")


# --- one press for many lines ---------------------------------------------------------------------


async def test_loose_cards_are_left_out_and_taken_back_in_one_press(review):
    await review.cards("Een", "Twee", "Drie")
    await review.end()
    await review.press("niets.zorgen-kansen.zorg")
    assert await review.kept() == 0
    assert "De losse kaarten gaan niet mee." in await review.page()
    await review.press("terug")
    assert await review.kept() == 3
    assert "Zet terug" not in await review.page()
    await review.press("niets")
    await review.press("alles")
    assert await review.kept() == 3


@pytest.mark.parametrize("name", ["niets", "gelijk", "vak.eigen-1.kaart", "terug"])
async def test_a_second_press_of_one_page_changes_nothing(review, name):
    await review.cards("Een", "een", "Drie")
    await review.end()
    await review.press("niets.zorgen-kansen.zorg")
    form = await review.press(name)
    before = (await reloaded(review.services, review.session.id)).review
    await review.save(form)
    assert (await reloaded(review.services, review.session.id)).review == before


async def test_equal_cards_become_one_line_with_their_words_and_what_was_made_of_them(review):
    await review.cards("Foto's", "foto's!", "Anders")
    picture = await review.services.fanout.scene(review.session.id)
    cards = [pile.id for pile in picture.scene.tally.columns[0].piles if pile.name != "Anders"]
    await review.send("stippen", {"options": cards[0]}, {"options": cards[1]})
    await review.end()
    assert "zelfde woorden als 1 andere regel" in await review.page()
    assert "gedeelde plaats" in await review.page()
    await review.press("gelijk")
    page = unescape(await review.page())
    assert "samen één regel, 2 kaarten, 2 stippen" in page
    assert await review.kept() == 2
    form = await review.form() | {"samen": re.findall(r'name="samen" value="([^"]+)"', page)}
    await review.save(form)
    async with review.services.db.read() as db:
        found = await answers.current(db, review.session.partnership_id, ["1-A.zorgen"])
    [one] = [item for item in answers.items_of(found["1-A.zorgen"]) if item.text != "Anders"]
    assert (sorted(one.quotes), one.cards, one.votes) == (["Foto's", "foto's!"], 2, 2)
    assert (one.cards_by, one.votes_by) == ({}, {})


async def test_one_line_is_several_again_with_the_tick_it_had(review):
    await review.cards("Foto's", "foto's")
    await review.end()
    await review.press("gelijk")
    assert await review.kept() == 1
    [apart] = re.findall(r'value="(los\.[^"]+)"', await review.page())
    await review.press(apart)
    assert await review.kept() == 2


async def test_a_question_for_a_whole_step_is_one_choice_and_what_has_none_is_told(review):
    await plan.add_step(
        review.services.room, review.session.id, "cards", {"title": "Wat nog", "question": "Wat nog?"}
    )
    await review.send("eigen-1", {"text": "Een"}, {"text": "Twee"})
    await review.end()
    assert "2 regels hebben</b>" not in await review.page()
    assert "2 regels hebben nog geen vraag." in await review.page()
    await review.press("bekijk")
    preview = " ".join(unescape((await review.client.get(f"{review.address}/voorbeeld")).text).split())
    assert "0 regels bewaar je." in preview
    assert "2 regels bewaar je niet:</b> 2 bij ‘<bdi>Wat nog</bdi>’ (nog geen vraag gekozen)." in preview
    await review.press("vak.eigen-1.kaart", **{"vak.eigen-1.kaart": "1-A.kansen"})
    assert await review.kept() == 2
    await review.press("bekijk")
    assert "Je laat niets weg." in (await review.client.get(f"{review.address}/voorbeeld")).text


async def test_cards_of_which_the_step_that_chose_was_skipped_get_its_question_offered(review):
    other = await another_review(review, "2")
    await other.send("resultaten", {"text": "Minder ruzie"})
    await other.end()
    page = await other.page()
    assert "De stap die hieruit koos, hebben jullie niet gedaan." in page
    assert '<option value="2.bereiken" selected>' in page
    await other.press("vak.resultaten.kaart", **{"vak.resultaten.kaart": "2.bereiken"})
    await other.save(await other.form())
    assert "<bdi>Minder ruzie</bdi>" in await other.record(f"/sessies/{other.session.id}")


async def test_the_preview_says_what_the_dossier_will_say_and_saves_what_was_shown(review):
    await review.cards("Eerste", "Tweede")
    await review.end()
    assert (await review.client.get(f"{review.address}/voorbeeld")).headers["location"] == review.address
    form = await review.form()
    first, second = (line(form, text) for text in ("Eerste", "Tweede"))
    await review.press("bekijk", form | {"kept": [first], f"text.{first}": "Zo bedoelen we het"})
    preview = (await review.client.get(f"{review.address}/voorbeeld")).text
    assert "<bdi>Zo bedoelen we het</bdi>" in preview
    assert "<bdi>Tweede</bdi>" not in preview
    assert second not in await review.record("/bouwstenen/1-a?stap=s5")
    [fields] = [fields for at, fields in Forms(preview).presses() if fields.get("knop") == "opslaan"]
    answer = await review.save(fields)
    done = (await review.client.get(answer.headers["location"])).text
    assert "<h1" in done
    assert "Klaar" in done
    assert f'href="{review.dossier}/bouwstenen/1-a?stap=s5#veld-1-A.zorgen"' in done
    assert f'href="/sessies/{review.session.id}/terugblik"' in done
    assert "<bdi>Zo bedoelen we het</bdi>" in await review.record(f"/sessies/{review.session.id}")


async def test_a_page_that_says_it_is_done_is_there_only_after_the_save(review):
    await review.end()
    done = f"/sessies/{review.session.id}/klaar"
    assert (await review.client.get(done)).headers["location"] == review.address
    await review.save({})
    assert "niets in het dossier gezet" in (await review.client.get(done)).text


async def test_two_who_review_choose_and_nothing_is_lost(review):
    await review.cards("Een", "Twee")
    await review.end()
    mine = await review.form() | {"number": "0"}
    other = await a_facilitator(review.services, "Kevin")
    await a_member(review.services, review.session.partnership, other, roles.BEGELEIDER)
    theirs = Hand(other.id, 0)
    await draft.keep(review.services.db, review.session.id, {"kept": [], "text.x": ["Van Kevin"]}, theirs)
    for knop in ("niets", "bekijk", "later", "opslaan"):
        answer = await review.save(mine | {"knop": knop}, 409)
        assert "<bdi>Kevin</bdi> keek deze sessie net ook na." in answer.text
        assert len(posted(answer.text)["kept"]) == 2
    by_itself = await review.client.post(review.address, data=mine, headers={"HX-Request": "true"})
    assert by_itself.status_code == 409
    assert "Houd wat ik koos" in by_itself.text
    stored = (await reloaded(review.services, review.session.id)).review
    assert stored["text.x"] == ["Van Kevin"]
    await review.save(mine | {"keuze": "mijne"})
    assert (await reloaded(review.services, review.session.id)).saved_at is None
    assert await review.kept() == 2


async def test_a_form_that_saves_itself_hears_its_number_and_only_a_change_makes_another(review):
    await review.cards("Een")
    await review.end()
    form = await review.form() | {"number": "0"}
    for _ in range(2):
        answer = await review.client.post(review.address, data=form, headers={"HX-Request": "true"})
        assert answer.json() == {"number": 1}
    assert (await reloaded(review.services, review.session.id)).saved_at is None
