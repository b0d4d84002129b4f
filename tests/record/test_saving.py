"""From a session to the dossier: exactly what a person reviewed, once, and nothing else."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from tests.people import a_participant, a_session, activity, both_databases, conduct, reloaded, versions_of
from workshop.handover import draft, proposal, review, saving
from workshop.items import Item, counted
from workshop.live import plan
from workshop.live.errors import Closed, Gone
from workshop.models import (
    Action,
    ActionChange,
    Answer,
    AnswerVersion,
    Base,
    Contribution,
    Session,
    ThemeMarks,
)
from workshop.record import answers
from workshop.record.answers import items_of

CANARY = "KANARIE"


class Stage:
    """A session that is played in a few lines."""

    def __init__(self, services, session):
        self.services, self.session = services, session

    async def go_to(self, step):
        await (await self.desk()).go_to(activity(self.session, step).id)
        self.session = await reloaded(self.services, self.session.id)

    async def desk(self):
        return await conduct(self.services, self.session)

    async def send(self, phone=None, **form):
        """Returns the id of the row; `mark__theme` is `mark.theme`."""
        phone = phone or await a_participant(self.services, self.session)
        given = {
            name.replace("__", "."): value if isinstance(value, list) else [value]
            for name, value in form.items()
        }
        receipt = await self.services.room.contribute(
            self.session.id, phone.id, self.session.activity_id, uuid.uuid4(), given
        )
        return receipt.id

    async def card(self, words, column="zorg"):
        return await self.send(column=column, text=words)

    async def end(self):
        await (await self.desk()).end()
        return await self.lines()

    async def lines(self):
        async with self.services.db.read() as db:
            session = await db.get_one(Session, self.session.id)
            return await proposal.proposed(db, self.services.room.reader, session)

    async def save(self, lines=(), **changes):
        """Keeps these lines; `changes` are `text`, `field`, … by the id of a line."""
        form = {"kept": [line.id for line in lines]}
        form |= {f"{name}.{id}": [value] for name, by in changes.items() for id, value in by.items()}
        desk = (await self.desk()).sign_in
        await saving.save(self.services.db, self.services.room.reader, self.session.id, form, desk)

    async def texts(self, field):
        async with self.services.db.read() as db:
            found = await answers.current(db, self.session.partnership_id, [field])
        return [item.text for item in items_of(found.get(field))]

    async def all(self, kind):
        async with self.services.db.read() as db:
            return list(await db.scalars(select(kind)))


async def a_stage(services, worksheet="1-A", step="zorgen-kansen", after=None):
    """`after` is an earlier stage: the same dossier and desk again."""
    given = {}
    if after:
        given = {"partnership": after.session.partnership, "sign_in": (await after.desk()).sign_in}
    return Stage(services, await a_session(services, worksheet, step=step, **given))


def named(lines, words):
    [line] = [line for line in lines if line.text == words]
    return line


# --- what is proposed -----------------------------------------------------------------------------


async def test_a_cluster_is_one_line_with_its_cards_and_the_dots_it_got(services):
    stage = await a_stage(services)
    cards = [await stage.card(words) for words in ("Foto's doorsturen", "Filmpjes")]
    await stage.card("Niemand luistert")
    await (await stage.desk()).gather(stage.session.activity_id, "Online", "zorg", cards, None)
    await stage.go_to("stippen")
    cluster = named(await stage.lines(), "Online").item.id
    for _ in range(3):
        await stage.send(options=[cluster])
    lines = await stage.end()
    found = named(lines, "Online")
    assert (found.field, found.item.cards, found.item.votes, found.kept) == ("1-A.zorgen", 2, 3, True)
    assert sorted(found.item.quotes) == ["Filmpjes", "Foto's doorsturen"]
    assert named(lines, "Niemand luistert").item.votes is None
    assert len(lines) == 2


async def test_a_step_that_never_started_brings_nothing(services):
    stage = await a_stage(services, step="stippen")
    assert await stage.end() == []


async def test_an_action_that_two_steps_showed_is_one_line(services):
    first = await a_stage(services, "0-leren", "acties")
    await first.send(text="Elkaar bellen")
    await first.save(await first.end())
    second = await a_stage(services, "0-leren", "acties", after=first)
    await second.go_to("terugkijken")
    lines = await second.end()
    assert [line.text for line in lines] == ["Elkaar bellen"]
    await second.save(lines, status={lines[0].id: "done"})
    [action] = await second.all(Action)
    assert action.status == "done"


# --- what is saved --------------------------------------------------------------------------------


@both_databases
async def test_what_was_reviewed_is_saved_exactly(services):
    stage = await a_stage(services)
    for words in ("Een", "Twee", "Drie"):
        await stage.card(words)
    await stage.card("Kans", "kans")
    lines = await stage.end()
    one, two, chance = (named(lines, words) for words in ("Een", "Twee", "Kans"))
    await stage.save(
        [one, two, chance],
        text={one.id: " Een \x00\u202e zorg  van ons ", named(lines, "Drie").id: "Toch niet"},
        field={two.id: "1-A.signalen"},
    )
    assert await stage.texts("1-A.zorgen") == ["Een zorg van ons"]
    assert await stage.texts("1-A.signalen") == ["Twee"]
    assert await stage.texts("1-A.kansen") == ["Kans"]
    saved = await reloaded(services, stage.session.id)
    assert (saved.saved_by, saved.review) == ((await stage.desk()).sign_in.account_id, None)


@both_databases
async def test_a_second_session_adds_to_the_first_and_history_keeps_both(services):
    first = await a_stage(services)
    await first.card("Van de eerste keer")
    await first.save(await first.end())
    second = await a_stage(services, after=first)
    await second.card("Van de tweede keer")
    await second.save(await second.end())
    assert await second.texts("1-A.zorgen") == ["Van de eerste keer", "Van de tweede keer"]
    async with services.db.read() as db:
        versions = await versions_of(db, first.session.partnership_id, "1-A.zorgen")
    assert [(v.number, v.session_id, len(items_of(v))) for v in versions] == [
        (2, second.session.id, 2),
        (1, first.session.id, 1),
    ]
    assert [item.session for item in items_of(versions[0])] == [str(first.session.id), str(second.session.id)]


@both_databases
async def test_saving_twice_and_saving_too_early_are_refused(services):
    stage = await a_stage(services)
    await stage.card("Een")
    lines = await stage.lines()
    with pytest.raises(Closed, match="loopt nog"):
        await stage.save(lines)
    await stage.end()
    await stage.save(lines)
    with pytest.raises(Closed, match="al bewaard"):
        await stage.save(lines)
    assert await stage.texts("1-A.zorgen") == ["Een"]
    assert len(await stage.all(AnswerVersion)) == 1


async def test_a_session_that_is_not_there_is_gone(services):
    stage = await a_stage(services)
    with pytest.raises(Gone):
        await saving.save(services.db, services.room.reader, uuid.uuid4(), {}, (await stage.desk()).sign_in)


@both_databases
async def test_one_line_that_does_not_fit_saves_nothing_at_all(services):
    stage = await a_stage(services)
    await stage.card("Een")
    own = await plan.add_step(services.room, stage.session.id, "cards", {"question": "Wat nog?"})
    await (await stage.desk()).go_to(own)
    stage.session = await reloaded(services, stage.session.id)
    await stage.send(text="Zonder vak")
    lines = await stage.end()
    loose, card = named(lines, "Zonder vak"), named(lines, "Een")
    assert (loose.field, loose.kept) == ("", False)
    wrong = (
        ({}, "Kies bij welke vraag dit hoort: ‘Zonder vak’"),
        ({"field": {loose.id: "9-Z.niets"}}, "Kies bij welke vraag dit hoort"),
        ({"field": {loose.id: "0-leren.cijfers"}}, "Kies bij welke vraag dit hoort"),
        ({"field": {loose.id: "1-A.zorgen"}, "text": {loose.id: "x" * 301}}, "Dit is te lang"),
        ({"field": {loose.id: "1-A.zorgen"}, "text": {loose.id: " "}}, "nog niets geschreven"),
    )
    for changes, sentence in wrong:
        with pytest.raises(ValueError, match=sentence):
            await stage.save(lines, **changes)
    assert (await stage.all(Answer), await stage.all(ThemeMarks)) == ([], [])
    await stage.save([card, loose], field={loose.id: "1-A.kansen"})
    assert await stage.texts("1-A.kansen") == ["Zonder vak"]


@both_databases
async def test_marks_are_a_row_per_theme_that_nobody_can_rewrite(services):
    stage = await a_stage(services, "0-leren", "cijfers")
    for mark in (2, 2, 5, 9, 9):
        await stage.send(mark__relatie=str(mark), mark__proces="weet-niet", higher__relatie=f"Idee {mark}")
    await stage.send(mark__relatie="weet-niet", mark__belangen="7")
    lines = await stage.end()
    [marks] = [line for line in lines if not line.editable]
    assert (marks.text, marks.item.counts) == ("Relatie", (0, 2, 0, 0, 1, 0, 0, 0, 2, 0))
    await stage.save([marks], text={marks.id: "x" * 400}, field={marks.id: "1-A.zorgen"})
    [row] = await stage.all(ThemeMarks)
    assert (row.field, row.theme, row.label, row.counts, row.unknown, row.groups) == (
        "0-leren.cijfers",
        "relatie",
        "Relatie",
        [0, 2, 0, 0, 1, 0, 0, 0, 2, 0],
        1,
        {},
    )
    assert await stage.all(Answer) == []


@both_databases
async def test_actions_are_made_and_open_ones_brought_up_to_date(services):
    first = await a_stage(services, "0-leren", "acties")
    for words in ("Elkaar bellen", "Samen eten", "Weg ermee"):
        await first.send(text=words)
    lines = await first.end()
    call, eat = named(lines, "Elkaar bellen"), named(lines, "Samen eten")
    await first.save(
        [call, eat],
        owner={call.id: " GGD\x00 \u202e" + "x" * 200},
        due={call.id: "2027-05-01", eat.id: "elke maand"},
        status={eat.id: "onzin"},
    )
    made = {action.text: action for action in await first.all(Action)}
    assert set(made) == {"Elkaar bellen", "Samen eten"}
    assert made["Elkaar bellen"].owner == ("GGD " + "x" * 200)[:120]
    assert (made["Elkaar bellen"].due, made["Elkaar bellen"].status) == (dt.date(2027, 5, 1), "open")
    assert (made["Samen eten"].due, made["Samen eten"].status) == (None, "open")

    second = await a_stage(services, "0-leren", "acties", after=first)
    lines = await second.end()
    call, eat = named(lines, "Elkaar bellen"), named(lines, "Samen eten")
    assert call.item.due == "1 mei 2027"
    await second.save([call, eat], status={call.id: "busy", eat.id: "done"}, text={call.id: "Gekaapt"})
    after = {action.text: action.status for action in await second.all(Action)}
    assert after == {"Elkaar bellen": "busy", "Samen eten": "done"}
    changes = [change for change in await second.all(ActionChange) if change.session_id == second.session.id]
    assert sorted((change.status, change.note) for change in changes) == [("busy", ""), ("done", "")]
    notes = {change.note for change in await first.all(ActionChange)}
    assert notes == {"", "Hoe vaak: elke maand"}


# --- what it was made from -----------------------------------------------------------------------


async def items_in(stage, field):
    async with stage.services.db.read() as db:
        found = await answers.current(db, stage.session.partnership_id, [field])
    return {item.text: item for item in items_of(found.get(field))}


async def test_what_dots_chose_from_the_dossier_knows_what_it_was(services):
    first = await a_stage(services)
    await first.card("Foto's doorsturen")
    await first.save(await first.end())
    worry = (await items_in(first, "1-A.zorgen"))["Foto's doorsturen"]
    second = await a_stage(services, "1-B", "kiezen", after=first)
    await second.send(options=[worry.id])
    lines = await second.end()
    await second.save(lines, text={lines[0].id: "Samen iets doen aan foto's"})
    chosen = (await items_in(second, "1-B.aan-de-slag"))["Samen iets doen aan foto's"]
    assert (worry.origins, chosen.origins) == ((), (worry.id,))


async def test_elements_that_were_chosen_and_paired_lead_to_the_elements_that_were_saved(services):
    stage = await a_stage(services, "3-A", "elementen")
    for words in ("Lessen geven", "Samen eten"):
        await stage.card(words, "kennis")
    await stage.go_to("samenhang")
    lines = await stage.lines()
    one, two = (named(lines, words).item.id for words in ("Lessen geven", "Samen eten"))
    await stage.send(a=one, b=two, relation="versterkt")
    await stage.go_to("prioriteit")
    await stage.send(options=[one])
    lines = await stage.end()
    await stage.save(lines)
    elements = await items_in(stage, "3-A.kennis")
    [pair] = (await items_in(stage, "3-A.samenhang")).values()
    [chosen] = (await items_in(stage, "3-A.prioriteit")).values()
    assert set(pair.origins) == {elements["Lessen geven"].id, elements["Samen eten"].id}
    assert chosen.origins == (elements["Lessen geven"].id,)


async def test_what_was_made_from_a_line_that_nobody_kept_comes_from_nowhere(services):
    stage = await a_stage(services, "3-A", "elementen")
    await stage.card("Lessen geven", "kennis")
    key = named(await stage.lines(), "Lessen geven").item.id
    await stage.go_to("prioriteit")
    await stage.send(options=[key])
    lines = await stage.end()
    await stage.save([line for line in lines if line.field == "3-A.prioriteit"])
    assert (await items_in(stage, "3-A.prioriteit"))["Lessen geven"].origins == ()


async def test_what_was_put_in_a_table_stands_in_the_column_of_its_result(services):
    stage = await a_stage(services, "3-B", "aanbod")
    async with services.db.read() as db:
        scene = await services.room.reader.scene(
            db, await db.get_one(Session, stage.session.id), activity(stage.session, "aanbod")
        )
    assert scene.inputs.options == ()

    async def result(db):
        items = [Item(id="uitkomst", text="Minder appjes")]
        await answers.write(db, stage.session.partnership_id, "2.bereiken", items, account_id=None)

    await services.db.write(result)
    await stage.send(cell="basis.uitkomst", text="Lessenreeks")
    await stage.save(await stage.end())
    assert (await items_in(stage, "3-B.activiteiten"))["Lessenreeks"].cell == "basis.uitkomst"


async def test_groups_are_kept_only_where_each_is_large_enough(services):
    stage = await a_stage(services)
    young = [await a_participant(services, stage.session, "jongere") for _ in range(6)]
    others = [await a_participant(services, stage.session, "uitvoering") for _ in range(6)]
    cards = {words: await stage.send(young[0], column="zorg", text=words) for words in ("Veel", "Weinig")}
    await stage.go_to("stippen")
    keys = {words: str(card) for words, card in cards.items()}
    for phone in (*young, *others[:5]):
        await stage.send(phone, options=[keys["Veel"]])
    for phone in (young[5], others[5]):
        await stage.send(phone, options=[keys["Weinig"]])
    await stage.save(await stage.end())
    found = await items_in(stage, "1-A.zorgen")
    assert found["Weinig"].votes_by == {}
    assert found["Veel"].votes == sum(found["Veel"].votes_by.values()) == 10
    assert found["Veel"].votes_by == {"jongere": 5, "uitvoering": 5}


async def test_a_shared_place_is_said_in_words_wherever_the_dots_are(services):
    stage = await a_stage(services)
    cards = {words: await stage.card(words) for words in ("Samen eerst", "Ook eerst", "Derde")}
    await stage.go_to("stippen")
    for options in (("Samen eerst", "Ook eerst", "Derde"), ("Samen eerst", "Ook eerst")):
        await stage.send(options=[str(cards[words]) for words in options])
    await stage.save(await stage.end())
    found = await items_in(stage, "1-A.zorgen")
    assert {words: one.tied for words, one in found.items()} == {
        "Samen eerst": True,
        "Ook eerst": True,
        "Derde": False,
    }
    assert counted(found["Ook eerst"]) == ["1 kaart", "2 stippen", "gedeelde plaats", "gekozen"]
    assert counted(found["Derde"]) == ["1 kaart", "1 stip", "gekozen"]


# --- for another day ------------------------------------------------------------------------------


async def a_session_with_an_idea_and_an_action(services):
    """What it proposes: the mark's card, and a new action."""
    stage = await a_stage(services, "0-leren", "cijfers")
    for mark in (5, 6, 6, 7):
        await stage.send(mark__relatie=str(mark))
    await stage.send(mark__relatie="7", higher__relatie="Vaker langs gaan")
    await stage.go_to("acties")
    await stage.send(text="Rondje maken")
    lines = await stage.end()
    return stage, lines, named(lines, "Vaker langs gaan"), named(lines, "Rondje maken")


