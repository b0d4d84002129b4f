import uuid

from tests.people import PASSWORD, both_databases
from workshop.accounts import sign_in
from workshop.models import Session
from workshop.pages import visitor

pytestmark = both_databases


async def _visit(house, account):
    token = await sign_in.sign_in(house.db, account.email, PASSWORD)
    return await visitor.find({"kompas": token}, house.services)


async def _session(house, partnership_id):
    async def store(db):
        session = Session(partnership_id=partnership_id, worksheet="1-A", title="Zorgen en kansen")
        db.add(session)
        await db.flush()
        return session.id

    return await house.db.write(store)


async def test_a_membership_is_found_by_the_partnership_and_by_its_session(house):
    samira = await house.account("Samira")
    mine = await house.dossier(samira)
    session_id = await _session(house, mine)
    here = await _visit(house, samira)
    for place in ({"partnership_id": mine}, {"session_id": session_id}):
        member = await visitor.member_of(house.services, here, **place)
        assert (member.role, member.partnership_id) == ("coordinator", mine)


async def test_an_outsider_and_the_beheerder_find_no_membership_of_somebody_else_s_dossier(house):
    theirs = await house.dossier(await house.account("Samira"))
    session_id = await _session(house, theirs)
    for account in (await house.account("Kevin"), await house.account("Els", is_manager=True)):
        here = await _visit(house, account)
        assert await visitor.member_of(house.services, here, partnership_id=theirs) is None
        assert await visitor.member_of(house.services, here, session_id=session_id) is None


async def test_without_a_place_or_with_two_that_do_not_belong_together_nothing_is_found(house):
    samira = await house.account("Samira")
    one, two = [await house.dossier(samira, name) for name in ("Een", "Twee")]
    session_id = await _session(house, one)
    here = await _visit(house, samira)
    assert await visitor.member_of(house.services, here) is None
    assert await visitor.member_of(house.services, here, partnership_id=two, session_id=session_id) is None
    assert await visitor.member_of(house.services, here, partnership_id=uuid.uuid4()) is None


async def test_a_websocket_s_cookies_find_visitor_and_membership_or_nothing(house):
    samira = await house.account("Samira")
    session_id = await _session(house, await house.dossier(samira))
    token = await sign_in.sign_in(house.db, samira.email, PASSWORD)
    found = await visitor.find_member({"kompas": token}, house.services, session_id=session_id)
    assert found.sign_in.account_id == found.member.account_id == samira.id
    assert await visitor.find_member({"kompas": "anders"}, house.services, session_id=session_id) is None
    assert await visitor.find_member({}, house.services, session_id=session_id) is None
