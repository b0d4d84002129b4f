"""What became of our input: what participants read, what the facilitator publishes, and nothing more."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field

import httpx
import pytest_asyncio
from sqlalchemy import select, update

from tests.people import (
    a_desk,
    a_facilitator,
    a_member,
    a_participant,
    a_partnership,
    a_session,
    both_databases,
    conduct,
    reloaded,
    signed_in,
)
from workshop.accounts import roles
from workshop.handover import proposal, saving
from workshop.items import Item
from workshop.log.what import What
from workshop.models import Action, Deed, Lookback, Session, ThemeMarks, now
from workshop.record import actions, answers
from workshop.retention import expiry
from workshop.services import Services

ZORG, KANS, ACTION = "Foto's worden doorgestuurd", "De jongerenwerker kennen we", "Een vaste plek voor hulp"
CANARIES = ("KANARIE-achtergehouden", "KANARIE-verborgen", "KANARIE-verwijderd", "KANARIE-niet-bewaard")
INTRO = "Dank je wel. We gaan hiermee aan de slag."
NASTY = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}'
EARLIER = dt.timedelta(hours=1)


@dataclass
class Place:
    """A session that was reviewed and saved, and the browsers of its facilitator and of a reader."""

    services: Services
    desk: httpx.AsyncClient
    reader: httpx.AsyncClient
    session: Session
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"/sessies/{self.session.id}/terugblik"

    async def row(self) -> Lookback | None:
        async with self.services.db.read() as db:
            return await db.scalar(select(Lookback).where(Lookback.session_id == self.session.id))

    async def page(self, path: str = "") -> str:
        answer = await self.desk.get(self.address + path)
        assert answer.status_code == 200, answer.headers
        return answer.text

    async def post(self, path: str = "", status: int = 303, **form):
        answer = await self.desk.post(self.address + path, data=form)
        assert answer.status_code == status, answer.text
        return answer

    async def publish(self, *texts: str, intro: str = INTRO, maanden: str = "12") -> str:
        """The path that participants read at."""
        regels = [self.ids[text] for text in texts or self.ids]
        await self.post("/publicatie", regel=regels, intro=intro, maanden=maanden)
        return f"/terugblik/{(await self.row()).token}"

    async def read(self, path: str, status: int = 200) -> str:
        answer = await self.reader.get(path)
        assert answer.status_code == status
        return answer.text

    async def change(self, kind, **values) -> None:
        await self.services.db.write(lambda db: db.execute(update(kind).values(**values)))


@pytest_asyncio.fixture
async def reader(app, settings):
    """Somebody without an account."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=settings.origin) as client:
        yield client


@pytest_asyncio.fixture
async def place(services, client, reader):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account, roles.BEGELEIDER)
    desk = await a_desk(services, account)
    session = await a_session(
        services, step="zorgen-kansen", partnership=partnership, sign_in=desk, holds_back=True
    )
    await play(services, session)
    await save(services, session, desk)
    await signed_in(client, services, account)
    found = Place(services, client, reader, await reloaded(services, session.id))
    html = await found.page()
    for id, text in re.findall(r'name="regel" value="(\w+)"[^>]*>\s*<span>\s*<bdi>(.*?)</bdi>', html):
        found.ids[text.replace("&#39;", "'")] = id
    return found


async def play(services, session):
    """Cards that are shown and kept, and four that are not."""
    desk = await conduct(services, session)
    phone = await a_participant(services, session)
    sent = {}
    for column, text in (("zorg", ZORG), ("kans", KANS), *(("zorg", canary) for canary in CANARIES)):
        form = {"column": [column], "text": [text]}
        receipt = await services.room.contribute(
            session.id, phone.id, session.activity_id, uuid.uuid4(), form
        )
        sent[text] = receipt.id
    for text in (ZORG, KANS, CANARIES[3]):
        await desk.set_card_state(sent[text], "shown")
    await desk.set_card_state(sent[CANARIES[1]], "hidden")
    await desk.delete_card(sent[CANARIES[2]])
    await desk.end()


