"""The one phone page: `/deelnemen`. Its visitor is known by a cookie; the query is the permission.

Every post is a plain form that htmx improves: with htmx the answer is the phone's own block, without it
a redirect to the page, or the page itself with what was typed when something did not fit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from litestar import Request, Response, WebSocket, get, post, websocket
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import escape

from workshop import codes, cookies, groups
from workshop.bus import INPUT
from workshop.kinds import Entry, KindError
from workshop.languages import Sentence, said, spoken
from workshop.live.errors import (
    AheadOver,
    Closed,
    Gone,
    NotTakingPart,
    RoomError,
    SentOut,
    TooBusy,
    TooFast,
    Warned,
)
from workshop.live.fanout import CROWDED, PHONE, Browser
from workshop.live.picture import Picture
from workshop.live.presence import PHONES
from workshop.live.room import AHEAD
from workshop.live.send import AHEAD_OVER
from workshop.live.socket import refuse, stream
from workshop.live.state import Phone
from workshop.live.typed import Typed, unsent, written
from workshop.pace import HELD
from workshop.pages.forms import as_id, first, posted
from workshop.pages.policy import framed
from workshop.pages.reply import back, blocks, message, page, wants_blocks
from workshop.safety.screening import is_about, warning
from workshop.safety.screening.warning import TO
from workshop.services import Services
from workshop.session_groups import is_young
from workshop.settings import Settings

COOKIE, LOOSE = "deelnemen", "deelnemen-los"
"""The two halves of the phone's token. No script can read the first. The other can be thrown away by Snel weg
without us, so also without a connection: what is left then opens nothing."""
COOKIE_SECONDS = 24 * 3600
LANGUAGE = "taal"
"""Only in the cookie: a language may point at one person in the room, so nothing else knows it."""
WARNED = 428
"""The status when the sender must choose first: one of its own, so that a phone keeps what it sent."""
STALE = Sentence("Wil je weer meedoen? Scan de QR-code op het grote scherm. Of typ de code.")
SENT_OUT = Sentence("De begeleider heeft de sessie op deze telefoon gestopt")
TOO_FAST = Sentence("Je stuurt nu heel veel achter elkaar. Wacht even en probeer het dan nog eens.")
WITHDRAWN = Sentence("Weggehaald, ook van het grote scherm.")
CHANGED = Sentence("Aangepast.")
READY = Sentence("Doorgegeven. Je kunt nog gewoon verder.")
NOT_READY = Sentence("Doorgegeven. Neem je tijd.")
SEATED = Sentence("Je doet nu mee in dit groepje.")


async def participant_of(kept: Mapping[str, str], services: Services) -> Phone | None:
    """Returns whose phone this is; None for a stranger or an ended token."""
    found = await services.room.memory.phone(_hash(kept)) if kept.get(COOKIE) else None
    if found:
        services.turns.know(kept[COOKIE])
    return found


def remember(
    answer: Response[Any], token: str, settings: Settings, seconds: int = COOKIE_SECONDS
) -> Response[Any]:
    """Adds the cookies that make this phone take part; returns the same answer."""
    half = len(token) // 2
    cookies.put(answer, COOKIE, token[:half], settings, seconds=seconds)
    cookies.put(answer, LOOSE, token[half:], settings, seconds=seconds, for_scripts=True)
    return answer


def forget(answer: Response[Any], settings: Settings) -> Response[Any]:
    for name in (COOKIE, LOOSE):
        cookies.drop(answer, name, settings)
    return answer


@get("/deelnemen")
async def take_part(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    participant = await participant_of(cookies.of(request, services.settings), services)
    if participant is None:
        gone = await _gone(request, services)
        answer = page(services, "phone/gone.html", status=401, sentence=str(gone), gone=gone)
        # After Snel weg without a connection half a token was left here: now that goes too.
        return answer if gone.tells else forget(answer, services.settings)
    return await _whole_page(services, participant)


@get("/deelnemen/scene")
async def scene(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Answers the whole `#stap` to a phone that comes back or polls; 204 when its revision (the header
    `X-Revision`) is the newest."""
    participant = await _participant(request, services)
    services.presence.polled(participant.session_id, participant.id)
    seen = await _seen(services, participant)
    if request.headers.get("x-revision") == str(seen.picture.session.revision):
        return blocks(status=204)
    return blocks(services.fanout.scenes.phone(*seen))