@both_databases
async def test_an_action_keeps_the_card_that_it_came_of(services):
    stage, lines, idea, action = await a_session_with_an_idea_and_an_action(services)
    await stage.save(lines, origin={action.id: idea.id})
    async with services.db.read() as db:
        found = await answers.current(db, stage.session.partnership_id, [idea.field])
    [card] = items_of(found[idea.field])
    [saved] = await stage.all(Action)
    assert (saved.text, saved.origin) == ("Rondje maken", card.id)
    assert card.cell == "relatie"


async def test_where_the_card_is_not_kept_its_theme_is(services):
    stage, lines, idea, action = await a_session_with_an_idea_and_an_action(services)
    await stage.save([line for line in lines if line.id != idea.id], origin={action.id: idea.id})
    [saved] = await stage.all(Action)
    assert saved.origin == "relatie"


async def test_a_card_that_becomes_an_action_itself_keeps_its_theme(services):
    stage, lines, idea, _ = await a_session_with_an_idea_and_an_action(services)
    await stage.save(lines, field={idea.id: "0-leren.acties"})
    assert {action.text: action.origin for action in await stage.all(Action)} == {
        "Vaker langs gaan": "relatie",
        "Rondje maken": "",
    }


async def test_an_origin_that_no_page_of_ours_offered_is_refused(services):
    stage, lines, _, action = await a_session_with_an_idea_and_an_action(services)
    with pytest.raises(ValueError, match="waar deze actie vandaan komt"):
        await stage.save(lines, origin={action.id: "verzonnen"})
    assert await stage.all(Action) == []


