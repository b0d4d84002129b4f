"""The table of the log: each key once, each sentence with the particulars that it names."""

import pytest
from sqlalchemy import select

from tests.people import a_facilitator, a_member, a_partnership, both_databases
from workshop.accounts import roles
from workshop.log import writing
from workshop.log.what import UNKNOWN, Group, What, instead_of_a_name, sentence
from workshop.models import Deed

SOMETHING = {
    **{"role": "lezer", "hours": 24, "worksheet": "1-A", "on": "2026-11-24"},
    **{"sentence": "zingt", "owner": "GGD"},
}


def test_no_two_keys_say_the_same():
    assert len({what.sentence for what in What}) == len(What)


def test_every_group_has_something_in_it():
    assert {what.group for what in What} == set(Group)


@pytest.mark.parametrize("what", What)
def test_a_sentence_is_made_of_its_particulars(what):
    given = {name: SOMETHING[name] for name in what.needs}
    said = sentence(what, given, roles.NAMES)
    assert said not in ("", UNKNOWN)
    assert "{" not in said
    for name in what.needs:
        assert sentence(what, {key: given[key] for key in given.keys() - {name}}, roles.NAMES) == UNKNOWN


def test_a_role_is_said_by_its_name():
    assert sentence("role-changed", {"role": "coordinator"}, roles.NAMES) == "maakt iemand coördinator"


def test_a_key_of_a_newer_version_is_said_to_be_unknown():
    assert sentence("dossier-sung", {}, roles.NAMES) == UNKNOWN
    assert instead_of_a_name("dossier-sung") == ""


@pytest.mark.parametrize(
    ("what", "particulars"),
    [(What.ROLE_CHANGED, {}), (What.ROLE_CHANGED, {"rol": "lezer"}), (What.SESSION_SAVED, {"hours": 1})],
)
async def test_a_line_without_its_own_particulars_is_not_written(database, what, particulars):
    with pytest.raises(TypeError, match=str(what)):
        await database.write(lambda db: writing.note_of_account(db, None, what, particulars=particulars))


@both_databases
async def test_in_one_sitting_one_line_for_each_thing(services):
    partnership = await a_partnership(services, await a_facilitator(services))
    member = await a_member(services, partnership, await a_facilitator(services), roles.BEGELEIDER)
    for worksheet in ("1-A", "1-A", "2", "1-A"):
        await services.db.write(
            lambda db, id=worksheet: writing.note_sitting(
                db, member, What.ACTIONS_REVIEWED, particulars={"worksheet": id}
            )
        )
    async with services.db.read() as db:
        found = list(await db.scalars(select(Deed.particulars).where(Deed.what == What.ACTIONS_REVIEWED)))
    assert sorted(line["worksheet"] for line in found) == ["1-A", "2"]
