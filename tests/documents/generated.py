"""Dossiers of every shape, for property tests: few rows, strange texts, all that the format allows."""

import datetime as dt
import uuid

from hypothesis import strategies as st

from workshop.archive import dossier as d

SHEETS = ("0-A", "1-A", "2")
FIELDS = ("1-A.zorgen", "1-A.kansen", "1-B.ambities", "2.zien")
STATUSES = ("open", "busy", "done", "dropped")

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
moments = st.datetimes(
    dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC), allow_imaginary=False
)
days = st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1))
numbers = st.integers(0, 1000)
tens = st.lists(st.integers(0, 30), min_size=10, max_size=10)
groups = st.sampled_from([[], ["ouder"], ["jongere", {"label": "School A", "young": True}]])
settings = st.sampled_from([{}, {"max_cards": 3, "places": ["school"]}])


@st.composite
def lines(draw, sessions):
    return d.ArchivedLine(
        id=draw(st.uuids(version=4)).hex,
        text=draw(texts),
        column=draw(texts),
        cards=draw(numbers),
        votes=draw(st.none() | numbers),
        quotes=tuple(draw(st.lists(texts, max_size=2))),
        session=draw(st.none() | st.sampled_from([str(id) for id in sessions])) if sessions else None,
        by=draw(texts),
        details=draw(st.dictionaries(st.sampled_from(["owner", "due", "note"]), texts, max_size=2)),
    )


@st.composite
def dossiers(draw):
    people = draw(st.lists(texts, min_size=1, max_size=3))
    who = st.none() | st.integers(0, len(people) - 1)
    sessions = draw(st.lists(_sessions(who), max_size=3, unique_by=lambda session: session.id))
    ids = [session.id for session in sessions]
    from_session = st.none() | st.sampled_from(ids) if ids else st.none()
    return d.ArchivedDossier(
        partnership=d.ArchivedPartnership(
            id=uuid.uuid4(),
            name=draw(texts),
            place=draw(texts),
            created_by=draw(who),
            created_at=draw(moments),
        ),
        people=people,
        sessions=sessions,
        answers=[
            d.ArchivedAnswer(field=field, about=about, versions=draw(_versions(who, from_session, ids)))
            for field, about in draw(
                st.lists(
                    st.tuples(st.sampled_from(FIELDS), st.sampled_from(["", "a1"])), max_size=3, unique=True
                )
            )
        ],
        marks=[
            d.ArchivedMarks(
                session=id,
                field="1-A.zorgen",
                theme=theme,
                label=draw(texts),
                position=draw(numbers),
                counts=draw(tens.filter(lambda counts: not 0 < sum(counts) < 5)),
                unknown=draw(numbers),
                groups=draw(st.dictionaries(st.sampled_from(["jongere", "School A"]), tens, max_size=2)),
                at=draw(moments),
            )
            for id in ids
            for theme in draw(st.lists(st.sampled_from(["doel", "rol"]), max_size=2, unique=True))
        ],
        actions=draw(st.lists(_actions(who, from_session), max_size=2)),
        programmes=[
            d.ArchivedProgramme(
                worksheet=sheet,
                name=draw(texts),
                steps=[{"key": "a", "kind": "cards", "title": "T", "question": "V?", "minutes": 5}],
                groups=draw(groups),
                created_by=draw(who),
                created_at=draw(moments),
            )
            for sheet in draw(st.lists(st.sampled_from(SHEETS), max_size=2, unique=True))
        ],
        reminders=[
            d.ArchivedReminder(
                worksheet=sheet,
                every_months=draw(st.integers(1, 60)),
                next_on=draw(days),
                note=draw(texts),
                created_by=draw(who),
                created_at=draw(moments),
            )
            for sheet in draw(st.lists(st.sampled_from(SHEETS), max_size=2, unique=True))
        ],
        deeds=draw(
            st.lists(
                st.builds(
                    d.ArchivedDeed,
                    session=from_session,
                    by=who,
                    what=texts,
                    particulars=st.dictionaries(texts, texts | st.integers(0, 2**31 - 1), max_size=2),
                    about=texts,
                    at=moments,
                ),
                max_size=3,
            )
        ),
    )


@st.composite
def _sessions(draw, who):
    return d.ArchivedSession(
        id=uuid.uuid4(),
        worksheet=draw(st.sampled_from(SHEETS)),
        about=draw(st.sampled_from(["", "a1"])),
        title=draw(texts),
        holds_back=draw(st.booleans()),
        groups=draw(groups),
        phones=draw(numbers),
        created_by=draw(who),
        created_at=draw(moments),
        ended_by=draw(who),
        ended_at=draw(moments),
        saved_by=draw(who),
        saved_at=draw(st.none() | moments),
        steps=[
            d.ArchivedStep(
                key=f"stap-{place}",
                position=place,
                kind="cards",
                title=draw(texts),
                question=draw(texts),
                help=draw(texts),
                youth=draw(st.dictionaries(st.sampled_from(["question", "help"]), texts, max_size=2)),
                minutes=draw(numbers),
                settings=draw(settings),
                saves=draw(st.just({}) | st.just({"cards": "1-A.zorgen"})),
                skipped=draw(st.booleans()),
                started_at=draw(st.none() | moments),
                extra_seconds=draw(numbers),
            )
            for place in range(draw(st.integers(0, 2)))
        ],
    )


@st.composite
def _versions(draw, who, from_session, ids):
    return [
        d.ArchivedVersion(
            number=number,
            body=d.ArchivedBody(
                items=tuple(draw(st.lists(lines(ids), max_size=3))),
                gaps=draw(st.dictionaries(st.just("r1.k1"), texts, max_size=1)),
                round=draw(st.none() | days),
                since=draw(st.just("") | st.just("2026-11-24T16:58:20.123456+00:00")),
            ),
            session=draw(from_session),
            by=draw(who),
            note=draw(texts),
            at=draw(moments),
        )
        for number in range(1, 1 + draw(st.integers(1, 3)))
    ]


@st.composite
def _actions(draw, who, from_session):
    return d.ArchivedAction(
        id=uuid.uuid4(),
        field=draw(st.sampled_from(["", "1-A.zorgen"])),
        about=draw(st.sampled_from(["", "a1"])),
        session=draw(from_session),
        origin=draw(st.sampled_from(["", "a1"])),
        text=draw(texts),
        owner=draw(texts),
        due=draw(st.none() | days),
        status=draw(st.sampled_from(STATUSES)),
        created_by=draw(who),
        created_at=draw(moments),
        changes=draw(
            st.lists(
                st.builds(
                    d.ArchivedChange,
                    status=st.sampled_from(STATUSES),
                    note=texts,
                    session=from_session,
                    by=who,
                    at=moments,
                ),
                max_size=2,
            )
        ),
    )