@both_databases
async def test_an_unfinished_review_is_kept_until_it_is_saved(services):
    stage = await a_stage(services)
    await stage.card("Een")
    lines = await stage.end()
    form = {"kept": [], f"text.{lines[0].id}": ["Half werk"]}
    await draft.keep(services.db, stage.session.id, form)
    assert draft.asked((await reloaded(services, stage.session.id)).review) == form
    assert review.as_typed(lines[0], form).text == "Half werk"
    await stage.save(lines)
    await draft.keep(services.db, stage.session.id, form)
    assert (await reloaded(services, stage.session.id)).review is None


# --- what must not be there -----------------------------------------------------------------------


@both_databases
async def test_what_was_held_hidden_or_deleted_is_nowhere_in_the_record(services):
    stage = await a_stage(services)
    desk = await stage.desk()
    for state in ("held", "hidden"):
        card = await stage.card(f"{CANARY} {state}")
        await desk.set_card_state(card, state)
    grouped = await stage.card(f"{CANARY} gegroepeerd")
    await desk.gather(
        stage.session.activity_id, "Een groep", "zorg", [grouped, await stage.card("Mag")], None
    )
    await desk.set_card_state(grouped, "hidden")
    await desk.delete_card(await stage.card(f"{CANARY} verwijderd"))
    await desk.rewrite_card(await stage.card(f"{CANARY} herschreven"), "Zonder naam")
    await stage.go_to("stippen")
    await stage.send(options=[named(await stage.lines(), "Een groep").item.id])
    lines = await stage.end()
    assert CANARY not in repr(lines)
    forged = [f"zorgen-kansen.zorg.{grouped}", *(line.id for line in lines)]
    await saving.save(services.db, services.room.reader, stage.session.id, {"kept": forged}, desk.sign_in)
    assert sorted(await stage.texts("1-A.zorgen")) == ["Een groep", "Zonder naam"]
    async with services.db.read() as db:
        for table in Base.metadata.sorted_tables:
            found = repr((await db.execute(select(table))).all())
            kept = 3 if table is Contribution.__table__ else 0  # held and hidden ones, for thirty days
            assert found.count(CANARY) == kept, table.name
