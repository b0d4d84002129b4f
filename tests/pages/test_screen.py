"""The big screen shows the room what is let through, and nothing else."""

import datetime as dt
import re
import uuid
from collections import Counter
from types import SimpleNamespace

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.people import a_participant, a_session, conduct, signed_in
from workshop import days, kinds
from workshop.kinds import Cluster, EarlierMarks, Entry, Inputs, OpenAction, Option, Result, ResultItem
from workshop.kinds.actions import Answer as Proposed
from workshop.kinds.cards import Answer as Card
from workshop.kinds.dots import Answer as Dots
from workshop.kinds.marks import Answer as Mark
from workshop.live import qr
from workshop.live.picture import Picture, ShownStep
from workshop.live.scenes import SCREEN, Scenes
from workshop.models import Activity, Session
from workshop.pages.screen.page import UNKNOWN, find_session_id
from workshop.render import Renderer

SECRET = "GEHEIM-KAARTJE"
NASTY = "<img src=x onerror=alert(1)><script>alert(1)</script>{{ 7*7 }}"
COLUMNS = {"columns": [{"id": "zorg", "label": "Zorg", "plural": "Zorgen", "tone": "zorg"}]}
THEMES = {"themes": [{"id": "relatie", "label": "Relatie"}, {"id": "proces", "label": "Proces"}]}
RENDERER = Renderer(asset=lambda name: f"/static/{name}", qr=qr.svg, helplines=(), exit_url="")


def a_room(**changes):
    values = {
        "id": uuid.uuid4(),
        "title": "Hoe gaat het?",
        "revision": 7,
        "join_token": "t" * 22,
        "code": "42791503",
        "admits": True,
        "blank": False,
        "help_calls": 0,
        "opened_at": days.now(),
    }
    return Session(**(values | changes))


def a_step(kind, settings, entries=(), inputs=None, phones=11, question="Wat vind jij?", **changes):
    activity = Activity(
        **{
            "id": uuid.uuid4(),
            "kind": kind,
            "title": "Een stap",
            "question": question,
            "minutes": 10,
            "settings": settings,
            "open": True,
            "shown": False,
            "extra_seconds": 0,
            "started_at": dt.datetime.now(dt.UTC),
        }
        | changes
    )
    module = kinds.get(kind)
    chosen = kinds.settings(module, settings)
    inputs = inputs or Inputs()
    tally = module.tally(tuple(entries), chosen, inputs)
    return ShownStep(activity, module, chosen, inputs, tuple(entries), lambda _: tally, phones)


def seen(scene=None, room=None, groups=None, **changes):
    """What the screen shows of a picture."""
    values = {
        "session": room or a_room(),
        "worksheet": SimpleNamespace(called=lambda title, young: title),
        "scene": scene,
        "plan": (),
        "joined": 14,
        "groups": Counter(groups or {}),
        "origin": "https://kompas.example",
    }
    return str(Scenes(RENDERER).shared(SCREEN, Picture(**(values | changes))))


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def cards(*given, cluster=None, group=None, state="shown"):
    return [Entry(f"{text}-{n}", Card(text, "zorg"), state, group, cluster) for n, text in enumerate(given)]


def dots(*counts):
    return [Entry(f"{n}-{i}", Dots((str(n),))) for n, count in enumerate(counts) for i in range(count)]


def marked(theme, *given):
    return [Entry(f"{theme}-{n}", Mark(theme, mark, SECRET)) for n, mark in enumerate(given)]


def a_ranking(*counts, text="Een vraagstuk", **changes):
    options = Inputs(options=tuple(Option(str(n), f"{text} {n}", "zorg") for n in range(len(counts))))
    return a_step("dots", {"source": "x", "chosen": 3}, dots(*counts), options, **changes)


# --- the door -------------------------------------------------------------------------------------