async def save(services, session, desk):
    async with services.db.read() as db:
        lines = await proposal.proposed(db, services.room.reader, await db.get_one(Session, session.id))
    kept = [line.id for line in lines if line.text in (ZORG, KANS)]
    await saving.save(services.db, services.room.reader, session.id, {"kept": kept}, desk)

    async def more(db):
        await actions.create(
            db,
            session.partnership_id,
            "1-A.zorgen",
            ACTION,
            account_id=None,
            owner="GGD",
            session_id=session.id,
        )
        for theme, counts in (
            ("genoeg", [0, 0, 0, 0, 0, 0, 3, 3, 0, 0]),
            ("te-weinig", [0, 0, 0, 0, 4, 0, 0, 0, 0, 0]),
        ):
            db.add(
                ThemeMarks(
                    partnership_id=session.partnership_id,
                    session_id=session.id,
                    field="0-leren.cijfers",
                    theme=theme,
                    label=f"Thema {theme}",
                    counts=counts,
                    groups={"jongere": counts},
                )
            )

    await services.db.write(more)


# --- what participants read -------------------------------------------------------------------------


async def test_everything_that_was_saved_is_proposed_and_can_be_read_after_publishing(place):
    assert set(place.ids) == {ZORG, KANS, ACTION, "Thema genoeg"}
    html = await place.read(await place.publish())
    for words in ("Foto&#39;s worden doorgestuurd", KANS, ACTION, "GGD", "7,5", INTRO):
        assert words in html
    assert "Nog niet begonnen" in html


async def test_it_bears_the_short_title_of_who_took_part_on_page_preview_and_poster(place):
    short = place.services.library.worksheet("1-A").short_title
    path = await place.publish()
    for html in (await place.read(path), await place.page("/poster")):
        assert short.youth in html
        assert place.session.title not in html
    assert short.youth in await place.page()
    await place.change(Session, holds_back=False)
    assert short.general in await place.read(path)
    await place.change(Session, title="Avond in <b>De Brug</b>")
    assert "<bdi>Avond in &lt;b&gt;De Brug&lt;/b&gt;</bdi>" in await place.read(path)  # in whatever language


async def test_only_the_lines_that_were_chosen_can_be_read(place):
    html = await place.read(await place.publish(KANS))
    assert KANS in html
    for words in ("doorgestuurd", ACTION, "GGD", "7,5", "Dit gaan we doen"):
        assert words not in html


async def test_marks_are_a_mean_of_enough_people_and_never_per_group(place):
    for html in (await place.page(), await place.read(await place.publish())):
        assert set(re.findall(r"\b\d+,\d\b", html)) == {"7,5"}
        assert "te-weinig" not in html


@both_databases
async def test_no_card_that_was_held_hidden_deleted_or_left_out_is_ever_there(place):
    path = await place.publish()
    states = [await place.page(), await place.read(path), await place.page("/poster")]
    await place.post("/bericht", verteld="Gedaan.", **{f"status.{place.ids[ACTION]}": "done"})
    states += [await place.page(), await place.read(path)]
    await place.post("/intrekking")
    states += [await place.page(), await place.read(path, 404)]
    for html in states:
        assert "KANARIE" not in html


async def test_it_asks_no_account_keeps_nothing_and_hides_from_search_engines(place):
    path = await place.publish()
    answer = await place.reader.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "set-cookie" not in answer.headers
    assert "<title>Terugblik</title>" in answer.text
    assert 'action="/vertrek"' in answer.text
    assert 'href="/hulp"' in answer.text


async def test_a_wrong_a_withdrawn_and_an_expired_address_are_the_same_answer(place):
    path = await place.publish()
    wrong = await place.reader.get("/terugblik/" + "a" * 22)
    await place.change(Lookback, until=now() - EARLIER)
    expired = await place.reader.get(path)
    await place.change(Lookback, until=now() + EARLIER)
    await place.post("/intrekking")
    withdrawn = await place.reader.get(path)
    assert {a.status_code for a in (wrong, expired, withdrawn)} == {404}
    assert wrong.content == expired.content == withdrawn.content
    assert dict(wrong.headers) == dict(expired.headers) == dict(withdrawn.headers)
    assert 'action="/vertrek"' in wrong.text


