"""The facilitator's desk: `/sessies/{id}/regie` and an address for everything that can be done there.

Each is a plain form. With htmx the answer is the fresh `#regie` block, so the desk does not wait for the
socket; without it a redirect to the desk.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, WebSocket, get, post, websocket
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from workshop import cookies, text
from workshop.accounts.roles import RUN, may, require
from workshop.kinds import KindError
from workshop.live import discarded, recent
from workshop.live.conduct import Before, Conduct
from workshop.live.errors import Gone
from workshop.live.fanout import FACILITATOR, Browser
from workshop.live.picture import Picture
from workshop.live.presence import DESKS
from workshop.live.scenes import DESK, DESK_BESIDE
from workshop.live.socket import refuse, stream
from workshop.models import Membership, SignIn
from workshop.pages import visitor
from workshop.pages.forms import as_id, as_number, first, posted
from workshop.pages.reply import back, blocks, go, message, page, wants_blocks
from workshop.services import Services

MINUTES = int(discarded.KEPT.total_seconds()) // 60
PARKED = "De kaart staat op de Parkeerplaats. Bij het nakijken staat hij klaar."
LARGE = "De kaart staat groot op het scherm. Rechts zet je alle kaarten terug."
DECIDED = {
    "shown": ("De kaart mag op het scherm.", "kaarten mogen op het scherm."),
    "hidden": ("De kaart komt niet op het scherm.", "kaarten komen niet op het scherm."),
}
"""State of a card that waited -> what the facilitator reads after choosing it, of one and of more."""
MOST_SAME = 500
CARD_GONE = f"De kaart staat op geen enkel scherm meer. Over {MINUTES} minuten is hij voorgoed verwijderd."
CLUSTER_GONE = "De stapel is uit elkaar. De kaarten staan weer los."
MERGED = "De twee stapels zijn er nu één."
DOTS_MOVED = "Er zijn al stippen geplakt. Wat op deze kaarten zat, telt nu voor de stapel."
DOTS_BACK = (
    "Stippen op een kaart tellen weer voor die kaart. Stippen op de stapel zelf tellen niet mee, tenzij je "
    "die terugzet."
)
PRACTISED = "Opgepakt. In een echte sessie staat dit nu in het logboek."
Said = str | Callable[[Any], str]
"""The sentence that the facilitator reads afterwards, or what makes it of the result."""


async def provide_conduct(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Conduct:
    """Returns what lets this facilitator run the session. Raises `NotFoundException` (404) and
    `PermissionDeniedException` (403)."""
    require(member, RUN)
    return Conduct(services.room, session_id, sign_in)


@get("/sessies/{session_id:uuid}/regie", rehearsal=True)
async def desk(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    require(member, RUN)
    picture = await _picture(services, session_id)
    if picture.ended:
        return back(f"/sessies/{session_id}/nakijken")
    block = _block(services, picture, sign_in)
    return page(services, "desk/page.html", member=member, picture=picture, scene_block=block)


@get("/sessies/{session_id:uuid}/regie/scene", rehearsal=True)
async def desk_scene(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Answers `#regie`; 204 for a desk whose revision (the header `X-Revision`) is the newest."""
    require(member, RUN)
    services.presence.polled(session_id, sign_in.id, DESKS)
    picture = await _picture(services, session_id)
    if request.headers.get("x-revision") == str(picture.session.revision):
        return blocks(status=204)
    return blocks(_block(services, picture, sign_in))


@websocket("/sessies/{session_id:uuid}/regie/stroom")
async def desk_stream(
    socket: WebSocket[Any, Any, Any], session_id: FromPath[uuid.UUID], services: NamedDependency[Services]
) -> None:
    """Streams `#regie` to one desk. Query: `na`, the stamp of the picture that the page was made from: that
    one is not sent again."""
    found = await visitor.find_member(
        cookies.of(socket, services.settings), services, session_id=session_id, rehearsal=True
    )
    if found is None or not may(found.member.role, RUN):
        await refuse(socket)
        return
    sign_in = found.sign_in
    seen = socket.query_params.get("na", "")

    async def scene() -> str:
        picture = await _picture(services, session_id)
        return "" if picture.desk_stamp == seen else _block(services, picture, sign_in)

    browser = Browser(session_id, FACILITATOR, desk_id=sign_in.id)
    with services.fanout.counting(session_id, sign_in.id, DESKS):
        await stream(socket, services.fanout, browser, scene)


