"""Who was removed, stepped down, left or handed over walks back in with what it made before."""

from html import unescape
from pathlib import Path

import pytest
from litestar.exceptions import PermissionDeniedException
from sqlalchemy import select

from tests.people import PASSWORD, a_desk, a_participant, a_session, activity, both_databases, conduct
from workshop import days
from workshop.accounts import erasures, holdings, invitations, keys, members
from workshop.accounts.invitations import InvitationError
from workshop.content.library import Library
from workshop.log.what import What
from workshop.models import Account, ApiKey, Base, CalendarFeed, Deed, Invitation, Membership, SignIn
from workshop.record import actions, agenda, owners
from workshop.settings import ROOT

FACTS = {
    "answer_version.account_id",
    "action.created_by",
    "action_change.account_id",
    "deed.account_id",
    "erasure.asked_by",
    "invitation.used_by",
    "lookback.published_by",
    "lookback.told_by",
    "programme.created_by",
    "rehearsal.account_id",
    "reminder.created_by",
    "session.created_by",
    "session.ended_by",
    "session.saved_by",
    "signal.handled_by",
    "writer.account_id",
}
"""Columns that say who did something: nobody gets in by such a row."""
DESK = {"membership.account_id", "session.driver_id"}
"""What accounts/members.py itself ends."""


class Made:
    """What one coordinator made, and whether it still opens anything."""

    def __init__(self, house, member, invitation, key, feed, owner):
        self.house, self.member = house, member
        self.invitation, self.key, self.feed, self.owner = invitation, key, feed, owner

    async def opens(self):
        """Names of what still works."""
        async with self.house.db.read() as db:
            calendar = await agenda.read(db, Library.load(Path(ROOT) / "sessions"), self.feed)
        found = {"key": await keys.find(self.house.db, self.key), "feed": calendar}
        try:
            found["invitation"] = await invitations.look(self.house.db, self.invitation)
        except InvitationError as error:
            assert error.status == 404
        try:
            async with self.house.db.read() as db:
                found["owner"] = await owners.read(db, self.owner, days.today())
        except owners.OwnerAddressError as error:
            assert error.status == 410
        return {name for name, row in found.items() if row}


async def made(house):
    """Samira, a coordinator, and Kevin, another one who made something of everything."""
    samira = await house.account("Samira")
    place = await house.dossier(samira)
    kevin = await house.account("Kevin")
    actor = await house.one(select(Membership).where(Membership.account_id == samira.id))
    member = await house.join(kevin, place, "coordinator")
    feed = await house.db.write(lambda db: agenda.open(db, place, kevin))
    await house.db.write(lambda db: actions.create(db, place, "", "Bellen", account_id=None, owner="GGD"))
    owner = await house.db.write(lambda db: owners.open(db, place, kevin, "GGD"))
    invitation = await invitations.invite(house.db, place, "coordinator", kevin.id)
    key = await keys.make(house.db, member, "dashboard")
    member = await house.one(select(Membership).where(Membership.id == member.id))
    return actor, Made(house, member, invitation, key, feed, owner)


def bus(house):
    return house.services.room.bus


@both_databases
async def test_nothing_of_a_removed_member_opens_the_dossier(house):
    samira, kevins = await made(house)
    assert await members.remove(house.db, bus(house), samira, kevins.member.id)
    assert await kevins.opens() == set()
    with pytest.raises(InvitationError):
        await invitations.accept_as_new(house.db, kevins.invitation, "k2@a.nl", "Kevin", PASSWORD)
    deeds = await house.db.write(lambda db: _logged(db, samira.account_id))
    assert {
        What.INVITATION_WITHDRAWN,
        What.API_KEY_REVOKED,
        What.CALENDAR_REMOVED,
        What.OWNER_ADDRESS_REVOKED,
    } < deeds