def test_the_lobby_says_how_to_join_by_camera_and_by_code():
    html = seen()
    assert 'aria-label="QR-code om mee te doen"' in html
    assert "4279 1503" in html
    assert "kompas.example <wbr>/doe-mee" in html.replace("example<wbr>", "example <wbr>")
    assert "14 telefoons doen mee" in words(html)


def test_a_closed_door_has_no_qr_code():
    html = seen(room=a_room(admits=False, code=None))
    assert "Er kan nu niemand meer bij" in html
    assert "kl-qr" not in html


@pytest.mark.parametrize("changes", [{"admits": False, "code": None}, {"admits": True, "code": None}])
def test_a_step_behind_a_closed_door_counts_phones_but_has_no_qr_code(changes):
    html = seen(a_step("cards", COLUMNS), a_room(**changes))
    assert "kl-qr" not in html
    assert "14 telefoons" in words(html)


def test_a_blank_screen_shows_only_the_name_of_the_product():
    html = seen(a_step("cards", COLUMNS, cards(SECRET)), a_room(blank=True))
    assert words(html) == "Even geen beeld Kompas Live"


def test_the_end_thanks_the_room_and_says_what_was_chosen():
    room = a_room(ended_at=dt.datetime.now(dt.UTC), admits=False, code=None)
    outcome = (Result("chosen", "Stippen", (ResultItem("1", "Foto's doorsturen"),)),)
    html = seen(room=room, outcome=outcome)
    assert "Dank jullie wel" in html
    assert "Foto&#39;s doorsturen" in html
    assert "De sessie is afgelopen." in seen(room=room)


def test_the_same_picture_gives_the_same_block_with_its_revision():
    scene = a_step("cards", COLUMNS, cards("Een kaart"), started_at=None)
    room = a_room()
    assert seen(scene, room) == seen(scene, room)
    assert 'data-revision="7"' in seen(scene, room)


# --- cards ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["held", "hidden"])
@pytest.mark.parametrize("cluster", [None, "a"])
def test_a_card_that_is_held_or_hidden_is_not_in_the_page(state, cluster):
    entries = cards(SECRET, cluster=cluster, state=state) + cards("Mag wel", cluster=cluster)
    html = seen(a_step("cards", COLUMNS, entries, Inputs(clusters=(Cluster("a", "Stapel", "zorg"),))))
    assert SECRET not in html
    assert "Mag wel" in html


def test_before_the_first_card_the_screen_invites():
    html = seen(a_step("cards", COLUMNS, ()))
    assert words(html).count("Nog geen kaarten. Schrijf jij de eerste?") == 1


def test_a_card_that_waits_is_counted_and_not_shown():
    html = seen(a_step("cards", COLUMNS, cards(SECRET, state="held")))
    assert "1 kaart binnen" in words(html)
    assert "Schrijf jij de eerste?" not in words(html)
    assert SECRET not in html


@pytest.mark.parametrize("count", [1, 2, 12])
def test_a_stack_does_not_tell_of_which_group_its_cards_are(count):
    room, stack = a_room(), Inputs(clusters=(Cluster("a", "Stapel", "zorg"),))

    def wall(young):
        groups = ["jongere"] * young + ["ouder"] * (count - young)
        own = [Entry(f"{n}", Card("Kaart", "zorg"), "shown", group, "a") for n, group in enumerate(groups)]
        return seen(a_step("cards", COLUMNS, own, stack, started_at=None), room, groups={"jongere": 7})

    assert len({wall(young) for young in range(count + 1)}) == 1


def test_every_card_is_in_the_page_and_equal_ones_once_with_their_number():
    entries = cards(*[f"Kaart {n}" for n in range(90)], "Niemand", "niemand.")
    html = seen(a_step("cards", COLUMNS, entries))
    assert html.count("kl-slip") == 91
    assert "Niemand ×2" in words(html)
    assert "en nog" not in html