@both_databases
async def test_what_changes_in_the_record_changes_here_and_what_is_removed_is_gone(place):
    path = await place.publish()

    async def edit(db):
        answer = (await answers.current(db, place.session.partnership_id, ["1-A.zorgen"]))["1-A.zorgen"]
        [item] = answers.items_of(answer)
        changed = [Item(id=item.id, text="Anders gezegd", session=item.session)]
        await answers.write(db, place.session.partnership_id, "1-A.zorgen", changed, account_id=None)
        await answers.write(db, place.session.partnership_id, "1-A.kansen", [], account_id=None)
        await actions.change(
            db, place.session.partnership_id, uuid.UUID(place.ids[ACTION]), account_id=None, status="done"
        )

    await place.services.db.write(edit)
    html = await place.read(path)
    assert "Anders gezegd" in html
    assert "Klaar" in html
    assert KANS not in html
    assert "doorgestuurd" not in html


async def test_a_new_round_leaves_what_was_said_in_the_round_before(place):
    path = await place.publish()

    async def begin(db):
        await answers.write(
            db,
            place.session.partnership_id,
            "1-A.kansen",
            [],
            account_id=None,
            note=answers.NEW_ROUND,
            round_on="2027-01-01",
        )

    await place.services.db.write(begin)
    assert KANS in await place.read(path)


# --- what the facilitator does ----------------------------------------------------------------------


async def test_the_page_waits_until_the_session_was_reviewed(services, client):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    await signed_in(client, services, account)
    session = await a_session(
        services, step="zorgen-kansen", partnership=partnership, sign_in=await a_desk(services, account)
    )
    address = f"/sessies/{session.id}/terugblik"
    assert (await client.get(address)).headers["location"].endswith("/regie")
    await (await conduct(services, session)).end()
    assert (await client.get(address)).headers["location"].endswith("/nakijken")
    answer = await client.post(f"{address}/publicatie", data={"intro": INTRO, "maanden": "12"})
    assert answer.status_code == 409
    assert "Kijk de sessie eerst na" in answer.text


async def test_a_draft_is_kept_and_read_by_nobody(place):
    await place.post(regel=[place.ids[KANS]], intro="Een begin", maanden="6")
    row = await place.row()
    assert (row.lines, row.intro, row.months, row.published_at) == ([place.ids[KANS]], "Een begin", 6, None)
    await place.read(f"/terugblik/{row.token}", 404)
    html = await place.page()
    assert "Een begin" in html
    assert html.count('name="regel"') == 4
    assert len(re.findall(r'name="regel"[^>]* checked', html)) == 1


async def test_a_new_address_closes_the_old_one(place):
    old = await place.publish()
    await place.post("/adres")
    new = f"/terugblik/{(await place.row()).token}"
    assert new != old
    await place.read(old, 404)
    assert KANS in await place.read(new)


async def test_how_long_it_stays_open_counts_from_publishing(place):
    path = await place.publish(maanden="1")
    row = await place.row()
    assert 27 < (row.until - row.published_at).days < 32
    await place.change(Lookback, published_at=now() - dt.timedelta(days=40))
    await place.post(regel=[place.ids[KANS]], intro="", maanden="24")
    assert KANS in await place.read(path)
    await place.post(regel=[place.ids[KANS]], intro="", maanden="1")
    await place.read(path, 404)


