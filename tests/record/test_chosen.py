"""Chosen is what stood above the line in the room: every output says so of those lines, and of no others."""

import io
import re
import uuid
import zipfile
from dataclasses import dataclass, field
from html import unescape

import msgspec
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.people import a_facilitator, a_participant, a_partnership, a_session, activity, reloaded, signed_in
from tests.record.test_saving import Stage, named
from workshop import bus, kinds
from workshop.accounts import keys
from workshop.archive import exchange
from workshop.documents import excel, orders
from workshop.documents.document import Lines, Paragraph, Table, TextLine
from workshop.handover import lookback, saving
from workshop.items import Item, was_chosen
from workshop.live import plan
from workshop.models import Membership, Session
from workshop.record import summary, whole

PHONES = 6
HOME, OWN = "1-A.zorgen", "1-A.bronnen"
"""Where the cards go, and where what is chosen goes when its step has a question of its own."""
CARDS = ("Aap", "Beer", "Cavia", "Das")


def dots(*given, **settings):
    """`given` are the cards that each phone puts its dots on, by their first letters."""
    return "dots", {"source": "zorgen-kansen", "chosen": 2} | settings, [{"options": one} for one in given]


def consent(*choices):
    return "consent", {"source": "zorgen-kansen"}, [{"choice": choice} for choice in choices]


LIKED = {f"{axis}.{one[0]}": one[1] for axis in ("effect", "feasible") for one in ("A5", "B2", "C1", "D5")}
PLAYED = {
    "dots": dots("A", "A", "A", "AB", "AB", "C"),
    "dots, a tie on the line": dots("ABC", "ABC", "A", "D", "A", "A"),
    "dots, a tie of all": dots("A", "B", "C", "D"),
    "dots, two on one": dots("AAB", "ABB", "CCD", "AAC", "A", "B", each=2),
    "dots, for each column": dots("AB", "AC", "AD", "ABC", "BD", "D", by_column=True),
    "matrix": ("matrix", {"source": "zorgen-kansen"}, [LIKED] * PHONES),
    "consent": consent(*["ja"] * PHONES),
    "consent, one no": consent(*["ja"] * (PHONES - 1), "nee"),
    "lights": (
        "lights",
        {"source": "zorgen-kansen", "preset": "eens"},
        [{"light.A": "eens", "light.B": "niet-eens"}] * PHONES,
    ),
    "pairs": ("pairs", {"source": "zorgen-kansen"}, [{"a": "A", "b": "B", "relation": "botst"}] * PHONES),
    "signals": ("signals", {}, [{"what": "signaal", "text": "Minder ruzie"}]),
    "table": (
        "table",
        {"rows": [{"id": "r", "label": "Rij"}], "columns": [{"id": "k", "label": "Kolom"}]},
        [{"cell": "r.k", "text": "Lessen"}],
    ),
    "actions": ("actions", {}, [{"text": "Elkaar bellen"}]),
    "marks": ("marks", {"themes": [{"id": "samen", "label": "Samen"}]}, [{"mark.samen": "7"}] * PHONES),
}
"""What phones answer in a step of each kind, its settings before that."""
CHOSEN = {
    "dots": {"Aap", "Beer"},
    "dots, a tie on the line": {"Aap", "Beer", "Cavia"},
    "dots, a tie of all": {*CARDS},
    "dots, two on one": {"Aap", "Beer"},
    "dots, for each column": {"Aap", "Beer", "Das"},
    "matrix": {"Aap", "Das"},
    "consent": {*CARDS},
    "consent, one no": set(),
}


@dataclass
class Play:
    """A session in which cards were written and something was chosen from them."""

    client: object
    stage: Stage
    dossier: uuid.UUID
    key: str
    cards: dict[str, str] = field(default_factory=dict)

    @property
    def services(self):
        return self.stage.services

    @property
    def home(self):
        return f"/dossiers/{self.dossier}"

    @property
    def path(self):
        return f"/sessies/{self.stage.session.id}"

    async def page(self, address):
        answer = await self.client.get(address)
        assert answer.status_code == 200, (address, answer.text)
        return unescape(" ".join(answer.text.split()))

    async def answer(self, phones, forms):
        """These phones answer, with the ids of the cards instead of their letters."""
        for phone, form in zip(phones, forms, strict=False):
            given = {
                re.sub(r"\.([A-D])$", lambda at: f".{self.cards[at[1]]}", name): value
                for name, value in form.items()
            }
            for name in {"options", "a", "b"} & given.keys():
                given[name] = [self.cards.get(letter, letter) for letter in given[name]]
            await self.stage.send(phone, **given)

    async def show(self):
        scene = (await self.services.fanout.scene(self.stage.session.id)).scene
        if scene.kind.hides:
            await (await self.stage.desk()).set_shown(scene.activity.id, True)