# --- dots -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"open": False}])
def test_dots_that_are_not_shown_are_not_in_the_page(changes):
    html = seen(a_ranking(9, 4, 1, text=SECRET, **changes))
    assert "11 van de 14 telefoons zijn klaar" in words(html)
    assert SECRET not in html
    assert "kl-rank" not in html


def test_one_phone_is_said_in_the_singular():
    html = seen(a_ranking(1, phones=1), joined=1)
    assert "1 van 1 telefoon is klaar" in words(html)


def test_the_ranking_has_a_line_below_what_was_chosen():
    html = seen(a_ranking(11, 9, 8, 6, 5, 3, 2, 1, shown=True))
    assert "Deze 3 kregen de meeste stippen" in html
    assert html.count('<li class="kl-rank ') == 8
    assert html.count("is-zorg is-on") == 3
    assert "45 stippen van 45 telefoons" in html


def test_equal_dots_are_chosen_together():
    assert "Deze 4 kregen de meeste stippen" in seen(a_ranking(9, 8, 7, 7, 1, shown=True))


def test_an_answer_to_a_question_is_not_something_to_take_up():
    entries = [Entry(str(n), Dots(("1",), "Omdat het klopt")) for n in range(3)]
    entries.append(Entry("9", Dots(("2",), SECRET), "held"))
    settings = {"dots": 1, "chosen": 1, "reason": True, "options": ["Ja", "Deels", "Nee"]}
    html = seen(a_step("dots", settings, entries, shown=True))
    assert "pakken we op" not in html
    assert "Omdat het klopt" in html
    assert SECRET not in html


# --- marks ----------------------------------------------------------------------------------------


def test_marks_that_are_not_shown_are_not_in_the_page():
    html = seen(a_step("marks", THEMES, marked("relatie", 2, 3, 4, 8, 9, 9)))
    assert "11 van de 14 telefoons zijn klaar" in words(html)
    for trace in ("m-dot", "m-mean", "Gemiddeld", "Relatie", SECRET):
        assert trace not in html


def test_four_marks_are_only_a_count():
    html = seen(a_step("marks", THEMES, marked("relatie", 2, 3, 4, 8), phones=4, shown=True))
    assert "Nog te weinig cijfers om te laten zien: er zijn er 5 nodig." in html
    assert "4 telefoons gaven cijfers" in html
    for trace in ("m-dot", "m-mean", "Relatie"):
        assert trace not in html


def test_a_theme_below_the_minimum_says_so_beside_one_that_is_drawn():
    entries = marked("relatie", 2, 2, 5, 9, 9) + marked("proces", 6, "weet-niet")
    html = seen(a_step("marks", THEMES, entries, shown=True))
    assert html.count("m-mean") == 1 + 1  # the heading and one theme
    assert html.count("er zijn er 5 nodig") == 1
    assert "weet het niet" not in html


def test_the_widest_difference_is_what_the_room_talks_about():
    earlier = (EarlierMarks("relatie", "1 mei 2026", 6.1, 3, 9, 12),)
    entries = marked("relatie", 2, 2, 5, 9, 9, "weet-niet") + marked("proces", 6, 6, 7, 7, 7)
    html = seen(a_step("marks", THEMES, entries, Inputs(earlier=earlier), shown=True))
    assert html.count("Grootste verschil") == 1
    assert "Relatie : waarom zou iemand hier een laag cijfer geven? En waarom een hoog?" in words(html)
    assert 'aria-label="Cijfers: 2 keer een 2, 1 keer een 5, 2 keer een 9. Gemiddeld 5,4"' in html
    assert "2 tot 9" in html
    assert "was 6,1" in html
    assert SECRET not in html


def test_nothing_is_highlighted_when_two_themes_differ_as_much():
    entries = marked("relatie", 2, 2, 5, 9, 9) + marked("proces", 2, 2, 5, 9, 9)
    html = seen(a_step("marks", THEMES, entries, shown=True))
    assert "Grootste verschil" not in html
    assert "Waarom zou iemand hier een laag cijfer geven?" in words(html)


