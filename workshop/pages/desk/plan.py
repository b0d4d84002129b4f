"""The plan of a session as a running order, and its steps: /sessies/{id}/programma."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from workshop import kinds
from workshop.accounts.roles import EDIT, RUN, require
from workshop.kinds import controls
from workshop.live import ahead, lists, own_groups, plan, preparing, preview, programmes
from workshop.live.running_order import running_order
from workshop.live.scenes import DESK, PHONE_STEP, SCREEN
from workshop.models import Activity, Membership, Session, SignIn
from workshop.pages.forms import as_number, first, flat, once, posted
from workshop.pages.guard import content_security_policy
from workshop.pages.reply import back, page
from workshop.services import Services
from workshop.session_groups import offered

AHEAD = "vooraf"
"""Where the plan says that people can answer a step before the meeting."""
OWN_TEXTS = ("title", "question", "help", "minutes", "audience")
TEXTS = (*OWN_TEXTS, "na", "youth.question", "youth.help", "spoken.general", "spoken.youth")
"""The fields of the form of a step, without those of its settings."""
GROUPS = "groepen"
"""What the groups are named where a step would be."""
PREVIEWS = {"telefoon": PHONE_STEP, "scherm": SCREEN, "regie": DESK}
"""Which part of a scene each preview shows."""


@get("/sessies/{session_id:uuid}/programma")
async def show_plan(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Shows the plan, and notes that somebody looked at it."""
    require(member, RUN)
    session = await plan.planned(services.db, session_id)
    await preparing.note_seen(services.room, session, preparing.PLAN)
    return await _plan(services, member, session)


@get("/sessies/{session_id:uuid}/programma/nieuw")
async def new_step(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    soort: FromQuery[str] = "",
    na: FromQuery[str] = "",
) -> Response[Any]:
    """Shows the form of a new step. Query: `soort`, a kind; without one, those that there are; `na`, the id
    of the step that it comes behind."""
    require(member, RUN)
    session = await plan.planned(services.db, session_id)
    if not soort:
        return page(services, "desk/new_step.html", member=member, session=session, after=na, kinds=_kinds())
    kinds.get(soort)
    return _step(services, member, session, soort, None, {"na": na})