async def a_play(client, services):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    sign_in = await signed_in(client, services, account)
    session = await a_session(services, partnership=partnership, sign_in=sign_in, step="zorgen-kansen")
    stage = Stage(services, session)
    async with services.db.read() as db:
        member = await db.scalar(select(Membership).where(Membership.partnership_id == partnership.id))
    return Play(client, stage, partnership.id, await keys.make(services.db, member, "dashboard"))


async def played(client, services, step, saves="", second=()):
    """Cards and then this step, shown to the room. `saves` is its question, if it has one; `second` is what
    phones answer in a second round."""
    name, settings, forms = step
    play = await a_play(client, services)
    stage, kind = play.stage, kinds.get(name)
    outputs = kind.outputs(kinds.settings(kind, settings))

    async def instead(db, session):
        step = activity(session, "stippen")
        step.kind, step.settings, step.saves = name, settings, dict.fromkeys(outputs, saves) if saves else {}

    await services.room.change(stage.session.id, bus.DESK, instead)
    for words in CARDS:
        play.cards[words[0]] = str(await stage.card(words, "zorg" if words < "C" else "kans"))
    await stage.go_to("stippen")
    phones = [await a_participant(services, stage.session) for _ in range(PHONES)]
    await play.answer(phones, forms)
    await play.show()
    if second:
        scene = (await services.fanout.scene(stage.session.id)).scene
        await (await stage.desk()).begin_round(scene.activity.id, "", scene.activity.id)
        stage.session.activity_id = (await services.fanout.scene(stage.session.id)).scene.activity.id
        await play.answer(phones, second)
        await play.show()
    return play


# --- what each output says ------------------------------------------------------------------------


async def in_the_room(play):
    """What stands above the line on the big screen, or what nobody said no to."""
    html = await play.page(f"/scherm/{play.stage.session.screen_token}")
    rows = re.findall(r"<li[^>]*\bis-on\b[^>]*>(?:(?!</li>).)*?<bdi>(.*?)</bdi>", html)
    agreed = re.search(r'class="kl-proposal">(.*?)</section>', html) if "Niemand zei nee" in html else None
    return {*rows, *(re.findall(r"<bdi>(.*?)</bdi>", agreed[1]) if agreed else ())}


async def on_phones(play):
    """What the last screen of the session lists, without actions."""
    picture = await play.services.fanout.scene(play.stage.session.id)
    return {item.text for result in picture.outcome for item in result.items if not item.status}


async def in_the_review(play):
    html = await play.page(f"{play.path}/nakijken")
    lines = re.findall(r"<li> .*?<bdi>(.*?)</bdi>(.*?)</li>", html)
    return {
        words for words, rest in lines if re.search(r"\bgekozen\b(?! uit)", rest.partition("<details")[0])
    }


async def on_the_session_page(play):
    html = await play.page(f"{play.home}/sessies/{play.stage.session.id}")
    return _said_on(html)


async def on_the_worksheet(play):
    found = set()
    for step in re.findall(r"\?stap=([\w.-]+)", await play.page(f"{play.home}/bouwstenen/1-a")):
        found |= _said_on(await play.page(f"{play.home}/bouwstenen/1-a?stap={step}"))
    return found


def _said_on(html):
    lines = re.findall(r'<p class="kl-quote"><bdi>(.*?)</bdi>(.*?)</li>', html)
    return {words for words, rest in lines if re.search(r"\bgekozen\b", rest)}


async def in_the_document(play):
    return _in_blocks((await orders.of_session(play.services, play.dossier, play.stage.session.id))())


async def in_the_dossier_document(play):
    return _in_blocks((await orders.of_dossier(play.services, play.dossier))())


def _in_blocks(book):
    lines = [line for block in book.front.blocks for line in lines_of(block)]
    assert all(isinstance(line, TextLine) for line in lines)
    return {line.text for line in lines if "gekozen" in ", ".join((*line.tags, *line.details)).split(", ")}


def lines_of(block):
    if isinstance(block, Table):
        return [line for row in block.rows for cell in row for line in cell.lines]
    return block.lines if isinstance(block, Lines) else []


async def in_excel(play):
    return await _in_sheets(await orders.of_session(play.services, play.dossier, play.stage.session.id))


async def in_the_dossier_excel(play):
    return await _in_sheets(await orders.of_dossier(play.services, play.dossier))