async def test_what_does_not_fit_gets_a_sentence_and_nothing_is_lost(place):
    long = "woord " * 200
    html = (await place.post("/publicatie", 422, intro=long, maanden="12", regel=[place.ids[KANS]])).text
    assert "Je eigen tekst is te lang" in html
    assert long.strip() in html
    assert len(re.findall(r'name="regel"[^>]* checked', html)) == 1
    assert await place.row() is None
    assert "Kies hoe lang" in (await place.post("", 422, intro="", maanden="99")).text
    assert "Kies eerst een regel" in (await place.post("/publicatie", 422, intro=" ", maanden="12")).text
    assert await place.row() is None
    await place.publish()
    html = (await place.post("/bericht", 422, verteld=long)).text
    assert "Wat je vertelt is te lang" in html
    assert long.strip() in html
    assert INTRO in html
    form = {"verteld": "Goed", f"status.{place.ids[ACTION]}": "onzin"}
    assert "Deze stand bestaat niet" in (await place.post("/bericht", 422, **form)).text
    assert (await place.row()).told == ""


async def test_lines_of_another_session_cannot_be_published(place):
    other = uuid.uuid4().hex
    await place.post("/publicatie", regel=[place.ids[KANS], other], intro="", maanden="12")
    assert (await place.row()).lines == [place.ids[KANS]]


async def test_later_the_facilitator_tells_what_happened(place):
    path = await place.publish()
    action = place.ids[ACTION]
    await place.post(
        "/bericht", verteld="De plek is open.", **{f"note.{action}": "Kom langs.", f"status.{action}": "done"}
    )
    html = await place.read(path)
    for words in ("De plek is open.", "Kom langs.", "Klaar", "Bijgewerkt op"):
        assert words in html
    async with place.services.db.read() as db:
        assert (await db.scalar(select(Action.status))) == "done"
    assert "sinds je laatste bericht" not in await place.page()


async def test_either_button_saves_both_parts_and_only_news_counts_as_told(place):
    await place.publish()
    page = {"regel": [place.ids[KANS]], "intro": "Nieuw begin", "maanden": "12"}
    same = {"verteld": "", f"status.{place.ids[ACTION]}": "open", f"note.{place.ids[ACTION]}": ""}
    await place.post(**page, **same)
    row = await place.row()
    assert (row.intro, row.told_at) == ("Nieuw begin", None)
    await place.post(**page, **(same | {"verteld": "Het is gedaan."}))
    row = await place.row()
    assert row.told == "Het is gedaan."
    assert row.told_at
    await place.post("/bericht", **(page | {"intro": "Nog een begin"}), **same)
    row = await place.row()
    assert (row.intro, row.told) == ("Nog een begin", "")


async def test_nothing_can_be_told_on_a_page_that_nobody_may_read(place):
    assert "Publiceer hem eerst" in (await place.post("/bericht", 409, verteld="Gedaan")).text


async def test_a_lezer_sees_none_of_it_and_another_dossier_is_not_found(place, services, client):
    await place.publish()
    reader = await a_facilitator(services, "Lezer")
    await a_member(services, place.session.partnership, reader, roles.LEZER)
    await signed_in(client, services, reader)
    for path in ("", "/poster"):
        assert (await client.get(place.address + path)).status_code == 403
    for path in ("", "/publicatie", "/intrekking", "/adres", "/bericht"):
        assert (await client.post(place.address + path)).status_code == 403
    stranger = await a_facilitator(services, "Elders")
    await a_partnership(services, stranger)
    await signed_in(client, services, stranger)
    assert (await client.get(place.address)).status_code == 404
    assert (await client.post(place.address + "/intrekking")).status_code == 404
    assert (await place.row()).published_at


ABOUT_THE_PAGE = [what for what in What if "terugblik" in what.sentence]


async def test_deeds_are_logged_without_the_words_of_the_page(place):
    await place.publish()
    await place.post("/bericht", verteld="KANARIE-bericht")
    await place.post("/adres")
    await place.post("/intrekking")
    async with place.services.db.read() as db:
        deeds = list(await db.scalars(select(Deed).where(Deed.what.in_(ABOUT_THE_PAGE)).order_by(Deed.at)))
        told = await db.scalar(select(Deed).where(Deed.what == What.LOOKBACK_TOLD))
    assert [deed.what for deed in deeds] == [
        What.LOOKBACK_PUBLISHED,
        What.LOOKBACK_LINKED,
        What.LOOKBACK_WITHDRAWN,
    ]
    assert told.about == place.session.title
    assert not any(deed.particulars for deed in (*deeds, told))
    assert all(deed.account_id and deed.session_id for deed in deeds)


