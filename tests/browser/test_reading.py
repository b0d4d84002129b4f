"""What waits is read one card at a time, with the keyboard alone."""

import asyncio
import uuid

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from tests.browser.actors import assert_accessible, rest
from tests.browser.houses import give_cookies
from tests.browsers import DESK, PHONE
from tests.people import a_participant, a_session, conduct
from workshop.accounts import sign_in
from workshop.models import Contribution
from workshop.pages.visitor import COOKIE
from workshop.safety.screening.warning import FACILITATOR, TO

LIVED = "Ik ben aangerand op het plein"
MOST_KEYS = 45

AT_ONCE = """
  seen = [];
  let answered = false;
  const text = () => document.querySelector("[data-reading] > [aria-current] bdi")?.textContent.trim();
  const press = () => {
    seen.push(text());
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
  };
  const pressAgain = () => answered && text() === "Twee" && seen.length === 1 && press();
  addEventListener("htmx:before:request", press, { once: true });
  const answer = () => { answered = true; setTimeout(pressAgain); };
  addEventListener("htmx:finally:request", answer, { once: true });
  kompas.onPage(pressAgain);
"""
"""Presses J once more when the first press is on its way, and when the next card is there after its answer.

`seen` has the cards that were large then. The page does it itself: what a test sends comes later on a busy
machine.
"""


BOTH_SEEN = """
  new Promise((done) => {
    const look = () => (seen.length < 2 ? setTimeout(look, 20) : done(String(seen) === "Een,Twee"));
    look();
  })
"""
"""Waits for the second press of `AT_ONCE`. The page looks itself: its policy lets nobody evaluate twice."""

A_SECOND_LATER = """
  hears = new Promise((done) => {
    const look = () => {
      const now = performance.now();
      performance.now = () => now + 1000;
      done(kompas.hears());
      delete performance.now;
    };
    addEventListener("htmx:finally:request", look, { once: true });
  });
  void hears;
"""
"""Looks whether a key will be heard a second after the answer to the next press."""


class Reader:
    """A facilitator who reads what waits and counts the keys: `keys`."""

    def __init__(self, services, page, session, chair):
        self.services, self.page, self.session, self.chair = services, page, session, chair
        self.keys = 0

    async def writes(self, *texts, column="zorg", **form):
        phone = await a_participant(self.services, self.session)
        for text in texts:
            given = {"column": [column], "text": [text]} | form
            await self.services.room.contribute(
                self.session.id, phone.id, self.session.activity_id, uuid.uuid4(), given
            )

    async def opens(self):
        await self.page.goto(f"/sessies/{self.session.id}/regie")
        await expect(self.page.locator("[data-reading] > [aria-current]")).to_have_count(1)
        await self.page.wait_for_load_state("networkidle")
        await self.page.evaluate("document.fonts.ready")
        words = self.large.locator("bdi").first  # a key at a card that is not in sight only brings it there
        await words.evaluate("(words) => words.scrollIntoView({ block: 'center' })")

    async def press(self, key):
        await rest(self.page)
        self.keys += 1
        await self.page.keyboard.press(key)

    @property
    def waiting(self):
        return self.page.locator("[data-reading] > li:not(.is-under)")

    @property
    def large(self):
        return self.page.locator("[data-reading] > [aria-current=true]")

    async def reads(self, text, left):
        """This card is large, alone, and has the focus; this many wait."""
        await expect(self.waiting).to_have_count(left)
        await expect(self.large).to_have_count(1)
        await expect(self.large).to_contain_text(text)
        await expect(self.large).to_be_focused()
        await expect(self.large.locator("bdi").first).to_be_in_viewport(ratio=1)

    async def states(self):
        async with self.services.db.read() as db:
            rows = await db.scalars(select(Contribution))
            return {row.body["text"]: row.state for row in rows}


@pytest_asyncio.fixture
async def reader(services, visitor, settings):
    """At the desk of a session with young people, at its cards; nothing waits yet."""
    session = await a_session(services, step="zorgen-kansen", holds_back=True)
    chair = await conduct(services, session)
    token = await services.db.write(lambda db: sign_in.begin(db, chair.sign_in.account_id, days=1))
    page = await visitor(**DESK)
    await give_cookies(page.context, settings, {COOKIE: token})
    return Reader(services, page, session, chair)


async def test_forty_cards_are_read_with_at_most_45_keys(reader):
    texts = [f"Zin {number} over de buurt" for number in range(40)]
    for begin in range(0, 40, 10):
        await reader.writes(*texts[begin : begin + 10])
    await reader.opens()
    chosen = {}
    for left in range(40, 0, -1):
        text = await reader.large.locator("bdi").first.text_content()
        chosen[text] = ("j", "n")[left % 3 == 0]
        await reader.press(chosen[text])
        await expect(reader.waiting).to_have_count(left - 1)
        if left > 1:
            await expect(reader.large).to_be_focused()
    assert reader.keys <= MOST_KEYS
    assert await reader.states() == {
        text: "shown" if key == "j" else "hidden" for text, key in chosen.items()
    }