def test_more_than_sixty_marks_are_drawn_as_bars():
    html = seen(a_step("marks", THEMES, marked("relatie", *[6, 7] * 40), shown=True))
    assert "Hoe hoger het balkje, hoe vaker gegeven" in html
    assert "<circle" not in html


# --- actions --------------------------------------------------------------------------------------


def test_actions_show_who_and_when_beside_those_of_the_last_time():
    entries = [
        Entry("1", Proposed("Eén plek met hulp"), notes={"owner": "GGD", "due": "2027-01-15"}),
        Entry("2", Proposed(helps="1")),
        Entry("3", Proposed(SECRET), "held"),
        Entry("4", Proposed(SECRET), "hidden"),
    ]
    earlier = Inputs(actions=(OpenAction("x", "Jongerenwerk in de avond", "Welzijn", "", "busy"),))
    html = seen(a_step("actions", {}, entries, earlier))
    assert "Eén plek met hulp GGD 15 januari 2027 1 mens helpt" in words(html)
    assert "Jongerenwerk in de avond Bezig" in words(html)
    assert SECRET not in html


def test_without_any_action_the_screen_invites():
    assert "Stel jij de eerste voor?" in seen(a_step("actions", {}))


# --- user text ------------------------------------------------------------------------------------


def nasty_scenes():
    cluster = Inputs(clusters=(Cluster("a", NASTY, "zorg"),))
    columns = {
        "columns": [{"id": "zorg", "label": NASTY, "plural": NASTY, "hint": NASTY}],
        "starter": NASTY[:60],
    }
    actions = Inputs(actions=(OpenAction("x", NASTY, NASTY, NASTY, "open"),))
    proposal = Entry("1", Proposed(NASTY), notes={"owner": NASTY, "due": NASTY})
    poll = {"dots": 1, "reason": True, "options": [NASTY, "Nee"]}
    themes = {"themes": [{"id": "relatie", "label": NASTY}]}
    return {
        "lobby": None,
        "loose": a_step("cards", COLUMNS, cards(NASTY), question=NASTY, title=NASTY),
        "pile": a_step("cards", columns, cards(NASTY, cluster="a"), cluster),
        "empty": a_step("cards", columns),
        "ranking": a_ranking(3, 1, text=NASTY, shown=True),
        "poll": a_step("dots", poll, [Entry("1", Dots(("1",), NASTY))], shown=True),
        "marks": a_step("marks", themes, marked("relatie", 1, 2, 3, 4, 9), shown=True),
        "actions": a_step("actions", {}, [proposal], actions),
    }


@pytest.mark.parametrize("name", nasty_scenes())
def test_what_people_write_stays_text(name):
    html = seen(nasty_scenes()[name], a_room(title=NASTY))
    assert "&lt;img" in html
    assert "<img" not in html
    assert "<script" not in html
    assert "49" not in words(html)


@pytest.mark.parametrize("name", nasty_scenes())
def test_no_style_or_script_stands_in_the_page(name):
    html = seen(nasty_scenes()[name], a_room(title="Rustig")).replace("onerror=alert", "")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html)


@pytest.mark.parametrize("name", nasty_scenes())
def test_every_drawing_has_words_or_is_beside_them(name):
    for drawing in re.findall(r"<svg[^>]*>", seen(nasty_scenes()[name])):
        assert 'aria-hidden="true"' in drawing or re.search(r'role="img" aria-label="[^"]+"', drawing)


# --- the page -------------------------------------------------------------------------------------


async def test_the_page_may_be_framed_by_the_desk_and_by_nobody_else(client, services):
    session = await a_session(services, step="zorgen-kansen")
    answer = await client.get(f"/scherm/{session.screen_token}")
    assert answer.status_code == 200
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    stream = f'hx-ws:connect="/scherm/{session.screen_token}/stroom?na={session.revision}-0&amp;'
    assert f"{stream}scherm=" in answer.text
    preview = await client.get(f"/scherm/{session.screen_token}?voorbeeld")
    assert f'{stream}"' in preview.text
    assert "data-keep" in answer.text


