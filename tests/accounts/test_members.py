import asyncio

import pytest
from sqlalchemy import select

from tests.people import both_databases
from workshop.accounts import members
from workshop.accounts.members import LastCoordinator
from workshop.log.what import What
from workshop.models import Deed, Membership


async def _two(house, role="begeleider"):
    """A coordinator, and a colleague with a role: both memberships."""
    samira = await house.account("Samira")
    place = await house.dossier(samira)
    one = await house.one(select(Membership).where(Membership.account_id == samira.id))
    other = await house.join(await house.account("Kevin"), place, role)
    return one, other


def _remove(house, actor, membership_id):
    return members.remove(house.db, house.services.room.bus, actor, membership_id)


async def test_a_role_changes_and_the_log_says_who_did_it(house):
    samira, kevin = await _two(house)
    assert await members.change_role(house.db, house.services.room.bus, samira, kevin.id, "lezer")
    assert [member.role for member in await members.listed(house.db, samira.partnership_id)] == [
        "lezer",
        "coordinator",
    ]
    deed = await house.one(select(Deed).where(Deed.what == What.ROLE_CHANGED))
    assert (deed.account_id, deed.about) == (samira.account_id, "Kevin")
    assert deed.particulars == {"role": "lezer"}


async def test_the_last_coordinator_neither_leaves_nor_steps_down(house):
    samira, _ = await _two(house)
    with pytest.raises(LastCoordinator):
        await _remove(house, samira, samira.id)
    with pytest.raises(LastCoordinator):
        await members.change_role(house.db, house.services.room.bus, samira, samira.id, "lezer")
    assert (await house.one(select(Membership).where(Membership.id == samira.id))).role == "coordinator"


@both_databases
async def test_of_two_coordinators_who_leave_at_once_one_stays(house):
    samira, kevin = await _two(house, "coordinator")
    results = await asyncio.gather(
        _remove(house, samira, samira.id), _remove(house, kevin, kevin.id), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["LastCoordinator", "bool"]
    assert len(await members.listed(house.db, samira.partnership_id)) == 1


async def test_a_member_of_another_dossier_is_not_found(house):
    samira, kevin = await _two(house)
    els = await house.account("Els")
    await house.dossier(els, "Elders")
    stranger = await house.one(select(Membership).where(Membership.account_id == els.id))
    assert not await members.change_role(house.db, house.services.room.bus, stranger, kevin.id, "coordinator")
    assert not await _remove(house, stranger, kevin.id)
    assert len(await members.listed(house.db, samira.partnership_id)) == 2