async def test_the_next_card_is_large_and_an_undo_brings_the_last_one_back(reader):
    await reader.writes("Een", "Twee", "Drie")
    await reader.opens()
    await expect(reader.page.locator("#deel-nieuw")).to_contain_text("Nog 3")
    await assert_accessible(reader.page, "te lezen")
    await reader.press("j")
    await reader.reads("Twee", 2)
    await expect(reader.page.locator("#melding")).to_contain_text("Nog 2 te lezen")
    await reader.press("n")
    await reader.reads("Drie", 1)
    await expect(reader.page.locator("#melding")).to_contain_text("Nog 1 te lezen")
    await reader.press("z")
    await reader.reads("Twee", 2)
    await reader.press("Control+z")
    await reader.reads("Een", 3)
    assert set((await reader.states()).values()) == {"held"}


async def test_equal_cards_are_one_decision_and_one_undo(reader):
    same = ("Dat gebeurt op school", "dat  gebeurt op School!", "Dat gebeurt op school...")
    await reader.writes("Een", *same)
    await reader.writes("Dat gebeurt op school", column="kans")
    await reader.opens()
    await expect(reader.waiting).to_have_count(3)
    await expect(reader.page.locator("#deel-nieuw")).to_contain_text("Nog 5 te lezen")
    await reader.press("j")
    await reader.reads("3x", 2)
    await reader.press("n")
    await reader.reads("Dat gebeurt op school", 1)
    await expect(reader.page.locator("#melding")).to_contain_text("3 kaarten komen niet op het scherm. Nog 1")
    async with reader.services.db.read() as db:
        rows = list(await db.scalars(select(Contribution)))
    assert {row.state for row in rows if row.body["column"] == "kans"} == {"held"}
    assert sorted(row.state for row in rows) == ["held", "hidden", "hidden", "hidden", "shown"]
    await reader.press("z")
    await reader.reads("3x", 2)
    assert sorted((await reader.states()).values()).count("held") == 3
    await reader.large.get_by_role("button", name="3x hetzelfde").click()
    await expect(reader.waiting).to_have_count(4)
    await reader.press("j")
    await expect(reader.page.locator("#deel-nieuw")).to_contain_text("Nog 3 te lezen")
    await expect(reader.waiting).to_have_count(3)


async def test_the_next_key_is_heard_when_the_card_left_before_the_answer_came(reader):
    page = reader.page
    await reader.writes("Een", "Twee")
    await reader.opens()
    async with reader.services.db.read() as db:
        first = await db.scalar(select(Contribution).order_by(Contribution.order))

    async def take(route):
        await reader.chair.set_card_state(first.id, "shown")
        await expect(reader.waiting).to_have_count(1)
        await route.continue_()

    await page.route("**/bijdragen/**", take, times=1)
    await page.evaluate(A_SECOND_LATER)
    await reader.press("j")
    assert await page.evaluate("hears")


class Finger:
    """One finger on the large card of a phone."""

    def __init__(self, reader, touch):
        self.reader, self.touch = reader, touch

    async def moves(self, across, down=0):
        """Comes down on the words of the large card and moves, in steps, without letting go."""
        await rest(self.reader.page)
        words = self.reader.large.locator("bdi").first
        await words.scroll_into_view_if_needed()
        box = await words.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await self._send("touchStart", x, y)
        for step in range(1, 9):
            await self._send("touchMove", x + across * step / 8, y + down * step / 8)

    async def lets_go(self):
        await self.touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    async def _send(self, kind, x, y):
        points = [{"x": x, "y": y}]
        await self.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest_asyncio.fixture
async def finger(reader, visitor, settings):
    """As `reader`, with one finger on a phone."""
    cookies = await reader.page.context.cookies()
    reader.page = await visitor(**PHONE)
    await reader.page.context.add_cookies(cookies)
    return Finger(reader, await reader.page.context.new_cdp_session(reader.page))


async def test_a_swipe_to_the_right_shows_and_one_to_the_left_does_not(finger):
    reader = finger.reader
    await reader.writes("Een", "Twee", "Drie", "Vier")
    await reader.opens()
    await finger.moves(40)
    await expect(reader.large).to_have_attribute("data-swipe", "Laat zien")
    await finger.lets_go()  # not far enough
    await expect(reader.large).not_to_have_attribute("data-swipe", "Laat zien")
    await finger.moves(20, down=120)
    await finger.lets_go()  # that was to scroll
    assert set((await reader.states()).values()) == {"held"}
    await finger.moves(150)
    await finger.lets_go()
    await expect(reader.large).to_contain_text("Twee")
    await finger.moves(-150)
    await expect(reader.large).to_have_attribute("data-swipe", "Niet laten zien")
    await finger.lets_go()
    await expect(reader.large).to_contain_text("Drie")
    assert await reader.states() == {"Een": "shown", "Twee": "hidden", "Drie": "held", "Vier": "held"}
    await rest(reader.page)
    await reader.large.get_by_role("button", name="Laat zien", exact=True).tap()
    await expect(reader.large).to_contain_text("Vier")


