import datetime as dt
import re
import uuid

import pytest
from sqlalchemy import func, select

from tests.accounts.house import House
from workshop.accounts import invitations
from workshop.live.fanout import FACILITATOR, Browser
from workshop.live.plan import make_session
from workshop.log.what import What
from workshop.models import Deed, Invitation, Membership, Session, SignIn, now


@pytest.fixture
def house(services, app):
    return House(services, app)


class Dossier:
    """A dossier of Samira (coordinator) in which Kevin has a role, and their browsers."""

    def __init__(self, house, id, samira, kevin):
        self.house, self.id, self.samira, self.kevin = house, id, samira, kevin
        self.leden = f"/dossiers/{id}/leden"
        self.invite = f"/dossiers/{id}/uitnodigingen"
        self.leave = f"/dossiers/{id}/vertrek"

    def member(self, account):
        mine = select(Membership).where(
            Membership.account_id == account.id, Membership.partnership_id == self.id
        )
        return self.house.one(mine)

    async def url(self, account, deed):
        return f"{self.leden}/{(await self.member(account)).id}/{deed}"


async def _dossier(house, role="begeleider"):
    samira, kevin = await house.account("Samira"), await house.account("Kevin")
    id = await house.dossier(samira)
    await house.join(kevin, id, role)
    return Dossier(house, id, samira, kevin)


async def test_members_see_each_other_and_only_a_coordinator_sees_forms_and_addresses(house):
    dossier = await _dossier(house)
    for account, regulates in ((dossier.samira, True), (dossier.kevin, False)):
        shown = (await (await house.signed_in(account)).get(dossier.leden)).text
        assert "<bdi>Samira</bdi>" in shown
        assert "<bdi>Kevin</bdi>" in shown
        assert ("Maak een uitnodiging" in shown) == regulates
        assert ("/verwijdering" in shown) == regulates
        assert ("kevin@lindewaard.nl" in shown) == regulates
        assert "/vertrek" in shown


async def test_for_an_outsider_a_foreign_dossier_is_not_there_whatever_they_try(house):
    dossier = await _dossier(house)
    outsider = await house.signed_in(await house.account("Els"))
    token = await invitations.invite(house.db, dossier.id, "lezer", dossier.samira.id)
    row = await house.one(select(Invitation))
    urls = [
        dossier.leave,
        dossier.invite,
        f"{dossier.invite}/{row.id}/intrekking",
        await dossier.url(dossier.kevin, "rol"),
        await dossier.url(dossier.kevin, "verwijdering"),
    ]
    answers = [await outsider.post(url, data={"role": "lezer"}) for url in urls]
    answers.append(await outsider.get(dossier.leden))
    absent = await outsider.get(f"/dossiers/{uuid.uuid4()}/leden")
    assert {answer.status_code for answer in answers} == {absent.status_code} == {404}
    assert {answer.text for answer in answers} == {absent.text}
    assert await house.one(select(func.count()).select_from(Membership)) == 2
    assert await invitations.look(house.db, token)


@pytest.mark.parametrize("role", ["lezer", "begeleider"])
async def test_who_is_no_coordinator_neither_invites_nor_changes_others(house, role):
    dossier = await _dossier(house, role)
    browser = await house.signed_in(dossier.kevin)
    await invitations.invite(house.db, dossier.id, "lezer", dossier.samira.id)
    row = await house.one(select(Invitation))
    for url in (
        dossier.invite,
        f"{dossier.invite}/{row.id}/intrekking",
        await dossier.url(dossier.kevin, "rol"),
        await dossier.url(dossier.samira, "verwijdering"),
    ):
        assert (await browser.post(url, data={"role": "coordinator"})).status_code == 403
    assert (await dossier.member(dossier.kevin)).role == role