@get("/deelnemen/mijn")
async def mine(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Answers `#mijn`: what only this phone sees."""
    participant = await _participant(request, services)
    return blocks(services.fanout.scenes.mine(*await _seen(services, participant)))


@post("/deelnemen/bijdragen", status_code=200)
async def contribute(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Takes the form `activity` (id), `contribution` (random id made on the phone; ours without scripts) and
    the kind's fields.

    Answers 200 with `#mijn` and `#melding`; 428 with `#waarschuwing` for a text that its sender must look at
    first, and then posts again with `naar` = begeleider; 422 with a sentence for what does not fit; 409 when
    the step is closed, 404 for an id that is none, 429 for a phone that must wait for a moment: then the same
    is sent again.
    """
    participant = await _sender(request, services)
    form = await posted(request)
    try:
        activity_id = as_id(first(form, "activity"))
        contribution_id = as_id(given) if (given := first(form, "contribution")) else codes.new_id()
        receipt = await services.room.contribute(
            participant.session_id,
            participant.id,
            activity_id,
            contribution_id,
            form,
            language=spoken(),
        )
    except Warned as warned:
        form = form | {"contribution": [str(contribution_id)]}
        return await _warning(request, services, participant, form, warned)
    except (KindError, RoomError) as error:
        if isinstance(error, NotTakingPart | TooBusy):
            raise
        answer = _mine_again if wants_blocks(request) else _whole_page
        return await answer(services, participant, form, str(error), _status(error))
    return await _mine_or_back(request, services, participant, receipt.said, recent=True)


@post("/deelnemen/bijdragen/{contribution_id:str}/intrekking", status_code=200)
async def withdraw(
    request: Request[Any, Any, Any], contribution_id: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    """Takes back one contribution of this phone; answers `#mijn` and `#melding`."""
    participant = await _sender(request, services)
    await services.room.withdraw(participant, as_id(contribution_id))
    return await _mine_or_back(request, services, participant, WITHDRAWN)


@post("/deelnemen/groep", status_code=200)
async def choose_group(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Takes the form `group`, and `people` (how many sit at this phone); answers `#kop`, `#stap` and
    `#melding`."""
    participant = await _sender(request, services)
    form = await posted(request)
    try:
        people = groups.people(first(form, "people"))
        await services.room.choose_group(participant, first(form, "group"), people)
    except ValueError as error:
        raise KindError(str(error)) from None
    participant = await _participant(request, services)
    if not wants_blocks(request):
        return back("/deelnemen")
    # The whole scene: the step may ask this group, or not any more.
    scene = services.fanout.scenes.phone(*await _seen(services, participant))
    return blocks(scene, message(services, CHANGED, "ok"))


@post("/deelnemen/klaar", status_code=200)
async def say_ready(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Takes the form `activity` (id) and `aan`: ja when this phone is ready with the step, else nee. Answers
    `#mijn` and `#melding`; 409 when the room has gone on."""
    participant = await _sender(request, services)
    form = await posted(request)
    is_ready = first(form, "aan") == "ja"
    await services.room.say_ready(participant, as_id(first(form, "activity")), is_ready)
    return await _mine_or_back(request, services, participant, READY if is_ready else NOT_READY, recent=True)


@post("/deelnemen/groepje", status_code=200)
async def choose_subgroup(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[Any]:
    """Takes the form `activity` (id) and `subgroup`, which question of that step this phone answers from now
    on; answers `#mijn` and `#melding`, also to what does not fit (422, 409)."""
    participant = await _sender(request, services)
    form = await posted(request)
    try:
        chosen = as_id(first(form, "activity")), first(form, "subgroup")
        await services.room.choose_subgroup(participant, *chosen)
    except (KindError, Closed, Gone) as error:
        answer = _mine_again if wants_blocks(request) else _whole_page
        return await answer(services, participant, form, str(error), _status(error))
    return await _mine_or_back(request, services, participant, SEATED)


@post("/vertrek", status_code=303)
async def leave(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Ends the phone's token, empties what the browser kept, and goes to a neutral page (Snel weg).

    Takes the form, from our script: `los`, the half of the token whose cookie it threw away, and `stil`: it
    goes to that page by itself, so a redirect would only tell that site of us. A phone in the frame of a
    rehearsal only becomes blank: the browser around it is that of a facilitator, who stays signed in.
    """
    form = await posted(request)
    loose = {LOOSE: first(form, "los")} if first(form, "los") else {}
    participant = await participant_of(cookies.of(request, services.settings) | loose, services)
    if participant:
        await services.room.leave(participant)
    if request.headers.get("sec-fetch-dest") == "iframe":
        return forget(framed(blocks(), services.settings), services.settings)
    answer = blocks(status=204) if first(form, "stil") else back(services.settings.exit_url)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    forget(answer, services.settings)
    cookies.drop(answer, LANGUAGE, services.settings)
    return answer


@get("/hulp")
async def help_page(services: NamedDependency[Services]) -> Response[str]:
    return page(services, "phone/help.html")


@websocket("/deelnemen/stroom")
async def phone_stream(socket: WebSocket[Any, Any, Any], services: NamedDependency[Services]) -> None:
    """Streams blocks to one phone. Query: `na`, the revision at which the page was made; `ingepakt`, this
    browser can unpack: a step is then a third of its size."""
    kept = cookies.of(socket, services.settings)
    if services.pace.holds(_hash(kept)):
        await asyncio.sleep(HELD)
        await refuse(socket, CROWDED)
        return
    participant = await participant_of(kept, services)
    if participant is None:
        await refuse(socket)
        return
    with services.fanout.counting(participant.session_id, participant.id, PHONES, INPUT):
        browser = Browser(
            participant.session_id,
            PHONE,
            phone_id=participant.id,
            group=participant.group,
            language=spoken(),
            unpacks="ingepakt" in socket.query_params,
        )
        seen = socket.query_params.get("na", "")
        await stream(socket, services.fanout, browser, lambda: _step(services, participant, seen))


async def _step(services: Services, participant: Phone, seen: str) -> str:
    """Returns the whole scene; for a page that was made at this revision only a sign that it has missed
    nothing."""
    now = await _seen(services, participant)
    if seen == str(now.picture.session.revision):
        return services.fanout.scenes.signal(now.picture)
    return services.fanout.scenes.phone(*now)


def _hash(kept: Mapping[str, str]) -> str:
    """Returns the hash of the token that both cookies make, whether or not it is somebody's."""
    token = kept.get(COOKIE, "") + kept.get(LOOSE, "")
    return codes.token_hash(token[:64])


async def _sender(request: Request[Any, Any, Any], services: Services) -> Phone:
    """Returns whose phone sends this, counted before anything is waited for. Raises `TooFast` and
    `NotTakingPart`."""
    if services.pace.holds(_hash(cookies.of(request, services.settings))):
        await asyncio.sleep(HELD)
        raise TooFast(TOO_FAST)
    return await _participant(request, services)


async def _participant(request: Request[Any, Any, Any], services: Services) -> Phone:
    participant = await participant_of(cookies.of(request, services.settings), services)
    if participant is None:
        raise await _gone(request, services)
    return participant


async def _gone(request: Request[Any, Any, Any], services: Services) -> NotTakingPart:
    """Returns why this phone has no place: a desk ended it, or its token is nobody's any more."""
    kept = cookies.of(request, services.settings)
    if kept.get(COOKIE) and await services.room.was_sent_out(_hash(kept)):
        return SentOut(SENT_OUT)
    if kept.get(COOKIE, "").startswith(AHEAD) and kept.get(LOOSE):
        return AheadOver(AHEAD_OVER)
    return NotTakingPart(STALE)


class Sight(NamedTuple):
    """What one phone's scene is drawn from."""

    picture: Picture
    own: list[Entry]
    """What it sent to the current step, oldest first."""
    phone: Phone


async def _seen(services: Services, participant: Phone, recent: bool = False) -> Sight:
    """Returns the session as it is now (`recent`: as `State.picture` says it), for this phone. Raises
    `NotTakingPart`."""
    memory = services.room.memory
    state = await memory.state(participant.session_id)
    if state is None:
        raise NotTakingPart(STALE)
    own, phone = await memory.own(state, participant), await memory.seated(state, participant)
    return Sight(state.picture(recent=recent), own, phone)


async def _mine_or_back(
    request: Request[Any, Any, Any],
    services: Services,
    participant: Phone,
    receipt: str,
    recent: bool = False,
) -> Response[Any]:
    """Answers `#mijn` and `#melding` for htmx; goes back to the page for a plain form."""
    if not wants_blocks(request):
        return back("/deelnemen")
    seen = await _seen(services, participant, recent)
    return blocks(services.fanout.scenes.mine(*seen), message(services, receipt, "ok"))


async def _mine_again(
    services: Services, participant: Phone, form: dict[str, list[str]], error: str, status: int
) -> Response[str]:
    """Answers `#mijn` as it is now, with what was chosen, and the sentence in `#melding`: what did not fit
    may have been chosen from a list that has changed."""
    mine = services.fanout.scenes.mine(*await _seen(services, participant), Typed(form))
    return blocks(mine, message(services, error, "error"), status=status)


async def _warning(
    request: Request[Any, Any, Any],
    services: Services,
    participant: Phone,
    form: dict[str, list[str]],
    warned: Warned,
) -> Response[str]:
    """Answers `#waarschuwing` with the choice: change it, throw it away, or send it to the facilitator.
    Nothing is stored: the block itself holds the form that is posted then, under the same id."""
    if wants_blocks(request):
        return blocks(_choice(services, form, warned), status=WARNED)
    return await _whole_page(services, participant, form, str(warned), WARNED, warned)


def _choice(
    services: Services, form: dict[str, list[str]], warned: Warned, drawn: Typed | None = None
) -> str:
    """Draws `#waarschuwing`, with a link to the field of the text in a form that was drawn on the same
    page."""
    looked_at = {
        name: words
        for name in written(form)
        for words in form[name]
        if any(is_about(finding, words) for finding in warned.findings)
    }
    return services.render.block(
        "phone/_warning.html",
        "warning",
        form={name: values for name, values in form.items() if name != TO},
        contribution=first(form, "contribution"),
        categories=warning.categories_of(warned.findings),
        findings=warned.findings,
        looked_at=looked_at,
        anchor=next((drawn.ids[name] for name in looked_at if name in drawn.ids), "stap")
        if drawn
        else "stap",
    )


async def _whole_page(
    services: Services,
    participant: Phone,
    form: dict[str, list[str]] | None = None,
    error: str = "",
    status: int = 200,
    warned: Warned | None = None,
) -> Response[str]:
    """Shows the page. `form` and `error` of a post that did not fit are shown in the step's own form, or
    above it when that form is not there any more, so that neither the sentence nor what was typed is lost.
    `warned` shows the choice above the step."""
    seen = await _seen(services, participant)
    picture = seen.picture
    here = picture.scene and str(picture.scene.activity.id) == first(form or {}, "activity")
    typed = Typed(form if here else None)
    block = services.fanout.scenes.body(*seen, typed, error if here else "")
    answer = page(
        services,
        "phone/page.html",
        status,
        picture=picture,
        young=is_young(participant.group),
        scene_block=block,
        warning=_choice(services, form or {}, warned, typed) if warned else "",
        error="" if warned or escape(said(error)) in block else error,
        unsent=unsent(form or {}, typed),
    )
    return framed(answer, services.settings) if picture.session.rehearsal_of else answer


def _status(error: Exception) -> int:
    if isinstance(error, KindError):
        return 422
    return 404 if isinstance(error, Gone) else 409


routes = [
    take_part,
    scene,
    mine,
    contribute,
    withdraw,
    choose_group,
    say_ready,
    choose_subgroup,
    leave,
    help_page,
    phone_stream,
]