async def test_a_removed_member_sees_what_the_room_sees_until_the_end_and_comes_in_until_there_is_a_new_code(
    house, client
):
    samira, kevins = await made(house)
    services = house.services
    desk = await a_desk(services, samira.account)
    session = await a_session(services, partnership=samira.partnership, sign_in=desk, step="zorgen-kansen")
    room, seen = await conduct(services, session), f"/scherm/{session.screen_token}"
    assert await members.remove(house.db, bus(house), samira, kevins.member.id)
    assert (await client.get(f"/j/{session.join_token}")).status_code == 200
    inside = await a_participant(services, session)
    await room.rotate_codes()
    assert (await client.get(f"/j/{session.join_token}")).status_code == 404
    assert (await client.get("/deelnemen", headers=inside.header)).status_code == 200
    asked = activity(session, "zorgen-kansen").question
    assert asked in unescape((await client.get(seen)).text)
    await room.end()
    assert asked not in unescape((await client.get(seen)).text)


async def test_nothing_of_who_left_opens_the_dossier(house):
    _, kevins = await made(house)
    assert await members.remove(house.db, bus(house), kevins.member, kevins.member.id)
    assert await kevins.opens() == set()


async def test_a_coordinator_who_becomes_reader_keeps_nothing(house):
    samira, kevins = await made(house)
    assert await members.change_role(house.db, bus(house), samira, kevins.member.id, "lezer")
    assert await kevins.opens() == set()


async def test_a_coordinator_who_becomes_begeleider_keeps_only_what_a_begeleider_makes(house):
    samira, kevins = await made(house)
    assert await members.change_role(house.db, bus(house), samira, kevins.member.id, "begeleider")
    assert await kevins.opens() == {"feed", "owner"}


async def test_who_handed_over_keeps_only_what_a_begeleider_makes(house):
    samira, kevins = await made(house)
    assert await members.hand_over(house.db, kevins.member, samira.id)
    assert await kevins.opens() == {"feed", "owner"}


async def test_what_others_made_and_what_was_made_elsewhere_stays(house):
    samira, kevins = await made(house)
    elsewhere = await house.dossier(kevins.member.account, "Elders")
    theirs = await invitations.invite(house.db, elsewhere, "lezer", kevins.member.account_id)
    ours = await invitations.invite(house.db, samira.partnership_id, "lezer", samira.account_id)
    assert await members.remove(house.db, bus(house), samira, kevins.member.id)
    assert await invitations.look(house.db, theirs)
    assert await invitations.look(house.db, ours)


@both_databases
async def test_a_form_that_was_under_way_makes_nothing_after_the_removal(house):
    samira, kevins = await made(house)
    kevin, place = kevins.member, samira.partnership_id
    others = await house.join(await house.account("Els"), place, "begeleider")
    assert await members.remove(house.db, bus(house), samira, kevin.id)
    for late in (
        lambda: invitations.invite(house.db, place, "coordinator", kevin.account_id),
        lambda: keys.make(house.db, kevin, "nog een"),
        lambda: house.db.write(lambda db: agenda.open(db, place, kevin.account)),
        lambda: house.db.write(lambda db: owners.open(db, place, kevin.account, "GGD")),
        lambda: members.change_role(house.db, bus(house), kevin, others.id, "lezer"),
        lambda: members.remove(house.db, bus(house), kevin, others.id),
    ):
        with pytest.raises(PermissionDeniedException):
            await late()
    for model in (Invitation, ApiKey, CalendarFeed):
        assert await house.one(select(model.id)) is None


def test_every_column_by_which_an_account_may_hold_something_in_a_dossier_is_judged():
    """A new one is either a fact, or something that ends with the member: say which."""
    people = {Account.__tablename__, SignIn.__tablename__}
    held = {f"{holding.model.__tablename__}.created_by" for holding in holdings.HOLDINGS}
    dossier = {table.name for table in erasures.TABLES} | {"erasure", "writer"}
    found = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if table.name in dossier and key.column.table.name in people
    }
    assert found == held | FACTS | DESK


async def _logged(db, account_id):
    return set(await db.scalars(select(Deed.what).where(Deed.account_id == account_id)))