async def test_the_link_is_shown_once_with_a_copy_button_and_works(house):
    dossier = await _dossier(house)
    browser = await house.signed_in(dossier.samira)
    answer = await browser.post(dossier.invite, data={"role": "lezer"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    link = re.search(r'id="uitnodiging-link">([^<]+)<', answer.text)[1]
    assert link.startswith(f"{house.origin}/uitnodiging/")
    assert 'data-copy="#uitnodiging-link"' in answer.text
    later = (await browser.get(dossier.leden)).text
    assert link not in later
    assert "lezer, gemaakt op" in later
    assert (await house.browser().get(link)).status_code == 200


async def test_a_withdrawn_invitation_does_not_work_any_more(house):
    dossier = await _dossier(house)
    browser = await house.signed_in(dossier.samira)
    token = await invitations.invite(house.db, dossier.id, "lezer", dossier.samira.id)
    row = await house.one(select(Invitation))
    answer = await browser.post(f"{dossier.invite}/{row.id}/intrekking")
    assert "werkt niet meer" in (await browser.get(answer.headers["location"])).text
    assert (await house.browser().get(f"/uitnodiging/{token}")).status_code == 404
    assert (await browser.post(f"{dossier.invite}/{row.id}/intrekking")).status_code == 404


async def test_a_changed_role_counts_at_the_next_click(house):
    dossier = await _dossier(house, "lezer")
    samira, kevin = await house.signed_in(dossier.samira), await house.signed_in(dossier.kevin)
    assert (await kevin.post(dossier.invite, data={"role": "lezer"})).status_code == 403
    answer = await samira.post(await dossier.url(dossier.kevin, "rol"), data={"role": "coordinator"})
    assert "De rol is aangepast." in (await samira.get(answer.headers["location"])).text
    assert (await kevin.post(dossier.invite, data={"role": "lezer"})).status_code == 200


async def test_a_role_that_is_not_there_changes_nothing(house):
    dossier = await _dossier(house)
    browser = await house.signed_in(dossier.samira)
    for url in (await dossier.url(dossier.kevin, "rol"), dossier.invite):
        answer = await browser.post(url, data={"role": "beheerder"})
        assert answer.status_code == 422
        assert "Kies een rol." in answer.text
    assert (await dossier.member(dossier.kevin)).role == "begeleider"


async def test_who_is_taken_away_loses_the_dossier_at_once(house):
    dossier = await _dossier(house)
    samira, kevin = await house.signed_in(dossier.samira), await house.signed_in(dossier.kevin)
    await samira.post(await dossier.url(dossier.kevin, "verwijdering"))
    assert (await kevin.get(dossier.leden)).status_code == 404
    assert "Kevin" not in (await samira.get(dossier.leden)).text
    assert await house.one(select(Deed).where(Deed.what == What.MEMBER_REMOVED, Deed.about == "Kevin"))


async def test_the_last_coordinator_cannot_leave_or_step_down(house):
    dossier = await _dossier(house)
    browser = await house.signed_in(dossier.samira)
    for url in (
        dossier.leave,
        await dossier.url(dossier.samira, "verwijdering"),
        await dossier.url(dossier.samira, "rol"),
    ):
        answer = await browser.post(url, data={"role": "lezer"})
        assert answer.status_code == 422
        assert "enige coördinator" in answer.text
    assert (await dossier.member(dossier.samira)).role == "coordinator"


async def test_anybody_else_may_leave(house):
    dossier = await _dossier(house, "lezer")
    browser = await house.signed_in(dossier.kevin)
    assert (await browser.post(dossier.leave)).headers["location"] == "/dossiers"
    assert (await browser.get(dossier.leden)).status_code == 404
    assert await dossier.member(dossier.kevin) is None


async def test_a_link_that_got_lost_is_made_anew_and_the_old_one_stops(house):
    dossier = await _dossier(house)
    browser = await house.signed_in(dossier.samira)
    old = await invitations.invite(house.db, dossier.id, "lezer", dossier.samira.id)
    row = await house.one(select(Invitation))
    await house.change(Invitation, row.id, expires_at=now() - dt.timedelta(days=1))
    assert "verlopen" in (await browser.get(dossier.leden)).text
    shown = (await browser.post(f"{dossier.invite}/{row.id}/vernieuwing")).text
    link = re.search(r'id="uitnodiging-link">([^<]+)<', shown)[1]
    assert "als lezer" in (await house.browser().get(link)).text
    assert (await house.browser().get(f"/uitnodiging/{old}")).status_code == 404
    assert (await browser.post(f"{dossier.invite}/{row.id}/vernieuwing")).status_code == 404
    assert await house.one(select(Deed).where(Deed.what == What.INVITATION_RENEWED))


async def test_a_coordinator_hands_the_dossier_over_to_a_colleague(house):
    dossier = await _dossier(house, "lezer")
    browser = await house.signed_in(dossier.samira)
    url = f"/dossiers/{dossier.id}/overdracht"
    for nobody in ("", "x"):
        answer = await browser.post(url, data={"to": nobody})
        assert answer.status_code == 422
        assert "Kies aan wie" in answer.text
    assert (await browser.post(url, data={"to": str(uuid.uuid4())})).status_code == 404
    assert (
        await browser.post(url, data={"to": str((await dossier.member(dossier.samira)).id)})
    ).status_code == 404
    answer = await browser.post(url, data={"to": str((await dossier.member(dossier.kevin)).id)})
    assert "overgedragen" in (await browser.get(answer.headers["location"])).text
    roles = [(await dossier.member(one)).role for one in (dossier.samira, dossier.kevin)]
    assert roles == ["begeleider", "coordinator"]
    assert (await browser.post(url, data={"to": "x"})).status_code == 403


@pytest.mark.parametrize(
    ("before", "after", "ends"), [("begeleider", "lezer", True), ("begeleider", "coordinator", False)]
)
async def test_who_may_no_longer_lead_loses_the_open_desk_and_the_wheel(house, before, after, ends):
    dossier = await _dossier(house, before)
    browser = await house.signed_in(dossier.samira)
    await house.signed_in(dossier.kevin)
    sign_in = await house.one(select(SignIn).where(SignIn.account_id == dossier.kevin.id))
    sheet = house.services.library.worksheet("1-A")
    session_id = await make_session(house.db, dossier.id, sheet, sign_in)
    desk = Browser(session_id, FACILITATOR, sign_in.id)
    house.services.fanout.add(desk)
    await browser.post(await dossier.url(dossier.kevin, "rol"), data={"role": after})
    assert bool(desk.closed) == ends
    session = await house.one(select(Session))
    assert (session.driver_id is None) == ends