async def _in_sheets(order):
    found = set()
    for sheet in load_workbook(io.BytesIO(excel.write(order()))):
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        head = next((n for n, row in enumerate(rows) if "Gekozen" in row), None)
        if head is not None:
            words = next(n for n, name in enumerate(rows[head]) if name in ("Tekst", "Antwoord"))
            found |= {row[words] for row in rows[head + 1 :] if row[rows[head].index("Gekozen")]}
    return found


async def for_machines(play):
    asked = await play.client.get(
        f"/api/v1/dossiers/{play.dossier}/werkbladen/1-a", headers={"Authorization": f"Bearer {play.key}"}
    )
    return {line["text"] for one in asked.json()["answers"] for line in one["lines"] if line["chosen"]}


async def in_the_archive(play):
    file = await exchange.export(
        play.services.db, play.services.library, play.services.settings, play.dossier
    )
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        dossier = msgspec.json.decode(archive.read("dossier.json"))
        table = archive.read("antwoorden.csv").decode("utf-8-sig").splitlines()
    lines = [line for one in dossier["answers"] for line in one["versions"][-1]["body"]["items"]]
    said = {line["text"] for line in lines if line.get("chosen")}
    head, *rows = [row.split(";") for row in table]
    assert {row[head.index("antwoord")] for row in rows if row[head.index("gekozen")]} == said
    return said


async def in_the_lookback(play):
    async with play.services.db.read() as db:
        session = await db.get_one(Session, play.stage.session.id)
        lines = await lookback.offered(db, play.services.library, session, 5)
    return {line.text for line in lines if line.section == lookback.CHOSEN}


async def on_the_first_page(play):
    async with play.services.db.read() as db:
        everything = await whole.read(db, play.services.library, play.dossier)
    found = summary.of_dossier(everything, play.services.settings, orders.today())
    return {card.text for card in found.chosen}


BEFORE = (on_phones, in_the_review, in_the_document, in_excel)
AFTER = (
    on_the_session_page, on_the_worksheet, in_the_document, in_the_dossier_document, in_excel,
    in_the_dossier_excel, for_machines, in_the_archive, in_the_lookback, on_the_first_page,
)  # fmt: skip


async def reviewed(play, *, without=(), beside=()):
    """Saves the review as it is proposed, without these lines and with these beside it."""
    lines = [line for line in await play.stage.lines() if line.text not in without]
    kept = [line for line in lines if line.kept or line.text in beside]
    await play.stage.save(kept)


async def says(play, outputs, chosen):
    said = {output.__name__: await output(play) for output in outputs}
    assert said == dict.fromkeys(said, chosen)


# --- the same everywhere --------------------------------------------------------------------------


@pytest.mark.parametrize("saves", ["", OWN])
@pytest.mark.parametrize("name", CHOSEN)
async def test_every_output_calls_chosen_what_stood_above_the_line(client, services, name, saves):
    play = await played(client, services, PLAYED[name], saves)
    assert await in_the_room(play) == CHOSEN[name]
    await play.stage.end()
    await says(play, BEFORE, CHOSEN[name])
    await reviewed(play)
    await says(play, AFTER, CHOSEN[name])


@pytest.mark.parametrize("name", [name for name in PLAYED if name not in CHOSEN])
async def test_where_nothing_is_chosen_nothing_says_so(client, services, name):
    play = await played(client, services, PLAYED[name])
    assert await in_the_room(play) == set()
    await play.stage.end()
    await says(play, BEFORE, set())
    await reviewed(play)
    await says(play, AFTER, set())


@pytest.mark.parametrize(("changing", "chosen"), [(6, {"Cavia", "Das"}), (2, {"Aap", "Beer"})])
async def test_of_two_rounds_the_one_that_counts_chooses(client, services, changing, chosen):
    """Fewer than five who change keep what the first round showed."""
    first = ["AB"] * PHONES
    second = [{"options": one} for one in ["CD"] * changing + first[changing:]]
    play = await played(client, services, dots(*first), second=second)
    await play.stage.end()
    await says(play, BEFORE, chosen)
    await reviewed(play)
    await says(play, AFTER[:2], chosen)


@pytest.mark.parametrize("saves", ["", OWN])
@pytest.mark.parametrize("name", ["dots", "matrix"])
async def test_the_review_leaves_out_or_keeps_and_the_room_chooses(client, services, name, saves):
    """What is left out is nowhere; what is kept beside it stands there, and the room did not choose it."""
    play = await played(client, services, PLAYED[name], saves)
    await play.stage.end()
    await reviewed(play, without=["Aap"], beside=["Cavia"])
    await says(play, AFTER, CHOSEN[name] - {"Aap"})
    assert "Cavia" in await play.page(f"{play.home}/sessies/{play.stage.session.id}")


