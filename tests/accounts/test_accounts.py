import asyncio

import pytest
from sqlalchemy import func, select

from tests.people import PASSWORD, both_databases
from workshop import accounts
from workshop.accounts import AccountError
from workshop.models import Account


@both_databases
async def test_an_account_is_made_with_a_tidy_address_and_no_readable_password(house):
    made = await accounts.create(house.db, "  Samira@Gemeente.NL ", " Samira  de Vries ", PASSWORD)
    assert (made.email, made.name, made.is_manager) == ("samira@gemeente.nl", "Samira de Vries", False)
    assert PASSWORD not in made.password_hash


@both_databases
async def test_one_address_gets_one_account_also_in_capitals_and_at_the_same_time(house):
    def attempt(email):
        return accounts.create(house.db, email, "Sam", PASSWORD)

    results = await asyncio.gather(
        *map(attempt, ["sam@a.nl", "SAM@a.nl", "Sam@A.nl"]), return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, AccountError)]
    assert [(error.field, str(error)) for error in refused] == [
        ("email", "Er is al een account met dit e-mailadres.")
    ] * 2
    assert await house.one(select(func.count()).select_from(Account)) == 1


@pytest.mark.parametrize(
    ("email", "name", "password", "field"),
    [
        ("sam@a.nl", " ", PASSWORD, "name"),
        ("sam@a.nl", "S" * 81, PASSWORD, "name"),
        ("sam", "Sam", PASSWORD, "email"),
        ("sam@a", "Sam", PASSWORD, "email"),
        ("sam@a.nl, els@a.nl", "Sam", PASSWORD, "email"),
        (f"{'s' * 250}@a.nl", "Sam", PASSWORD, "email"),
        ("sam@a.nl", "Sam", "kort", "password"),
    ],
)
async def test_what_does_not_fit_says_in_which_field(house, email, name, password, field):
    with pytest.raises(AccountError) as caught:
        await accounts.create(house.db, email, name, password)
    assert caught.value.field == field
