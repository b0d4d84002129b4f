"""What a facilitator prints for one session: one page of running order, and a poster."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest

from tests.documents import tools
from workshop.content.worksheets import LONGEST_SPOKEN, MOST_SPOKEN
from workshop.documents import handouts, pdf
from workshop.live import plan, qr
from workshop.models import Session

pytestmark = pytest.mark.programs
DAY = dt.date(2027, 1, 4)
STARTS = dt.datetime(2027, 1, 15, 13, 0, tzinfo=dt.UTC)
LEFT_OUT = "Om op één pagina te passen"


def a_plan(sheet, starts_at=STARTS, **step):
    steps = [plan._activity(one, position) for position, one in enumerate(sheet.script)]
    for one in steps:
        for name, value in ({"jotted": ""} | step).items():
            setattr(one, name, value)
    found = Session(worksheet=sheet.id, title=sheet.title, holds_back=True, starts_at=starts_at)
    found.activities, found.join_token, found.admits = steps, "t" * 22, False
    return found


def with_partnership(session):
    """Reads as a session does that a dossier has."""
    names = ("worksheet", "title", "holds_back", "starts_at", "activities", "join_token", "admits", "code")
    told = {name: getattr(session, name) for name in names}
    return SimpleNamespace(**told, partnership=SimpleNamespace(name="Veilig Voorbeeldstad"))


def printed(told, folder):
    """The file, and the text of each of its pages."""
    file = folder / f"{type(told).__name__}.pdf"
    file.write_bytes(pdf.handout(told))
    return file, [" ".join(page.split()) for page in tools.text_of(file).split("\f")[:-1]]


def ordered(session, folder):
    return printed(handouts.order_page(with_partnership(session), DAY), folder)


def scripted(library):
    return [sheet for sheet in library.worksheets if sheet.script]


def test_the_running_order_of_every_worksheet_is_one_page_with_all_that_there_is_to_say(library, tmp_path):
    for sheet in scripted(library):
        _, pages = ordered(a_plan(sheet), tmp_path)
        assert len(pages) == 1, sheet.id
        assert LEFT_OUT not in pages[0], sheet.id
        assert "14.00–" in pages[0]


def test_it_has_the_clock_the_kind_whom_it_asks_what_is_said_and_the_note(library, tmp_path):
    session = a_plan(library.worksheet("1-A"))
    step = session.activities[0]
    step.minutes, step.audience, step.jotted = 15, "jongeren", "Zet koffie klaar"
    step.spoken = {"general": ["Fijn dat u er bent."], "youth": ["Fijn dat je er bent."]}
    break_ = session.activities[1]
    break_.kind, break_.title, break_.settings = "talk", "Even eruit", {"pause": True}
    session.activities[2].skipped, session.activities[2].title = True, "Slaan we over"
    _, [page] = ordered(session, tmp_path)
    for part in (
        "Vrijdag 15 januari 2027 om 14.00 uur",
        "14.00–14.15",
        "voor jongeren",
        "Pauze",
        "Veilig Voor",
    ):
        assert part in page, part
    for part in ("“Fijn dat je er bent.”", "Notitie: Zet koffie klaar", step.question[:20]):
        assert part in page, part
    assert "Slaan we over" not in page
    assert "u er bent" not in page
    _, [page] = ordered(a_plan(library.worksheet("1-A"), starts_at=None), tmp_path)
    assert "Nog geen dag en tijd gekozen" in page


def test_what_does_not_fit_is_left_out_in_order_and_named(library, tmp_path):
    longest = max(scripted(library), key=lambda sheet: len(sheet.script))
    everything = {
        "title": "Een lange naam voor een stap " * 4,
        "question": "Wat vinden jullie daar eigenlijk van? " * 5,
        "spoken": {"general": ["Zeg dit maar. " * (LONGEST_SPOKEN // 15)] * MOST_SPOKEN},
    }
    _, [page] = ordered(a_plan(longest, **everything, jotted="Denk hieraan. " * 12), tmp_path)
    assert f"{LEFT_OUT} staat hier niet: de vragen" in page
    assert page.count("Een lange naam") >= len(longest.script)
    most = a_plan(longest, **everything, jotted="Denk hieraan. " * 140)
    while len(most.activities) < plan.MOST_STEPS:
        most.activities += a_plan(longest, **everything).activities
    del most.activities[plan.MOST_STEPS :]
    for position, one in enumerate(most.activities):
        one.position = position
    _, [page] = ordered(most, tmp_path)
    assert f"{LEFT_OUT} staat hier niet: de vragen, wat je zegt en je notities." in page
    assert f"{plan.MOST_STEPS}. Een lange naam" in page


@pytest.mark.parametrize(("size", "points"), [("a4", "595.276 x 841.89"), ("a3", "841.89 x 1190.55")])
def test_a_poster_is_one_page_in_its_size_and_says_how_to_join(library, tmp_path, size, points):
    sheet = library.worksheet("1-A")
    session = a_plan(sheet)
    told = handouts.poster(session, sheet, "https://kompas.example", size, DAY)
    file, [page] = printed(told, tmp_path)
    assert qr._drawing("https://kompas.example/j/" + "t" * 22)[1] in told.drawing
    assert points in tools._run(["pdfinfo", str(file)])
    for part in (sheet.short_title.youth, "Vrijdag 15 januari 2027 om 14.00 uur", "camera", "Hulp"):
        assert part in page, part
    assert "We vragen je naam niet." in page
    assert "doe-mee" not in page
    assert not re.search(r"\d{4} \d{4}", page)
    session.code, session.admits = "42791503", True
    told = handouts.poster(session, sheet, "https://kompas.example", size, DAY)
    _, [page] = printed(told, tmp_path)
    assert "kompas.example/doe-mee en typ: 4279 1503" in page


def test_the_longest_title_of_a_poster_stays_on_its_page(library, tmp_path):
    session = a_plan(library.worksheet("1-A"))
    session.code, session.admits = "42791503", True
    for title in ("Wat een lange titel " * 6, "W" * 120, '#panic("ja") *vet* <b>' + "x" * 90):
        session.title = title.strip()
        told = handouts.poster(
            session, library.worksheet("1-A"), "https://kompas-live.gemeente-voorbeeldstad.example", "a4", DAY
        )
        _, pages = printed(told, tmp_path)
        assert len(pages) == 1
        assert "".join(title.split()) in "".join(pages[0].replace("\u200b", "").split())
    _, pages = ordered(session, tmp_path)
    assert '#panic("ja") *vet*' in pages[0]
    assert len(pages) == 1


def test_both_pass_pdf_ua_1_and_pdf_a_2a(library, tmp_path):
    sheet = library.worksheet("1-A")
    session = a_plan(sheet, jotted="Een notitie")
    page, _ = ordered(session, tmp_path)
    poster, _ = printed(handouts.poster(session, sheet, "https://kompas.example", "a3", DAY), tmp_path)
    assert not [verdict for verdict in tools.verdicts([page, poster]) if verdict[2] != "passes"]