@post("/sessies/{session_id:uuid}/programma/stappen", status_code=303)
async def add_step(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form of a new step: `soort`, a kind; `na`, the step that it comes behind, or begin; its texts
    and settings. Goes to the step, or shows the form again (422)."""
    require(member, RUN)
    raw = await posted(request)
    form, kind = flat(raw), first(raw, "soort")
    kinds.get(kind)
    try:
        added = await plan.add_step(
            services.room, session_id, kind, form, after=form.get("na", ""), id=once(raw).id
        )
    except ValueError as error:
        session = await plan.planned(services.db, session_id)
        return _step(services, member, session, kind, None, form, str(error))
    return back(f"/sessies/{session_id}/programma/stappen/{added}")


@post("/sessies/{session_id:uuid}/programma/bewaring", status_code=303)
async def keep_programme(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `naam`: the plan becomes a programme of the partnership."""
    require(member, EDIT)
    form = await posted(request)
    kept = programmes.keep(services.db, session_id, first(form, "naam"), sign_in)
    return await changed(services, member, session_id, kept, "bewaard", form)


@post("/sessies/{session_id:uuid}/programma/groepen", status_code=303)
async def offer_groups(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form of the groups that phones can choose from (live/own_groups.py has its fields), and goes
    to the plan or shows it again (422)."""
    require(member, RUN)
    form = await posted(request)
    offered = own_groups.offer(services.room, session_id, form)
    return await changed(services, member, session_id, offered, GROUPS, form)


@get("/sessies/{session_id:uuid}/programma/stappen/{activity_id:uuid}")
async def show_step(
    session_id: FromPath[uuid.UUID],
    activity_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    require(member, RUN)
    session = await plan.planned(services.db, session_id)
    activity = plan.step_of(session, activity_id)
    return _step(services, member, session, activity.kind, activity, {})


@post("/sessies/{session_id:uuid}/programma/stappen/{activity_id:uuid}", status_code=303)
async def change_step(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    activity_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form of the step, and goes to the plan or shows it again (422). Or takes a button of the
    plan, `knop`: omhoog, omlaag or plaats (to the place `naar`), with in `gezien` the place where it stood;
    overslaan or meedoen; minuten, with `minutes`; lijst with `regels`, one line for each thing to choose
    from."""
    require(member, RUN)
    raw = await posted(request)
    form = flat(raw)
    room, seen = services.room, form.get("gezien", "")
    buttons = {
        "omhoog": lambda: plan.move_step(room, session_id, activity_id, -1, seen),
        "omlaag": lambda: plan.move_step(room, session_id, activity_id, 1, seen),
        "plaats": lambda: plan.place_step(
            room, session_id, activity_id, as_number(form.get("naar", "")), seen
        ),
        "overslaan": lambda: plan.skip_step(room, session_id, activity_id, True),
        "meedoen": lambda: plan.skip_step(room, session_id, activity_id, False),
        "minuten": lambda: plan.set_minutes(room, session_id, activity_id, form.get("minutes", "")),
        "lijst": lambda: plan.type_in(room, session_id, activity_id, form.get("regels", "")),
    }
    if pressed := buttons.get(form.get("knop", "")):
        return await changed(services, member, session_id, pressed(), str(activity_id), raw)
    try:
        await plan.change_step(room, session_id, activity_id, form)
    except ValueError as error:
        session = await plan.planned(services.db, session_id)
        activity = plan.step_of(session, activity_id)
        return _step(services, member, session, activity.kind, activity, form, str(error))
    return back(f"/sessies/{session_id}/programma#stap-{activity_id}")


@post("/sessies/{session_id:uuid}/programma/stappen/{activity_id:uuid}/kopie", status_code=303)
async def copy_step(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    activity_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Adds a copy behind this step."""
    require(member, RUN)
    made = plan.copy_step(services.room, session_id, activity_id, once(await posted(request)).id)
    return await changed(services, member, session_id, made, str(activity_id), {})


@post("/sessies/{session_id:uuid}/programma/stappen/{activity_id:uuid}/verwijdering", status_code=303)
async def remove_step(
    session_id: FromPath[uuid.UUID],
    activity_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes a step of the facilitator's own out of the plan."""
    require(member, RUN)
    gone = plan.remove_step(services.room, session_id, activity_id)
    return await changed(services, member, session_id, gone, str(activity_id), {})


@get("/sessies/{session_id:uuid}/programma/stappen/{activity_id:uuid}/voorbeeld/{audience:str}")
async def preview_step(
    session_id: FromPath[uuid.UUID],
    activity_id: FromPath[uuid.UUID],
    audience: FromPath[str],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Shows a step as a phone (`telefoon`), the big screen (`scherm`) or the desk (`regie`) will, with a
    sample of answers on the last two. Only to look at: no form on it is sent."""
    require(member, RUN)
    session = await plan.planned(services.db, session_id)
    step = plan.step_of(session, activity_id)
    if audience not in PREVIEWS:
        raise NotFoundException
    answered = audience != "telefoon"
    picture = preview.preview(session, step, services.library, services.settings, answered=answered)
    answer = page(
        services,
        "desk/preview.html",
        audience=audience,
        title=step.title,
        scene_block=services.fanout.scenes.shared(PREVIEWS[audience], picture),
    )
    policy = content_security_policy(services.settings, "'self'")
    scripts = " allow-scripts" if audience == "scherm" else ""
    answer.headers["Content-Security-Policy"] = f"{policy}; sandbox allow-same-origin{scripts}"
    return answer


async def changed(
    services: Services,
    member: Membership,
    session_id: uuid.UUID,
    change: Awaitable[Any],
    about: str,
    form: dict[str, list[str]],
) -> Response[Any]:
    """Goes back to the plan; shows it with the sentence and what was typed when something did not fit
    (422)."""
    try:
        await change
    except ValueError as error:
        session = await plan.planned(services.db, session_id)
        return await _plan(services, member, session, about, form, str(error))
    return back(f"/sessies/{session_id}/programma#stap-{about}")


async def _plan(
    services: Services,
    member: Membership,
    session: Session,
    about: str = "",
    typed: dict[str, list[str]] | None = None,
    error: str = "",
) -> Response[str]:
    async with services.db.read() as db:
        empty = await lists.empty(db, services.library, session)
        offer = await ahead.offer(db, session, empty, services.settings.ahead_days)
        groups = await own_groups.shown(db, session, typed if typed and about == GROUPS else {})
    address = ahead.address(services.settings.origin, session)
    return page(
        services,
        "desk/plan.html",
        422 if error else 200,
        member=member,
        session=session,
        worksheet=services.library.worksheet(session.worksheet),
        library=services.library,
        order=running_order(session.activities, session.starts_at),
        kinds=_kinds(),
        called=kinds.called,
        after="",
        may_go=plan.may_go,
        empty=empty,
        offer=offer,
        writing={name for name, kind in _kinds().items() if kind.writes},
        longest=services.settings.ahead_days,
        address=address,
        invitation=ahead.invitation(session, offer.step, address, offer.until)
        if address and offer.step
        else "",
        about=about,
        typed=flat(typed or {}),
        error=error,
        groups=groups,
        offered=offered(session.groups),
    )


def _step(
    services: Services,
    member: Membership,
    session: Session,
    name: str,
    activity: Activity | None,
    form: Mapping[str, str],
    error: str = "",
) -> Response[str]:
    """Draws the form of a step: what it holds, or with an `error` what was typed (422)."""
    kind = kinds.get(name)
    asked = controls.controls(kind)
    values = dict.fromkeys(TEXTS, "") | {f"{controls.PREFIX}{one.name}": "" for one in asked}
    values |= dict(form) if error else _held(kind, activity) | dict(form)
    return page(
        services,
        "desk/step.html",
        422 if error else 200,
        member=member,
        session=session,
        activity=activity,
        name=name,
        kind=kind,
        controls=asked,
        begun=activity is not None and activity.started_at is not None,
        steps=[(one.key, one.title) for one in plan.sources(session, activity)],
        order=running_order(session.activities, session.starts_at),
        values=values,
        error=error,
    )


def _held(kind: kinds.Kind, activity: Activity | None) -> dict[str, str]:
    """Returns what stands in each field of the form of a step, or of a new one of this kind."""
    settings = controls.typed(kind, activity.settings if activity else {})
    held = {f"{controls.PREFIX}{name}": words for name, words in settings.items()}
    if activity is None:
        return held | {"title": kind.name, "minutes": "10", "audience": "samen"}
    texts = {name: str(getattr(activity, name)) for name in OWN_TEXTS}
    young = {f"youth.{name}": words for name, words in activity.youth.items()}
    said = {f"spoken.{who}": "\n".join(sentences) for who, sentences in activity.spoken.items()}
    return held | texts | young | said


def _kinds() -> dict[str, kinds.Kind]:
    return {name: kinds.get(name) for name in kinds.names()}


routes = [
    show_plan,
    new_step,
    add_step,
    keep_programme,
    offer_groups,
    show_step,
    change_step,
    copy_step,
    remove_step,
    preview_step,
]
