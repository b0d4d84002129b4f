"""The size of a packed page tells nobody what somebody else wrote."""

import random
import uuid
import zlib
from io import BytesIO

import pytest
from sqlalchemy import select

from tests.pages.test_warning import ALONE as TO_THE_DESK
from tests.pages.test_warning import a_phone, each_kind
from tests.people import a_participant, conduct, signed_in
from workshop.models import Contribution
from workshop.pages.packing import PACKED, Pieces
from workshop.render import ALONE

PACKS, PLAIN = {"Accept-Encoding": "gzip, deflate, br"}, {"Accept-Encoding": "identity"}
SECRETS = ("Kevin uit 4B doet dit", "Sofie van Dijk zag alles", "Wat Ahmed Yilmaz toen riep")
SEEN_BY_ALL = "De buurt let op elkaar"


def packed(*pieces):
    buffer = BytesIO()
    packer = Pieces(buffer, Pieces.encoding, PACKED)
    packer.write(ALONE.join(pieces).encode())
    packer.close()
    assert zlib.decompress(buffer.getvalue()).decode() == "".join(pieces)
    return len(buffer.getvalue())


def guesses(secret):
    """The secret, and as many letters that are not it."""
    letters = list(secret)
    random.Random(4).shuffle(letters)
    return secret, "".join(letters)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_right_guess_beside_what_is_alone_is_as_large_as_beside_anything_else(secret):
    others = [*SECRETS, "x" * 40, ""]
    for guess in guesses(secret):
        assert len({packed(guess, other, "<p>") - packed("", other, "<p>") for other in others}) == 1
    right, wrong = guesses(secret)
    assert packed(right + secret) < packed(wrong + secret)  # else this would notice nothing


@each_kind
async def test_what_waits_and_what_was_taken_off_the_screen_is_alone_on_the_desk(client, services, kind):
    phone = await a_phone(client, services, kind, holds_back=True)
    session = phone.session
    sent = [await says(services, phone, text) for text in (*SECRETS, SEEN_BY_ALL)]
    chair = await conduct(services, session)
    await chair.set_card_state(sent[2], "hidden")
    await chair.set_card_state(sent[3], "shown")
    await signed_in(client, services, chair.sign_in.account)
    for path in ("regie", "regie/scene"):
        pieces = (await client.get(f"/sessies/{session.id}/{path}", headers=PLAIN)).text.split(ALONE)
        for secret in SECRETS:
            [piece] = [piece for piece in pieces if secret in piece]
            assert [text for text in (*SECRETS, SEEN_BY_ALL) if text in piece] == [secret]
            assert session.screen_token not in piece
        assert not any(session.screen_token in piece for piece in pieces if SEEN_BY_ALL in piece)


@each_kind
async def test_what_a_phone_wrote_and_waits_is_alone_among_what_others_wrote(client, services, kind):
    phone = await a_phone(client, services, kind, holds_back=True)
    await phone.send(SECRETS[0], **TO_THE_DESK)
    await (await conduct(services, phone.session)).set_card_state(
        await says(services, phone, SEEN_BY_ALL), "shown"
    )
    pieces = (await client.get("/deelnemen", headers=PLAIN)).text.split(ALONE)
    beside = [piece for piece in pieces if SEEN_BY_ALL in piece and f"<bdi>{SECRETS[0]}</bdi>" in piece]
    assert not beside
    assert any(f"<bdi>{SECRETS[0]}</bdi>" in piece for piece in pieces)


async def test_only_phones_and_the_desk_are_packed(client, services):
    phone = await a_phone(client, services)
    chair = await conduct(services, phone.session)
    await signed_in(client, services, chair.sign_in.account)
    home, dossier = f"/sessies/{phone.session.id}", f"/dossiers/{phone.session.partnership_id}"
    for path, is_packed in {
        "/deelnemen": True,
        "/hulp": True,
        f"{home}/regie": True,
        f"{home}/regie/scene": True,
        f"{home}/programma": False,
        f"/scherm/{phone.session.screen_token}": False,
        dossier: False,
        f"{dossier}/zoeken?q=kaart": False,
    }.items():
        answer = await client.get(path, headers=PACKS)
        assert answer.status_code == 200, path
        assert (answer.headers.get("content-encoding") == "deflate") == is_packed, path
        if is_packed:
            assert "Accept-Encoding" in answer.headers["vary"]


async def says(services, phone, text):
    """Another phone sends this."""
    sender, card = await a_participant(services, phone.session), uuid.uuid4()
    form = {name: [value] for name, value in (phone.form | {phone.field: text} | TO_THE_DESK).items()}
    await services.room.contribute(phone.session.id, sender.id, phone.session.activity_id, card, form)
    async with services.db.read() as db:
        rows = await db.scalars(select(Contribution))
        return next(row.id for row in rows if text in row.body.values())
