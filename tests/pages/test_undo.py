"""The way back at the desk, as a browser without scripts finds it."""

from tests.pages.desks import HX
from tests.pages.presses import Forms


async def undo_of(desk):
    found = [press for press in Forms(await desk.html()).presses() if press[0].endswith("/ongedaan")]
    assert all(press == found[0] for press in found)  # for one hand it stands at the thumb too
    return found[:1]


async def test_the_last_deed_can_be_undone_also_without_scripts(desk):
    [before] = await undo_of(desk)
    await desk.post(f"{desk.step.removeprefix(desk.home)}/slot", aan="ja")
    [(address, form)] = await undo_of(desk)
    first, second, changed = await desk.twice(address, form)
    assert (first.status_code, second.status_code, changed) == (303, 303, False)
    assert (await desk.activity()).open
    assert await undo_of(desk) == [before]


async def test_with_scripts_it_says_that_it_was_put_back(desk):
    await desk.block("/zaal/leeg", aan="ja")
    [(address, form)] = await undo_of(desk)
    assert "Teruggezet." in (await desk.client.post(address, data=form, headers=HX)).text
    assert not (await desk.now()).blank


async def test_what_cannot_be_undone_says_why_and_what_was_before_still_can(desk):
    await desk.block("/zaal/leeg", aan="ja")
    await desk.block("/zaal/hulp", gezien="0")
    page = await desk.page()
    assert "Hulp staat al open. Iedereen sluit die zelf." in page
    [(address, form)] = await undo_of(desk)
    await desk.client.post(address, data=form)
    assert not (await desk.now()).blank


async def test_of_nothing_or_something_else_nothing_is_undone(desk):
    await desk.block("/zaal/leeg", aan="ja")
    for wrong in ({}, {"wat": ""}, {"wat": "x" * 5000}):
        await desk.block("/ongedaan", **wrong)
    assert (await desk.now()).blank
