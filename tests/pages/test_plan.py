"""The plan as a running order: steps of every kind by hand, their settings, their place and their minutes."""

import re
from html import unescape

import pytest
import pytest_asyncio

from tests.pages.presses import Forms, contents
from tests.people import (
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    activity,
    reloaded,
    signed_in,
)
from workshop import kinds
from workshop.kinds import controls

BY_HAND = {
    "actions": {"set.rhythm": "ja"},
    "cards": {
        "set.columns": "Zorg | Zorgen | Wat gaat niet goed?\nKans | Kansen",
        "set.places": "Thuis\nOp school",
    },
    "consent": {"set.options": "We bellen elkaar elke maand."},
    "dots": {"set.options": "Eerst dit\nDan dat\nDaarna nog iets", "set.dots": "2"},
    "lights": {"set.statements": "Ik voel me hier veilig.\nIk weet wie ik kan bellen.", "set.preset": "eens"},
    "marks": {"set.themes": "Veiligheid | Voel je je veilig? | En ’s avonds?\nHulp"},
    "matrix": {"set.options": "Les\nSport\nThuis"},
    "pairs": {"set.options": "Les\nSport\nThuis"},
    "signals": {"set.sort": "ja"},
    "talk": {"set.pause": "ja"},
    "table": {"set.rows": "Weten | Wat leer je?\nDoen", "set.columns": "School\nThuis", "set.adds": "ja"},
}
"""What somebody types in the form of a new step of every kind."""
CHOOSING = [
    name for name in kinds.names() if any(one.shape == "step" for one in controls.controls(kinds.get(name)))
]


@pytest_asyncio.fixture
async def planned(client, services):
    """A session in its lobby and the address of its plan; the client is its facilitator."""
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    desk = await signed_in(client, services, account)
    session = await a_session(services, "1-A", partnership=partnership, sign_in=desk)
    return session, f"/sessies/{session.id}/programma"


async def order(services, session):
    found = (await reloaded(services, session.id)).activities
    return sorted(found, key=lambda step: step.position)


async def filled(client, address, **typed):
    """The form of that page as a browser posts it, with what is typed."""
    page = await client.get(address)
    assert page.status_code == 200, page.text
    [(to, form)] = [press for press in Forms(page.text).presses() if "programma/stappen" in press[0]]
    return to, form | {"audience": "samen"} | typed


async def added(client, services, session, plan, kind, **typed):
    typed = {"question": "Wat vind jij?"} | BY_HAND[kind] | typed
    to, form = await filled(client, f"{plan}/nieuw?soort={kind}")
    ticks = [one.name for one in controls.controls(kinds.get(kind)) if one.shape == "tick"]
    form = {name: value for name, value in form.items() if name.removeprefix("set.") not in ticks}
    answer = await client.post(to, data=form | typed)
    assert answer.status_code == 303, unescape(answer.text)
    id = answer.headers["location"].rpartition("/")[2]
    return next(step for step in await order(services, session) if str(step.id) == id)


def test_every_kind_is_made_by_hand_here():
    assert set(BY_HAND) == set(kinds.names())


@pytest.mark.parametrize("kind", kinds.names())
async def test_a_step_of_every_kind_is_made_by_hand_and_its_form_says_what_it_holds(
    client, services, planned, kind
):
    session, plan = planned
    step = await added(client, services, session, plan, kind)
    assert (step.kind, step.title, step.saves) == (kind, kinds.get(kind).name, {})
    kinds.settings(kinds.get(kind), step.settings)
    shown = unescape((await client.get(f"{plan}/stappen/{step.id}")).text)
    for name, words in BY_HAND[kind].items():
        assert f'name="{name}"' in shown
        assert all(line in shown for line in words.splitlines())
    again = controls.typed(kinds.get(kind), step.settings)
    assert {name: again[name.removeprefix("set.")] for name in BY_HAND[kind]} == BY_HAND[kind]
    held = {f"{controls.PREFIX}{name}": words for name, words in again.items()}
    assert controls.read(kinds.get(kind), held, step.settings) == step.settings


