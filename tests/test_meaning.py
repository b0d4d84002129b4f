"""The one place that knows an encoder: beside the loop, in batches, never in the way of who tells."""

import asyncio
import threading

import pytest

from tests.people import a_participant, a_session, activity
from workshop import codes, meaning
from workshop.live.errors import Warned
from workshop.meaning import Meaning
from workshop.models import Contribution
from workshop.safety.screening import Judgement
from workshop.safety.screening.warning import FACILITATOR, THANKS, TO

SURE = Judgement(sorts={"ervaring": True})
TOLD = {
    "nl": "hij bleef aan mij zitten terwijl ik zei dat ik niet wou",
    "uk": "він торкався мене в автобусі і я не могла нічого сказати",
}


@pytest.fixture
def judging(monkeypatch):
    """Says something of every text, and keeps which texts came together and in which thread."""
    seen = []

    def judge(texts, with_meaning):
        seen.append((list(texts), with_meaning, threading.current_thread()))
        return [
            Judgement(sorts={"ervaring": text == "zeker"} if text in ("zeker", "misschien") else {})
            for text in texts
        ]

    monkeypatch.setattr(meaning, "judge", judge)
    return seen


async def test_texts_that_come_together_are_one_batch_beside_the_loop(judging):
    here = Meaning(on=True)
    found = await asyncio.gather(*(here.judge([f"{n}", "zeker"]) for n in range(40)))
    assert found == [[Judgement(), SURE]] * 40
    assert sum(len(texts) for texts, *_ in judging) == 80
    assert len(judging) <= 2
    assert all(thread is not threading.current_thread() for *_, thread in judging)
    assert await here.judge([]) == []


async def test_a_batch_that_nobody_waits_for_any_more_holds_up_no_other(judging):
    here = Meaning(on=True)
    gone = asyncio.create_task(here.judge(["weg"]))
    await asyncio.sleep(0)
    gone.cancel()
    assert await here.judge(["zeker"]) == [SURE]


async def test_an_encoder_that_fails_leaves_words_and_no_text_in_the_log(monkeypatch, caplog):
    def fails(texts):
        raise MemoryError

    monkeypatch.setattr(meaning, "_encoder", lambda: fails)
    here = Meaning(on=True)
    [found] = await here.judge([TOLD["nl"]])
    assert "ervaring" in found.sorts
    assert not here.on
    assert "words alone" in caplog.text
    assert "zitten" not in caplog.text


async def test_a_card_does_not_wait_for_an_encoder_that_takes_long_to_load(monkeypatch, judging):
    goes_on = threading.Event()
    monkeypatch.setattr(meaning, "_encoder", goes_on.wait)
    monkeypatch.setattr(meaning, "LOADING", 0.01)
    here = Meaning(on=True)
    try:
        async with asyncio.timeout(5):
            assert await here.judge(["zeker"]) == [SURE]
            assert await here.judge(["zeker"]) == [SURE]
    finally:
        goes_on.set()
    await here._loading
    await here.judge(["zeker"])
    assert [with_meaning for _, with_meaning, _ in judging] == [False, False, True]
    assert here.on


async def test_the_encoder_is_loaded_once_beside_the_loop_when_the_first_phone_comes(monkeypatch):
    loaded = []
    monkeypatch.setattr(meaning, "_encoder", lambda: loaded.append(threading.current_thread()))
    for here in (Meaning(on=True), Meaning(on=False)):
        here.wake()
        here.wake()
    meaning._THREAD.submit(int).result()  # what came before it is done
    [thread] = loaded
    assert thread is not threading.current_thread()


def test_without_the_package_or_with_off_nothing_has_a_vector(monkeypatch):
    assert Meaning(on=True).on
    assert not Meaning(on=False).on
    monkeypatch.setattr(meaning, "PACKAGE", "is_not_installed")
    assert not Meaning(on=True).on


# --- in a room ------------------------------------------------------------------------------------


async def sent(services, text, language="nl", **more):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    form = {"text": [text], "column": ["zorg"]} | more
    step = activity(session, "zorgen-kansen")
    receipt = await services.room.contribute(
        session.id, phone.id, step.id, id := codes.new_id(), form, language=language
    )
    async with services.db.read() as db:
        return receipt, await db.get(Contribution, id)


@pytest.mark.parametrize("language", TOLD)
@pytest.mark.parametrize("on", [True, False], ids=["meaning", "words"])
async def test_who_tells_in_another_language_is_asked_first_and_answered_kindly(services, language, on):
    services.room.meaning.on = on
    with pytest.raises(Warned) as warned:
        await sent(services, TOLD[language])
    assert [finding.category for finding in warned.value.findings] == ["ervaring"]
    receipt, card = await sent(services, TOLD[language], **{TO: [FACILITATOR]})
    assert (receipt.said, card.state, card.signals[0]) == (THANKS, "held", "ervaring")


async def test_what_is_not_sure_waits_unasked_in_a_room_of_adults_and_raises_no_alert(services, judging):
    receipt, card = await sent(services, "misschien")
    assert (card.state, card.signals) == ("held", ["misschien-ervaring"])
    assert receipt.said != THANKS
    assert (await sent(services, "gewoon"))[1].state == "shown"


async def test_what_a_phone_in_another_language_sends_waits_and_the_desk_sees_which(services, judging):
    _, card = await sent(services, "gewoon", language="pl")
    assert (card.state, card.signals) == ("held", ["taal-pl"])