async def test_the_scene_is_the_block_of_the_page_until_it_is_known_already(client, services):
    session = await a_session(services, step="zorgen-kansen")
    address = f"/scherm/{session.screen_token}/scene"
    fresh = await client.get(address, headers={"HX-Request": "true", "X-Revision": "0"})
    assert fresh.status_code == 200
    assert fresh.text.lstrip().startswith('<div id="scherm"')
    known = await client.get(address, headers={"X-Revision": str(session.revision)})
    assert (known.status_code, known.text) == (204, "")


@pytest.mark.parametrize("address", ["/scherm/onbekend", "/scherm/onbekend/scene"])
async def test_an_unknown_token_is_a_page_that_is_not_there(client, services, address):
    assert (await client.get(address)).status_code == 404


async def test_the_address_to_join_opens_no_screen(client, services):
    session = await a_session(services)
    assert (await client.get(f"/scherm/{session.join_token}")).status_code == 404
    async with services.db.read() as db:
        assert await find_session_id(db, session.join_token) is None
        assert await find_session_id(db, session.screen_token) == session.id


async def test_the_stream_sends_the_whole_scene_and_then_what_changes(server, services, settings):
    session = await a_session(services)
    stream = server.replace("http", "ws") + f"/scherm/{session.screen_token}/stroom"
    async with connect(stream, origin=settings.origin) as socket:
        assert "Scan met je camera" in await socket.recv()
        await a_participant(services, session)
        assert "<b>1 telefoon</b>\ndoet mee" in await socket.recv()
        await (await conduct(services, session)).set_blank(True)
        assert "Even geen beeld" in await socket.recv()


async def test_a_desk_and_a_screen_that_missed_nothing_are_not_sent_the_same_again(
    server, client, services, settings
):
    session = await a_session(services)
    await signed_in(client, services, (await conduct(services, session)).sign_in.account)
    headers = {"Cookie": f"kompas={client.cookies['kompas']}"}
    for path in (f"/scherm/{session.screen_token}", f"/sessies/{session.id}/regie"):
        [stream] = re.findall(r'hx-ws:connect="([^"]+)"', (await client.get(path)).text)
        address = server.replace("http", "ws") + stream
        async with connect(address, origin=settings.origin, additional_headers=headers) as socket:
            assert await socket.recv() == ""
        await a_participant(services, session)
        async with connect(address, origin=settings.origin, additional_headers=headers) as socket:
            assert "telefoon" in await socket.recv()


async def test_a_stream_with_an_unknown_token_says_so_and_ends(server, settings):
    stream = server.replace("http", "ws") + "/scherm/onbekend/stroom"
    async with connect(stream, origin=settings.origin) as socket:
        with pytest.raises(ConnectionClosed) as ended:
            await socket.recv()
    assert ended.value.rcvd.code == UNKNOWN


async def test_a_screen_in_a_browser_follows_the_room_without_a_reload(screen_page, services):
    session = await a_session(services)
    await screen_page.goto(f"/scherm/{session.screen_token}")
    await screen_page.get_by_text("Scan met je camera").wait_for()
    desk = await conduct(services, session)
    await desk.go_to(session.activities[0].id)
    await screen_page.get_by_text("Nog geen kaarten").wait_for()
    phone = await a_participant(services, session)
    form = {"column": ["zorg"], "text": ["Een kaart uit de zaal"]}
    await services.room.contribute(session.id, phone.id, session.activities[0].id, uuid.uuid4(), form)
    await screen_page.get_by_text("Een kaart uit de zaal").wait_for()
    assert await screen_page.evaluate("document.documentElement.scrollHeight <= innerHeight")
