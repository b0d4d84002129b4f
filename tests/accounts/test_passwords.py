import argon2
import pytest

from workshop.accounts import passwords

pytestmark = pytest.mark.usefixtures("costly_passwords")

GOOD = "drie groene fietsen"


@pytest.mark.parametrize("password", ["", "kort", "elf tekens!"])
def test_a_short_password_is_refused_with_what_to_do(password):
    with pytest.raises(ValueError, match="minstens 12 tekens"):
        passwords.checked(password)


@pytest.mark.parametrize(
    "password", ["wachtwoord123", "Welkom123456!", "123456789012", "WachtwoordWachtwoord1", "abababababab"]
)
def test_a_password_that_everybody_tries_first_is_refused(password):
    with pytest.raises(ValueError, match="makkelijk te raden"):
        passwords.checked(password)


def test_a_password_of_200_characters_is_kept_and_of_201_is_refused():
    assert passwords.checked("een zin " * 25)
    with pytest.raises(ValueError, match="te lang"):
        passwords.checked("een zin " * 25 + "!")


async def test_a_password_fits_its_own_hash_and_no_other_does():
    kept = await passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert await passwords.fits(kept, GOOD)
    assert not await passwords.fits(kept, GOOD + "!")


async def test_one_password_fits_however_the_keyboard_makes_its_accents():
    assert await passwords.fits(await passwords.hashed("caf\u00e9 om de hoek"), "cafe\u0301 om de hoek")


async def test_nobody_s_password_never_fits_and_a_broken_hash_is_just_wrong():
    assert not await passwords.fits(None, "of nobody at all")
    assert not await passwords.fits("not a hash", GOOD)
    assert not await passwords.fits(await passwords.hashed(GOOD), "x" * 100_000)


async def test_a_hash_with_older_parameters_is_outdated():
    older = argon2.PasswordHasher(time_cost=1, memory_cost=1024).hash(GOOD)
    assert passwords.outdated(older)
    assert not passwords.outdated(await passwords.hashed(GOOD))