async def test_one_line_of_several_is_chosen_when_one_of_them_was(client, services):
    play = await played(client, services, dots("AC", "AC", "AD", "A"))
    lines = await play.stage.end()
    das, cavia = named(lines, "Das"), named(lines, "Cavia")
    form = {"kept": [das.id], "samen": [f"{das.id} {cavia.id}"]}
    desk = (await play.stage.desk()).sign_in
    await saving.save(services.db, services.room.reader, play.stage.session.id, form, desk)
    await says(play, AFTER, {"Das"})


# --- what the room did not do ---------------------------------------------------------------------

NOT_DONE = "Niet gedaan: ‘Stap B’. Daarvan staat hier niets."
GOES_ON = (
    "Wat jullie bij ‘Stap A’ bedachten, staat er alleen als de begeleider daar bij het nakijken een vraag "
    "voor koos."
)


async def cut_short(client, services, *, saves=(), skipped=False):
    """Cards, and a step that would have chosen from them, but nobody did it."""
    play = await a_play(client, services)

    async def instead(db, session):
        for step in session.activities:
            if step.key == "zorgen-kansen":
                step.title, step.saves = "Stap A", dict(saves)
            elif step.key == "stippen":
                step.title, step.skipped = "Stap B", skipped
            else:
                await db.delete(step)

    await services.room.change(play.stage.session.id, bus.DESK, instead)
    await play.stage.card("Aap")
    return play


async def lines_of_its_document(play):
    book = (await orders.of_session(play.services, play.dossier, play.stage.session.id))()
    return [block.text for block in book.front.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize("skipped", [False, True])
async def test_a_step_that_nobody_did_is_named_wherever_its_results_would_stand(client, services, skipped):
    play = await cut_short(client, services, skipped=skipped)
    said = f"{NOT_DONE} {GOES_ON}"
    assert said not in await lines_of_its_document(play)
    await play.stage.end()
    assert said in await play.page(f"{play.path}/nakijken")
    assert said in await lines_of_its_document(play)
    await play.stage.save()
    assert said in await play.page(f"{play.home}/sessies/{play.stage.session.id}")
    assert said in await lines_of_its_document(play)


async def test_cards_that_go_to_the_dossier_need_no_such_word(client, services):
    play = await cut_short(client, services, saves={"zorg": HOME}.items())
    await play.stage.end()
    page = await play.page(f"{play.path}/nakijken")
    assert NOT_DONE in page
    assert GOES_ON not in page


async def test_what_a_step_had_that_was_skipped_later_is_in_review_and_document(client, services):
    play = await cut_short(client, services, saves={"zorg": HOME}.items())
    await play.stage.go_to("stippen")
    cards = activity(await reloaded(services, play.stage.session.id), "zorgen-kansen").id
    await plan.skip_step(services.room, play.stage.session.id, cards, True)
    [line] = await play.stage.end()
    assert line.text == "Aap"
    book = (await orders.of_session(services, play.dossier, play.stage.session.id))()
    assert "Aap" in [
        line.text for block in book.front.blocks if isinstance(block, Lines) for line in block.lines
    ]


async def test_dots_on_what_no_line_holds_are_lines_of_their_own(client, services):
    """A list of a facilitator's own, in a step without a question."""
    own = "dots", {"options": ["Eerst dit", "Dan dat"], "chosen": 1}, [{"options": "1"}]
    play = await played(client, services, own)
    line = named(await play.stage.end(), "Eerst dit")
    assert (line.text, line.field, line.kept, line.item.chosen) == ("Eerst dit", "", False, True)


# --- what was stored before -----------------------------------------------------------------------


def test_of_what_was_ticked_before_only_what_the_room_chose_stays_chosen():
    def then(**given):
        return was_chosen(Item("i", "Tekst", chosen=True, **given))

    assert not then(cards=3)
    assert not then(votes=4, by_phones=True)
    assert not then(labels=("Ja, maar: 2", "Nee, want: 1"))
    assert then(votes=2)
    assert then(labels=("veel effect, makkelijk te doen", "effect 4,2"))
    assert then(labels=("Ja: 6", "Ja, maar: 0", "Nee, want: 0"))
    assert not was_chosen(Item("i", "Tekst", votes=2))


@pytest.mark.parametrize("name", ["matrix", "consent"])
async def test_those_labels_are_what_the_kinds_say(client, services, name):
    play = await played(client, services, PLAYED[name], OWN)
    lines = [line for line in await play.stage.end() if line.field == OWN]
    assert {line.text for line in lines if was_chosen(line.item)} == CHOSEN[name]