@pytest.mark.parametrize("kind", kinds.names())
async def test_settings_that_do_not_fit_get_a_sentence_that_names_them_and_stay_typed(
    client, services, planned, kind
):
    session, plan = planned
    to, form = await filled(client, f"{plan}/nieuw?soort={kind}", question="Wat vind jij?")
    for one in controls.controls(kinds.get(kind)):
        wrong = {"number": str(one.most + 1), "lines": "\n".join(f"regel {n} {'z' * 300}" for n in range(61))}
        if one.shape not in wrong:
            continue
        answer = await client.post(to, data=form | BY_HAND[kind] | {f"set.{one.name}": wrong[one.shape]})
        assert answer.status_code == 422
        shown = unescape(answer.text)
        assert f"{one.label}: {one.rule}" in shown
        assert wrong[one.shape] in shown
    assert len(await order(services, session)) == len(session.activities)


@pytest.mark.parametrize("kind", CHOOSING)
async def test_a_list_comes_from_one_place(client, services, planned, kind):
    session, plan = planned
    [own] = [name for name in BY_HAND[kind] if name.removeprefix("set.") in kinds.LISTS]
    to, form = await filled(client, f"{plan}/nieuw?soort={kind}", question="Wat kies jij?")
    both = form | BY_HAND[kind] | {"set.source": "zorgen-kansen"}
    for typed in (both, form):
        answer = await client.post(to, data=typed)
        assert answer.status_code == 422
        assert "Vul precies één van deze in:" in unescape(answer.text), re.findall(
            r"kl-error.*?</p>", answer.text
        )
    answer = await client.post(to, data=both | {own: "", "na": "begin"})
    assert "Kies een stap die eerder in het programma staat." in answer.text
    assert (await client.post(to, data=both | {own: ""})).status_code == 303
    assert (await order(services, session))[-1].settings["source"] == "zorgen-kansen"


async def test_settings_change_until_the_step_begins_and_the_rest_of_a_line_stays(client, services, planned):
    session, plan = planned
    step = activity(session, "zorgen-kansen")
    to, form = await filled(client, f"{plan}/stappen/{step.id}")
    columns = controls.typed(kinds.get("cards"), step.settings)["columns"]
    lines = columns.splitlines()
    changed = form | {"set.columns": "\n".join(["Pijnpunt | Pijnpunten", *lines[1:]]), "set.max_cards": "4"}
    assert (await client.post(to, data=changed)).status_code == 303
    now = activity(await reloaded(services, session.id), step.key)
    was = step.settings["columns"]
    assert (now.settings["max_cards"], now.settings["columns"][0]["label"]) == (4, "Pijnpunt")
    assert [(one["id"], one["tone"]) for one in now.settings["columns"]] == [
        (one["id"], one["tone"]) for one in was
    ]
    assert now.saves == step.saves
    assert (await client.post(to, data=changed | {"set.columns": lines[1]})).status_code == 303
    now = activity(await reloaded(services, session.id), step.key)
    assert set(now.saves) == {was[1]["id"]}

    await client.post(f"/sessies/{session.id}/stap", data={"naar": str(step.id)})
    assert "set." not in (await client.get(f"{plan}/stappen/{step.id}")).text
    answer = await client.post(to, data=changed | {"set.max_cards": "5"})
    assert (answer.status_code, "Deze stap is al begonnen." in answer.text) == (409, True)
    words = {name: value for name, value in changed.items() if not name.startswith("set.")}
    assert (await client.post(to, data=words | {"title": "Anders"})).status_code == 303


async def test_a_new_step_comes_where_it_was_asked(client, services, planned):
    session, plan = planned
    second = session.activities[1]
    for place, after in ((0, "begin"), (3, str(second.id)), (-1, "")):
        step = await added(client, services, session, plan, "cards", na=after)
        assert (await order(services, session))[place].id == step.id
    positions = [step.position for step in await order(services, session)]
    assert positions == list(range(len(positions)))


async def test_a_copy_stands_behind_its_step_and_fills_no_field(client, services, planned):
    session, plan = planned
    first = session.activities[0]
    assert (await client.post(f"{plan}/stappen/{first.id}/kopie")).status_code == 303
    copy = (await order(services, session))[1]
    assert (copy.title, copy.settings, copy.spoken) == (first.title, first.settings, first.spoken)
    assert (copy.key, copy.saves) == ("eigen-1", {})