async def test_what_people_wrote_is_text_and_nothing_else(place):
    path = await place.publish(intro=NASTY)
    await place.post("/bericht", verteld=NASTY, **{f"note.{place.ids[ACTION]}": NASTY})
    for html in (await place.read(path), await place.page()):
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "{{7*7}}" in html


async def test_an_emptied_terugblik_can_be_made_again_with_a_new_address(place):
    old = await place.publish()
    await place.change(Lookback, until=now() - EARLIER)
    await expiry.purge(place.services.db, place.services.settings)
    html = await place.page()
    assert "Deze terugblik is dicht" in html
    assert INTRO not in html
    assert len(re.findall(r'name="regel"[^>]* checked', html)) == 4
    await place.post(regel=[place.ids[KANS]], intro="Nog eens", maanden="1")
    await expiry.purge(place.services.db, place.services.settings)
    assert (await place.row()).intro == "Nog eens"
    new = await place.publish(KANS)
    assert new != old
    assert KANS in await place.read(new)
    await place.read(old, 404)


async def test_the_dossier_says_what_is_not_told_yet(place):
    home, own = f"/dossiers/{place.session.partnership_id}", f"/sessies/{place.session.id}"
    pages = [home, home + own]

    async def says():
        return [(await place.desk.get(path)).text for path in pages]

    assert ["Maak de terugblik" in html or "Maak een terugblik" in html for html in await says()] == [
        True,
        True,
    ]
    await place.publish()
    assert not any("veranderd sinds" in html or "Maak de terugblik" in html for html in await says())

    async def done(db):
        await actions.change(
            db, place.session.partnership_id, uuid.UUID(place.ids[ACTION]), account_id=None, status="done"
        )

    await place.services.db.write(done)
    assert all("1 actie is veranderd sinds je laatste bericht." in html for html in await says())
    await place.post("/bericht", verteld="Gedaan.")
    assert not any("veranderd sinds" in html for html in await says())


# --- the way to it ----------------------------------------------------------------------------------


async def test_the_qr_of_the_session_says_later_then_leads_there_and_then_says_closed(place):
    qr = f"/j/{place.session.join_token}"
    assert "Komt er een terugblik" in await place.read(qr)
    path = await place.publish()
    html = await place.read(qr)
    assert f'href="{path}"' in html
    assert KANS not in html  # Back after Snel weg may end here
    await place.change(Lookback, until=now() - EARLIER)
    html = await place.read(qr)
    assert "is nu dicht" in html
    assert "/terugblik/" not in html


async def test_a_phone_at_the_end_gets_the_link_at_once(services, client):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    desk = await conduct(services, session)
    await desk.end()
    client.cookies.update(phone.cookies)
    before = (await client.get("/deelnemen")).text
    assert "Wil je weten wat we ermee doen?" in before
    assert f"/j/{session.join_token}" in before
    await saving.save(services.db, services.room.reader, session.id, {}, desk.sign_in)
    revision = re.search(r'data-revision="(\d+)"', before)[1]
    assert (await client.get("/deelnemen/scene", headers={"X-Revision": revision})).status_code == 204
    await signed_in(client, services, desk.sign_in.account)
    form = {"intro": INTRO, "maanden": "12"}
    await client.post(f"/sessies/{session.id}/terugblik/publicatie", data=form)
    scene = (await client.get("/deelnemen/scene", headers={"X-Revision": revision})).text
    link = re.search(r'href="(/terugblik/[^"]+)"[^>]* data-onward', scene)[1]
    assert INTRO in (await client.get(link)).text
    await client.post(f"/sessies/{session.id}/terugblik/intrekking")
    assert "Wil je weten wat we ermee doen?" in (await client.get("/deelnemen")).text