async def test_a_swipe_over_what_looks_like_a_disclosure_asks_first(finger):
    reader = finger.reader
    await reader.writes(LIVED, **{TO: [FACILITATOR]})
    await reader.opens()
    await finger.moves(150)
    await finger.lets_go()
    await expect(reader.large.get_by_role("button", name="Ja, laat toch zien")).to_be_visible()
    assert (await reader.states())[LIVED] == "held"


async def test_arrows_go_to_another_card_and_decide_nothing(reader):
    await reader.writes("Een", "Twee", "Drie")
    await reader.opens()
    await reader.large.focus()
    for key, text in (
        ("ArrowDown", "Twee"),
        ("ArrowDown", "Drie"),
        ("ArrowDown", "Drie"),
        ("ArrowUp", "Twee"),
    ):
        await reader.press(key)
        await reader.reads(text, 3)
    await reader.press("j")
    await reader.reads("Drie", 2)
    assert await reader.states() == {"Een": "held", "Twee": "shown", "Drie": "held"}


async def test_a_key_opens_the_words_and_no_key_decides_under_them(reader):
    await reader.writes("Het is hier druk", "Twee")
    await reader.opens()
    sheet = reader.page.get_by_role("dialog", name="Haal woorden weg")
    async with asyncio.timeout(20):
        while not await sheet.is_visible():  # a key at a card that is not in sight yet only brings it there
            await reader.press("e")
            await asyncio.sleep(1)
    await reader.press("j")
    await sheet.get_by_label("Of schrijf het anders").focus()
    await reader.press("n")
    await expect(sheet.get_by_label("Of schrijf het anders")).to_have_value("nHet is hier druk")
    await reader.press("Escape")
    await expect(sheet).to_be_hidden()
    assert set((await reader.states()).values()) == {"held"}
    await reader.press("j")
    await reader.reads("Twee", 1)


async def test_a_key_that_is_held_down_or_pressed_twice_decides_once(reader):
    await reader.writes("Een", "Twee", "Drie")
    await reader.opens()
    await rest(reader.page)
    await reader.page.evaluate(AT_ONCE)
    await reader.page.keyboard.down("j")
    for _ in range(5):
        await reader.page.keyboard.down("j")  # the same key again, as one that is held down
    await reader.page.keyboard.up("j")
    await reader.reads("Twee", 2)
    assert await reader.page.evaluate(BOTH_SEEN)
    await rest(reader.page)
    for key in ("Shift+j", "Control+j", "Alt+j"):
        await reader.press(key)
    await reader.press("?")
    await expect(reader.page.get_by_role("dialog", name="Sneltoetsen")).to_be_visible()
    await reader.press("j")
    await reader.press("Escape")
    await reader.reads("Twee", 2)
    assert sorted((await reader.states()).values()) == ["held", "held", "shown"]


async def test_what_looks_like_a_disclosure_stands_first_and_one_key_does_not_show_it(reader):
    await reader.writes("Een")
    await reader.writes(LIVED, **{TO: [FACILITATOR]})
    await reader.opens()
    await expect(reader.large).to_contain_text(LIVED)
    sure = reader.large.get_by_role("button", name="Ja, laat toch zien")
    await expect(sure).to_be_hidden()
    await reader.press("j")
    await expect(sure).to_be_visible()
    await assert_accessible(reader.page, "toch laten zien")
    assert (await reader.states())[LIVED] == "held"
    await reader.press("Tab")
    await expect(sure).to_be_focused()
    await reader.press("Enter")
    await reader.reads("Een", 1)
    assert (await reader.states())[LIVED] == "shown"
    await reader.press("z")
    await reader.reads(LIVED, 2)
    await reader.press("n")
    await reader.reads("Een", 1)
    assert (await reader.states())[LIVED] == "hidden"


async def test_a_card_out_of_sight_is_shown_to_the_reader_before_it_is_decided(reader):
    await reader.writes("Een", "Twee")
    await reader.opens()
    await reader.page.set_viewport_size({"width": 1440, "height": 320})
    await reader.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await expect(reader.large.locator("bdi").first).not_to_be_in_viewport()
    await reader.press("j")
    await reader.reads("Een", 2)
    await reader.press("j")
    await reader.reads("Twee", 1)


@pytest.mark.parametrize("key", ["j", "n"])
async def test_a_card_that_a_colleague_takes_leaves_the_next_one_undecided(reader, key):
    await reader.writes("Een", "Twee", "Drie")
    await reader.opens()
    async with reader.services.db.read() as db:
        first = await db.scalar(select(Contribution).order_by(Contribution.order))
    await rest(reader.page)
    # The key comes in the same moment as the card that it was not meant for.
    await reader.page.evaluate(
        """(key) => {
          const first = document.querySelector('[data-reading] > *').id;
          const press = () => {
            if (document.getElementById(first)) return;
            document.removeEventListener('htmx:after:settle', press);
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          };
          document.addEventListener('htmx:after:settle', press);
        }""",
        key,
    )
    await reader.chair.set_card_state(first.id, "shown")
    await expect(reader.large).to_contain_text("Twee")
    await rest(reader.page)
    assert await reader.states() == {"Een": "shown", "Twee": "held", "Drie": "held"}
