import asyncio
import datetime as dt

import pytest
from sqlalchemy import select

from tests.people import PASSWORD, both_databases
from workshop import codes
from workshop.accounts import AccountError, invitations, sign_in
from workshop.accounts.invitations import InvitationError
from workshop.log.what import What
from workshop.models import Account, Deed, Invitation, Membership, now
from workshop.pages import visitor


async def _invite(house, role="begeleider"):
    samira = await house.account("Samira")
    place = await house.dossier(samira)
    return place, await invitations.invite(house.db, place, role, samira.id)


def _accept(house, token, name="Kevin"):
    return invitations.accept_as_new(house.db, token, f"{name.lower()}@a.nl", name, PASSWORD)


async def _visit(house, account):
    token = await sign_in.sign_in(house.db, account.email, PASSWORD)
    return await visitor.find({"kompas": token}, house.services)


async def _names(house):
    async with house.db.read() as db:
        return list(await db.scalars(select(Account.name)))


async def _refused(attempt):
    with pytest.raises(InvitationError) as caught:
        await attempt
    return caught.value.status


@both_databases
async def test_an_invitation_makes_an_account_with_its_role_and_signs_in(house):
    place, token = await _invite(house)
    offer, secret = await _accept(house, token)
    here = await visitor.find({"kompas": secret}, house.services)
    member = await visitor.member_of(house.services, here, partnership_id=place)
    assert (offer.partnership.id, member.role, here.account.is_manager) == (place, "begeleider", False)
    assert await house.one(select(Deed).where(Deed.what == What.INVITATION_USED))


@both_databases
async def test_an_invitation_works_once_also_for_two_at_the_same_time(house):
    _, token = await _invite(house)
    results = await asyncio.gather(
        *(_accept(house, token, name) for name in ("Kevin", "Els", "Bo")), return_exceptions=True
    )
    refused = [result.status for result in results if isinstance(result, InvitationError)]
    assert refused == [410, 410]
    assert await _refused(invitations.look(house.db, token)) == 410


@both_databases
async def test_an_expired_an_unknown_and_a_withdrawn_invitation_do_not_work(house):
    place, token = await _invite(house)
    row = await house.one(select(Invitation).where(Invitation.token_hash == codes.token_hash(token)))
    await house.change(Invitation, row.id, expires_at=now() - dt.timedelta(minutes=1))
    assert await _refused(_accept(house, token)) == 410
    [waiting] = await invitations.open_invitations(house.db, place)
    assert waiting.expires_at < now()
    assert await _refused(_accept(house, codes.new_token())) == 404
    samira = await house.one(select(Account))
    await invitations.withdraw(house.db, place, row.id, samira.id)
    assert await _refused(_accept(house, token)) == 404
    assert await _names(house) == ["Samira"]


async def test_a_mistake_in_the_form_leaves_the_invitation_unused(house):
    _, token = await _invite(house)
    with pytest.raises(AccountError):
        await invitations.accept_as_new(house.db, token, "samira@lindewaard.nl", "Sam", PASSWORD)
    assert await _accept(house, token)


async def test_somebody_with_an_account_joins_once_and_a_member_does_not_use_it_up(house):
    place, token = await _invite(house, "lezer")
    samira = await _visit(house, await house.one(select(Account)))
    assert await _refused(invitations.accept(house.db, token, samira)) == 409
    kevin = await _visit(house, await house.account("Kevin"))
    await invitations.accept(house.db, token, kevin)
    assert (await visitor.member_of(house.services, kevin, partnership_id=place)).role == "lezer"
    assert (await visitor.member_of(house.services, samira, partnership_id=place)).role == "coordinator"
    els = await _visit(house, await house.account("Els"))
    assert await _refused(invitations.accept(house.db, token, els)) == 410


async def test_an_invitation_has_a_role_that_is_there(house):
    samira = await house.account("Samira")
    for role in ("beheerder", "", "Coordinator"):
        with pytest.raises(ValueError, match="Kies een rol"):
            await invitations.invite(house.db, await house.dossier(samira), role, samira.id)


async def test_an_invitation_of_another_dossier_cannot_be_withdrawn(house):
    place, token = await _invite(house)
    els = await house.account("Els")
    elsewhere = await house.dossier(els, "Elders")
    [waiting] = await invitations.open_invitations(house.db, place)
    assert await _refused(invitations.withdraw(house.db, elsewhere, waiting.id, els.id)) == 404
    assert await _accept(house, token)


async def test_the_first_address_makes_the_beheerder_and_that_of_an_earlier_start_does_not(
    house, monkeypatch
):
    older = await invitations.first_account_token(house.services.db, house.services.settings.invitation_days)
    monkeypatch.setattr(invitations, "TOGETHER", dt.timedelta(0))
    newer = await invitations.first_account_token(house.services.db, house.services.settings.invitation_days)
    assert await _refused(_accept(house, older)) == 404
    offer, secret = await _accept(house, newer)
    here = await visitor.find({"kompas": secret}, house.services)
    assert offer.partnership is None
    assert here.account.is_manager
    assert await house.one(select(Membership)) is None
    assert (
        await invitations.first_account_token(house.services.db, house.services.settings.invitation_days)
        is None
    )


@both_databases
async def test_the_first_address_dies_when_an_account_comes_another_way(house):
    token = await invitations.first_account_token(house.services.db, house.services.settings.invitation_days)
    kevin = await _visit(house, await house.account("Kevin"))
    assert await _refused(invitations.accept(house.db, token, kevin)) == 410
    assert await _refused(_accept(house, token, "Els")) == 410