async def test_only_an_own_step_that_nobody_needs_goes(client, services, planned):
    session, plan = planned
    own = await added(client, services, session, plan, "cards", na="begin")
    dots = await added(client, services, session, plan, "dots", **{"set.options": "", "set.source": own.key})
    for id, why in ((session.activities[0].id, "Deze stap kan niet weg."), (own.id, "kiest uit deze stap")):
        answer = await client.post(f"{plan}/stappen/{id}/verwijdering")
        assert (answer.status_code, why in answer.text) == (409, True)
    for id in (dots.id, own.id):
        assert (await client.post(f"{plan}/stappen/{id}/verwijdering")).status_code == 303
    left = await order(services, session)
    assert [step.key for step in left] == [step.key for step in session.activities]
    assert [step.position for step in left] == list(range(len(left)))
    assert (await added(client, services, session, plan, "cards")).key == "eigen-1"


async def test_minutes_are_changed_in_the_row_and_a_step_is_put_in_a_place_once(client, services, planned):
    session, plan = planned
    first = session.activities[0]
    to = f"{plan}/stappen/{first.id}"
    assert (await client.post(to, data={"knop": "minuten", "minutes": "33"})).status_code == 303
    answer = await client.post(to, data={"knop": "minuten", "minutes": "0"})
    assert (answer.status_code, "Een stap duurt 1 tot 180 minuten." in answer.text) == (422, True)
    assert (await order(services, session))[0].minutes == 33
    moved = {"knop": "plaats", "gezien": "0", "naar": "3"}
    for _ in range(2):
        assert (await client.post(to, data=moved)).status_code == 303
        assert [step.id for step in await order(services, session)].index(first.id) == 3


async def test_whom_a_step_asks_is_changed_and_nothing_else_is_a_group(client, services, planned):
    session, plan = planned
    step = session.activities[0]
    to, form = await filled(client, f"{plan}/stappen/{step.id}")
    form = {name: value for name, value in form.items() if not name.startswith("set.")}
    assert (await client.post(to, data=form | {"audience": "jongeren"})).status_code == 303
    assert (await order(services, session))[0].audience == "jongeren"
    answer = await client.post(to, data=form | {"audience": "iedereen"})
    assert (answer.status_code, "Kies voor wie deze stap is." in answer.text) == (422, True)


async def test_the_running_order_adds_up_and_leaves_out_what_is_skipped(client, services, planned):
    session, plan = planned
    took = [step.minutes for step in session.activities]
    await client.post(f"{plan}/stappen/{session.activities[1].id}", data={"knop": "overslaan"})
    shown = (await client.get(plan)).text
    assert f"samen {sum(took) - took[1]} minuten" in shown
    times = re.findall(r"kl-plan-time\">\s*([^<]*?)\s*<", shown)
    assert times[:3] == [f"0–{took[0]} min", "–", f"{took[0]}–{took[0] + took[2]} min"]


@pytest.mark.parametrize("kind", kinds.names())
async def test_a_step_of_every_kind_is_previewed_and_nothing_is_stored(client, services, planned, kind):
    session, plan = planned
    step = await added(client, services, session, plan, kind)
    before = await contents(services)
    shown = {}
    for audience in ("telefoon", "scherm", "regie"):
        answer = await client.get(f"{plan}/stappen/{step.id}/voorbeeld/{audience}")
        assert answer.status_code == 200, answer.text
        assert "Wat vind jij?" in answer.text
        assert "inert" in answer.text
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in policy
        assert "sandbox allow-same-origin" in policy
        assert "allow-forms" not in policy
        shown[audience] = answer.text
    assert "/scherm/" not in shown["regie"].partition("kl-preview")[2].partition("</div>")[0]
    assert await contents(services) == before
    assert (await reloaded(services, session.id)).activity_id is None
    assert (await client.get(f"{plan}/stappen/{step.id}/voorbeeld/iets")).status_code == 404
    if kinds.asks(kind):
        assert "Nog geen" not in shown["scherm"]


async def test_a_step_of_the_worksheet_whose_list_is_elsewhere_is_previewed_with_examples(client, planned):
    session, plan = planned
    step = activity(session, "stippen")
    assert "Voorbeeld 1" in (await client.get(f"{plan}/stappen/{step.id}/voorbeeld/telefoon")).text


async def test_participants_and_strangers_see_no_preview(client, services, planned):
    session, plan = planned
    address = f"{plan}/stappen/{session.activities[0].id}/voorbeeld/scherm"
    client.cookies.clear()
    client.cookies.update((await a_participant(services, session)).cookies)
    assert (await client.get(address)).status_code in (302, 303, 401, 404)