@post("/sessies/{session_id:uuid}/stap", status_code=200, rehearsal=True)
async def step(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `naar`, the id of a step, or empty for the lobby; `gezien` is the id of the step to go
    from."""
    form = await posted(request)
    target = first(form, "naar")
    gone = conduct.go_to(as_id(target) if target else None, seen(form))
    return await done(request, services, conduct, gone)


@post("/sessies/{session_id:uuid}/stappen/{activity_id:uuid}/{deed:str}", status_code=200, rehearsal=True)
async def activity_deed(
    request: Request[Any, Any, Any],
    activity_id: FromPath[uuid.UUID],
    deed: FromPath[str],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes, by the name in the address: for `slot`, `vertoning` and `bord` (subgroups on one board) `aan` =
    ja or nee; for `klok` `wat` =
    pauze, verder or erbij, and in `gezien` the seconds that were added before; for
    `ronde` in `gezien` the current step and in `voorstel` another wording; for `doorlaten` `laatste`, the
    order of the last card that was seen; for `los` (off their clusters) and `soort` (to the column `kolom`)
    `kaart`, as `chosen` reads them."""
    form = await posted(request)
    on = first(form, "aan") == "ja"
    cards, places = chosen(form)
    deeds = {
        "slot": lambda: conduct.set_open(activity_id, not on),
        "vertoning": lambda: conduct.set_shown(activity_id, on),
        "bord": lambda: conduct.set_together(activity_id, on),
        "ronde": lambda: conduct.begin_round(activity_id, first(form, "voorstel"), seen(form)),
        "klok": lambda: conduct.set_clock(activity_id, first(form, "wat"), seen(form)),
        "doorlaten": lambda: conduct.show_all(
            activity_id, as_number(first(form, "laatste")) if "laatste" in form else None
        ),
        "los": lambda: conduct.loosen(activity_id, cards, places),
        "soort": lambda: conduct.set_column(activity_id, cards, first(form, "kolom"), places),
    }
    return await done(request, services, conduct, _one_of(deeds, deed), _left if deed == "doorlaten" else "")


@post("/sessies/{session_id:uuid}/zaal/{deed:str}", status_code=200, rehearsal=True)
async def room_deed(
    request: Request[Any, Any, Any],
    deed: FromPath[str],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes, by the name in the address: for `leeg` (blank screen), `stilstand` (one that stands still),
    `meelezen` (phones read it) and `toelating` `aan` = ja or nee; for `beeld` `wat`, what the screen shows
    instead of the step, empty for the step; for `bladzijde` `wat` = verder, terug, stil or vanzelf, and in
    `gezien` how many pages were turned before; for `hulp` and `codes` `gezien`, how often it was called and
    the code before; for `stil` (forgets phones), `alles` (no card is large any more) and `stuur` nothing."""
    form = await posted(request)
    on = first(form, "aan") == "ja"
    deeds = {
        "leeg": lambda: conduct.set_blank(on),
        "stilstand": lambda: conduct.set_still(on),
        "meelezen": lambda: conduct.let_phones_read(on),
        "alles": lambda: conduct.show_large(None),
        "beeld": lambda: conduct.show_instead(first(form, "wat")),
        "bladzijde": lambda: conduct.turn_pages(first(form, "wat"), seen(form)),
        "toelating": lambda: conduct.set_admits(on),
        "hulp": lambda: conduct.call_help(seen(form)),
        "codes": lambda: conduct.rotate_codes(seen(form)),
        "stil": conduct.forget_idle,
        "stuur": conduct.take_wheel,
    }
    said: dict[str, Said] = {
        "stil": lambda count: f"{text.plural(count, 'telefoon is', 'telefoons zijn')} vergeten.",
        "hulp": "Hulp staat nu open op alle telefoons.",
        "codes": "De QR-code en de code zijn nieuw.",
    }
    return await done(request, services, conduct, _one_of(deeds, deed), said.get(deed, ""))


@post("/sessies/{session_id:uuid}/ingreep", status_code=200, rehearsal=True)
async def step_in(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the one form that the buttons of all cards are of. Its field is the name of the button, with the
    id of the card: `groot` (shows it alone), `hidden`, `held`, `parkeer` (keeps it for later), `weg`
    (deletes) or `tekst` (asks for its words)."""
    form = await posted(request)
    name = next((name for name in ("groot", "hidden", "held", "parkeer", "weg", "tekst") if name in form), "")
    card = as_id(first(form, name))
    if name == "tekst":
        if not wants_blocks(request):
            return back(f"/sessies/{session_id}/kaarten/{card}")
        return blocks(await _editor(services, session_id, card))
    if name == "groot":
        return await done(request, services, conduct, conduct.show_large(card), LARGE)
    if name == "parkeer":
        return await done(request, services, conduct, conduct.park(card), PARKED)
    if name == "weg":
        gone = _brings_back(services, session_id, card, CARD_GONE)
        return await done(request, services, conduct, conduct.delete_card(card), gone)
    said = _undo(services, session_id, card) if name == "hidden" else ""
    return await done(request, services, conduct, conduct.set_card_state(card, name), said)


@get("/sessies/{session_id:uuid}/kaarten/{card_id:uuid}", rehearsal=True)
async def card_words(
    session_id: FromPath[uuid.UUID],
    card_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Shows the words of a card of the current step, for a facilitator without scripts."""
    require(member, RUN)
    return page(services, "desk/edit_card.html", **await _card(services, session_id, card_id))


@post("/sessies/{session_id:uuid}/kaarten/{card_id:uuid}/{deed:str}", status_code=200, rehearsal=True)
async def card_deed(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    card_id: FromPath[uuid.UUID],
    deed: FromPath[str],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes, by the name in the address: for `stand` `stand` = shown, hidden or held, in `gezien` the state
    before, to undo it `groep`, the cluster that it was in, and for a card that waits `ook`, the ids of those
    that say the same; for `tekst` `text` (and `veld`); for `woorden` `woord` (an index), `door`, and the text
    as it was seen (`gezien`, `veld`); for `afspraak` `owner` and `due`; for `verwijdering` nothing."""
    form = await posted(request)
    same = [as_id(id) for id in first(form, "ook").split()[:MOST_SAME]]
    deeds = {
        "stand": lambda: (
            conduct.decide([card_id, *same], first(form, "stand"))
            if same
            else conduct.set_card_state(
                card_id,
                first(form, "stand"),
                seen(form),
                as_id(group) if (group := first(form, "groep")) else None,
            )
        ),
        "tekst": lambda: conduct.rewrite_card(card_id, first(form, "text"), first(form, "veld", "text")),
        "woorden": lambda: conduct.replace_word(
            card_id,
            as_number(first(form, "woord")),
            first(form, "door", "…"),
            first(form, "gezien"),
            first(form, "veld", "text"),
        ),
        "afspraak": lambda: conduct.annotate_card(
            card_id, {"owner": first(form, "owner"), "due": first(form, "due")}
        ),
        "verwijdering": lambda: conduct.delete_card(card_id),
    }
    said: dict[str, Said] = {
        "verwijdering": _brings_back(services, session_id, card_id, CARD_GONE),
        "afspraak": "Bewaard.",
    }
    if deed == "stand" and first(form, "stand") == "hidden" and seen(form) != "held":
        said["stand"] = _undo(services, session_id, card_id)
    answer = await done(request, services, conduct, _one_of(deeds, deed), said.get(deed, ""))
    if deed == "stand" and seen(form) == "held" and wants_blocks(request) and not conduct.is_stale:
        picture = await _picture(services, session_id)
        answer.content += _decided(services, picture, conduct, first(form, "stand"), len(same))
    if deed == "woorden":  # whoever replaces one word may want to replace another
        if not wants_blocks(request):
            return back(f"/sessies/{session_id}/kaarten/{card_id}")
        answer.content += await _editor(services, session_id, card_id, first(form, "door"))
    elif deed in ("tekst", "verwijdering") and wants_blocks(request):
        answer.content += services.render.macro("no_editor")
    return answer


@post("/sessies/{session_id:uuid}/signalen/{alert_id:uuid}/afhandeling", status_code=200, rehearsal=True)
async def take_up(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    alert_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Notes that this facilitator takes up what looked like a disclosure. Takes the form `terug` = nakijken
    or logboek: the page to go to, else the desk."""
    pages = {
        "nakijken": f"/sessies/{session_id}/nakijken",
        "logboek": f"/dossiers/{member.partnership_id}/logboek",
    }
    if address := pages.get(first(await posted(request), "terug")):
        await conduct.take_up(alert_id)
        return go(request, address)
    practises = (await _picture(services, session_id)).session.rehearsal_of
    said = PRACTISED if practises else "Opgepakt. Dit staat in het logboek."
    return await done(request, services, conduct, conduct.take_up(alert_id), said)


@post("/sessies/{session_id:uuid}/stappen/{activity_id:uuid}/groepen", status_code=200, rehearsal=True)
async def gather(
    request: Request[Any, Any, Any],
    activity_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `kaart` (as `chosen` reads them), and `groep` (id of a cluster), or of a new one `naam`
    and `kolom`, which may both be empty."""
    form = await posted(request)
    cluster = first(form, "groep")
    cards, places = chosen(form)
    gathered = conduct.gather(
        activity_id,
        first(form, "naam"),
        first(form, "kolom"),
        cards,
        as_id(cluster) if cluster else None,
        places,
    )
    return await done(request, services, conduct, gathered, lambda counts: DOTS_MOVED if counts else "")


@post("/sessies/{session_id:uuid}/groepen/{cluster_id:uuid}/{deed:str}", status_code=200, rehearsal=True)
async def cluster_deed(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    cluster_id: FromPath[uuid.UUID],
    deed: FromPath[str],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes, by the name in the address: for `naam` `naam`, and in `gezien` the name before; for
    `samenvoeging` `groep`, the id of the cluster that the cards go to; for `soort` `kolom`, and in `gezien`
    the column before; for `opheffing` nothing."""
    form = await posted(request)
    deeds = {
        "naam": lambda: conduct.rename_cluster(cluster_id, first(form, "naam"), seen(form)),
        "samenvoeging": lambda: conduct.merge_clusters(cluster_id, as_id(first(form, "groep"))),
        "soort": lambda: conduct.shift_cluster(cluster_id, first(form, "kolom"), seen(form)),
        "opheffing": lambda: conduct.dissolve_cluster(cluster_id),
    }
    said: dict[str, Said] = {
        "samenvoeging": lambda counted: f"{MERGED} {DOTS_MOVED}" if counted else MERGED,
        "opheffing": _dissolved(services, session_id, cluster_id),
    }
    return await done(request, services, conduct, _one_of(deeds, deed), said.get(deed, ""))


@post("/sessies/{session_id:uuid}/weggehaald/{what_id:uuid}/terugzetting", status_code=200, rehearsal=True)
async def bring_back(
    request: Request[Any, Any, Any],
    what_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Puts what was deleted just now back where it was: a card or a cluster, by its id."""
    return await done(request, services, conduct, conduct.bring_back(what_id))


@post("/sessies/{session_id:uuid}/bijdragen", status_code=200, rehearsal=True)
async def contribute(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes what somebody without a phone says, entered at the desk: the same form as on a phone."""
    form = await posted(request)
    stored = conduct.add(
        as_id(first(form, "activity")),
        as_id(given) if (given := first(form, "contribution")) else uuid.uuid4(),
        form,
    )
    return await done(request, services, conduct, stored, "Toegevoegd.")


@post("/sessies/{session_id:uuid}/afsluiting", status_code=200)
async def end(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `gezien`, the id of the step that it ends at, or empty for the lobby. Goes to the
    review."""
    form = await posted(request)
    await conduct.end(seen(form))
    return go(request, f"/sessies/{session_id}/nakijken")


@post("/sessies/{session_id:uuid}/heropening", status_code=200)
async def reopen(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Undoes an end by mistake."""
    await conduct.reopen()
    return go(request, f"/sessies/{session_id}/regie")


def _one_of(deeds: dict[str, Any], deed: str) -> Awaitable[Any]:
    if deed not in deeds:
        raise Gone("Dit kan hier niet.")
    return deeds[deed]()


async def done(
    request: Request[Any, Any, Any],
    services: Services,
    conduct: Conduct,
    deed: Awaitable[Any],
    said: Said = "",
) -> Response[Any]:
    """Awaits the change, then shows the desk as it is now and what is `said`: a sentence, or a whole
    `#melding`. A change that came too late only shows the fresh desk. Raises `KindError` for what does not
    fit."""
    try:
        result = await deed
    except KindError:
        raise
    except ValueError as error:
        raise KindError(str(error)) from None
    if not wants_blocks(request):
        return back(f"/sessies/{conduct.session_id}/regie")
    picture = await _picture(services, conduct.session_id)
    said = "" if conduct.is_stale else said
    spoken = said(result) if isinstance(said, Callable) else said
    if spoken and not isinstance(spoken, Markup):
        spoken = message(services, spoken, "ok")
    return blocks(_block(services, picture, conduct.sign_in), spoken)


def seen(form: dict[str, list[str]]) -> str | None:
    """Returns what the button was drawn with; None for a form that does not say."""
    return first(form, "gezien") if "gezien" in form else None


def chosen(form: dict[str, list[str]]) -> tuple[list[uuid.UUID], dict[uuid.UUID, uuid.UUID]]:
    """Returns the cards of `kaart` and, for those that lay on a cluster, on which: each is an id, or the ids
    of card and cluster with a dot between them. Raises `Gone` for what is no id."""
    cards, places = [], {}
    for value in form.get("kaart", []):
        card, _, cluster = value.partition(".")
        cards.append(as_id(card))
        if cluster:
            places[cards[-1]] = as_id(cluster)
    return cards, places


def _undo(services: Services, session_id: uuid.UUID, card_id: uuid.UUID) -> Callable[[Before], str]:
    """Returns what makes the message after a card was hidden, with a button that puts it as it was before."""
    return lambda before: services.render.macro(
        "undo_message",
        "De kaart staat op geen enkel scherm meer.",
        f"/sessies/{session_id}/kaarten/{card_id}/stand",
        {"stand": before.state, "groep": before.cluster_id or "", "gezien": "hidden"},
    )


def _decided(services: Services, picture: Picture, conduct: Conduct, state: str, same: int) -> str:
    """Draws the message after a card that waited, and this many that said the `same`, got a `state`: how many
    still wait, and the way back."""
    if picture.scene is None:
        return ""
    left = len(picture.scene.tally.held)
    one, more = DECIDED[state]
    decided = f"{same + 1} {more}" if same else one
    said = f"{decided} Nog {left} te lezen." if left else f"{decided} Alles is gelezen."
    drives = picture.session.driver_id in (None, conduct.sign_in.id)
    deed = recent.last(picture.session, drives)
    if deed is None:
        return message(services, said, "ok")
    address = f"/sessies/{conduct.session_id}/ongedaan"
    return services.render.macro("undo_message", said, address, {"wat": deed.id}, deed.id, deed.seconds_left)


def _brings_back(services: Services, session_id: uuid.UUID, what_id: uuid.UUID, said: str) -> Markup:
    """Draws the message after a card or a cluster was deleted, with a button for as long as that can be
    undone."""
    address = f"/sessies/{session_id}/weggehaald/{what_id}/terugzetting"
    seconds = int(discarded.KEPT.total_seconds())
    return services.render.macro("undo_message", said, address, {}, str(what_id), seconds)


def _dissolved(services: Services, session_id: uuid.UUID, cluster_id: uuid.UUID) -> Callable[[bool], str]:
    """Returns what makes the message after a cluster was dissolved, given whether dots counted for it."""
    return lambda counted: _brings_back(
        services, session_id, cluster_id, f"{CLUSTER_GONE} {DOTS_BACK}" if counted else CLUSTER_GONE
    )


async def _card(
    services: Services, session_id: uuid.UUID, card_id: uuid.UUID, replaced_by: str = ""
) -> dict[str, Any]:
    """Returns what the page with the words of a card needs. Raises `Gone`."""
    scene = (await _picture(services, session_id)).scene
    card = scene.written(str(card_id)) if scene else None
    if scene is None or card is None:
        raise Gone("Deze kaart is er niet meer.")
    return {
        "card": card,
        "care": "ervaring" in scene.categories_of(card.id),
        "base": f"/sessies/{session_id}",
        "replaced_by": replaced_by or "…",
    }


async def _editor(
    services: Services, session_id: uuid.UUID, card_id: uuid.UUID, replaced_by: str = ""
) -> Markup:
    card = await _card(services, session_id, card_id, replaced_by)
    return services.render.block("desk/edit_card.html", "editor", **card)


def _left(left: int) -> str:
    """Says how many cards still wait after `doorlaten`; empty for none."""
    if not left:
        return ""
    return f"{text.plural(left, 'kaart wacht', 'kaarten wachten')} nog. Lees die eerst zelf."


async def _picture(services: Services, session_id: uuid.UUID) -> Picture:
    picture = await services.fanout.scene(session_id)
    if picture is None:
        raise Gone("Deze sessie bestaat niet meer.")
    if picture.session.rehearsal_of:
        services.rehearsals.see(session_id)
    return picture


def _block(services: Services, picture: Picture, sign_in: SignIn) -> str:
    part = DESK if picture.session.driver_id in (None, sign_in.id) else DESK_BESIDE
    return services.fanout.scenes.shared(part, picture)


routes = [
    desk,
    desk_scene,
    desk_stream,
    step,
    activity_deed,
    room_deed,
    step_in,
    card_words,
    card_deed,
    take_up,
    gather,
    cluster_deed,
    bring_back,
    contribute,
    end,
    reopen,
]
