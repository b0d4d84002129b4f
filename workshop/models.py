"""The tables. One row is one fact; a state that somebody will ask about has a who and a when."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from workshop.codes import new_id, new_token
from workshop.days import now


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A time with its zone, also on SQLite, which forgets it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        return value.astimezone(dt.UTC) if value else value

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        return value.replace(tzinfo=dt.UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        dt.datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        uuid.UUID: Uuid(),
        str: String(200),
    }


def _owner(table: str) -> Any:
    return mapped_column(ForeignKey(f"{table}.id", ondelete="CASCADE"), index=True)


def _someone() -> Any:
    """Returns the column for who did it. The fact outlives the account."""
    return mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


# --- people ---------------------------------------------------------------------------------------


class Account(Base):
    __tablename__ = "account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    """Empty for somebody who only signs in through an identity provider."""
    is_manager: Mapped[bool] = mapped_column(default=False)
    """A beheerder: manages the installation, sees no dossier without a membership."""
    wants_mail: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Gets letters, where the installation sends any."""
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class SentLetter(Base):
    """A letter to an account that was begun: it is never sent twice."""

    __tablename__ = "sent_letter"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = _owner("account")
    key: Mapped[str] = mapped_column(String(120))
    """What it is: the digest of a month, or the eve of a session."""
    outcome: Mapped[str] = mapped_column(String(20), default="")
    """Of mail/sending.py; empty as long as nothing is known of it."""
    began_at: Mapped[dt.datetime] = mapped_column(default=now)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class SignIn(Base):
    """One browser of one account. The cookie holds the token; this row only its hash."""

    __tablename__ = "sign_in"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = _owner("account")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(default=now)
    """When somebody last proved here who they are; what guards the account asks for it again after a
    while."""

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class Passkey(Base):
    """What one device or password manager signs in with. The secret stays there; this is its public half."""

    __tablename__ = "passkey"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = _owner("account")
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    """Rises at each use where the device counts: a copy that lags behind is refused."""
    name: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    used_at: Mapped[dt.datetime | None]


class RecoveryCode(Base):
    """A way in without the passkey, once. People keep the code; this row only its hash."""

    __tablename__ = "recovery_code"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = _owner("account")
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[dt.datetime | None]


class Identity(Base):
    """An account as an identity provider knows it."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("account_id", "issuer"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = _owner("account")
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class SealKey(Base):
    """The key with which accounts/seals.py seals what browsers keep. One row, made when it is needed."""

    __tablename__ = "seal_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    key: Mapped[str] = mapped_column(String(44))


class Attempt(Base):
    """What a browser of an account began and must finish within minutes, such as a sign-in that waits for a
    passkey; or that somebody signed in with what a stranger began.

    The cookie holds the token; this row only its hash. Used once: whoever takes it deletes it.
    """

    __tablename__ = "attempt"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[uuid.UUID | None] = _owner("account")
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class Invitation(Base):
    """A one-time address. Without a partnership it makes the first beheerder."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    partnership_id: Mapped[uuid.UUID | None] = _owner("partnership")
    role: Mapped[str] = mapped_column(String(20))
    created_by: Mapped[uuid.UUID | None] = _someone()
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    used_by: Mapped[uuid.UUID | None] = _someone()


class Partnership(Base):
    """A dossier: the record of one samenwerkingsverband."""

    __tablename__ = "partnership"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    created_by: Mapped[uuid.UUID | None] = _someone()
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    erasure: Mapped[Erasure | None] = relationship(lazy="raise", passive_deletes=True)
    """Loaded for the pages of a member, see pages/visitor.py."""
    running: Mapped[list[Session]] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(Session.partnership_id == Partnership.id, Session.opened_at.is_not(None), "
        "Session.ended_at.is_(None), Session.rehearsal_of.is_(None))",
        order_by="Session.created_at.desc()",
    )
    """Sessions that people can join now, loaded for the same pages with only what their banner says."""


class DossierBranding(Base):
    """What makes documents of a dossier look like its organisation. A table of its own: every page of a
    member reads the dossier, and none of them the logo."""

    __tablename__ = "branding"

    partnership_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("partnership.id", ondelete="CASCADE"), primary_key=True
    )
    logo: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """A PNG of logos.py, or empty."""
    colour: Mapped[str] = mapped_column(String(7), default="")
    """`#rrggbb`, legible by colours.py, or empty."""


class Erasure(Base):
    """Somebody asked to delete a whole dossier. Until that day everything can be read, and it can be kept.
    A dossier that is being taken over from an archive has one too, on a day that never comes."""

    __tablename__ = "erasure"

    partnership_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("partnership.id", ondelete="CASCADE"), primary_key=True
    )
    on: Mapped[dt.date]
    """From this day the retention round really deletes it."""
    asked_by: Mapped[uuid.UUID | None] = _someone()
    asked_at: Mapped[dt.datetime] = mapped_column(default=now)

    asker: Mapped[Account | None] = relationship(lazy="joined")


class Writer(Base):
    """Somebody of another installation, in a dossier that came from there: an account with a name and nothing
    else, that nobody signs in with. It goes when the dossier goes."""

    __tablename__ = "writer"

    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")


class ApiKey(Base):
    """A machine that may read one dossier. It has the token; this row only its hash."""

    __tablename__ = "api_key"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[uuid.UUID | None] = _someone()
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    used_on: Mapped[dt.date | None]
    """The last day on which it read something."""

    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)


class Webhook(Base):
    """An address of another system that hears what changed in a dossier."""

    __tablename__ = "webhook"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    address: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(60))
    """Signs what it hears, so it is kept as it is."""
    created_by: Mapped[uuid.UUID | None] = _someone()
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    told_until: Mapped[dt.datetime] = mapped_column(default=now)
    """It heard everything up to here, and nothing after it."""
    failing_since: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(20), default="")
    """What went wrong the last time: a status of HTTP, or in words."""
    next_at: Mapped[dt.datetime] = mapped_column(default=now)
    paused_at: Mapped[dt.datetime | None]
    """Since when nothing is sent any more, until a coordinator tries again."""


class Membership(Base):
    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("partnership_id", "account_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    account_id: Mapped[uuid.UUID] = _owner("account")
    role: Mapped[str] = mapped_column(String(20))
    """coordinator, begeleider or lezer; accounts/roles.py says what each may do."""
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)


class Deed(Base):
    """What an account did, for the log of a partnership. Never about participants, never card text."""

    __tablename__ = "deed"
    __table_args__ = (Index("ix_deed_partnership_id_at", "partnership_id", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID | None] = _owner("partnership")
    session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"))
    account_id: Mapped[uuid.UUID | None] = _someone()
    what: Mapped[str] = mapped_column(String(60))
    """A key of log/what.py, which has its sentence."""
    particulars: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """Small facts that the sentence names: a role, hours, a worksheet."""
    about: Mapped[str] = mapped_column(Text, default="")
    times: Mapped[int] = mapped_column(default=1, server_default="1")
    """How often in one sitting: many quick changes of one kind are one line."""
    at: Mapped[dt.datetime] = mapped_column(default=now)


# --- the live session -----------------------------------------------------------------------------


class Session(Base):
    """One live run of one worksheet for one partnership."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_partnership_id_created_at", "partnership_id", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    worksheet: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Id of the ambition or activity that the worksheet is filled in for; empty for the partnership."""
    title: Mapped[str]
    holds_back: Mapped[bool] = mapped_column(default=True)
    """Cards wait for the facilitator (always so when young people take part)."""
    groups: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """The groups that phones can choose from, as session_groups.py has them; empty for the fixed ones."""
    rehearsal_of: Mapped[uuid.UUID | None]
    """Id of the session whose plan somebody only practises with: then it is in no dossier (`in_dossier`)."""
    revision: Mapped[int] = mapped_column(default=0)
    """Rises with every change that an audience may see."""

    join_token: Mapped[str] = mapped_column(String(40), unique=True, default=new_token)
    screen_token: Mapped[str] = mapped_column(String(40), unique=True, default=new_token)
    code: Mapped[str | None] = mapped_column(String(8), unique=True)
    """Typed code; none as long as the room admits nobody."""
    admits: Mapped[bool] = mapped_column(default=False)
    blank: Mapped[bool] = mapped_column(default=False)
    """The big screen shows nothing but the name of the product."""
    shows: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What the big screen has instead of the step: one of `INSTEAD` (live/picture.py), or nothing."""
    large_card: Mapped[uuid.UUID | None]
    """The card that stands alone and large on the big screen; none for all of them."""
    still: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """While the big screen stands still: id of each card that was on it -> id of its cluster, empty for a
    loose one. Ids only: the words stand in one place. None while the screen follows the desk."""
    page_turns: Mapped[int | None]
    """How many pages on the desk turned the big screen since it took over, or back where it is below 0; none
    while they turn by themselves."""
    phones_read: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Phones may read what stands on the big screen."""
    announcement: Mapped[str] = mapped_column(String(140), default="", server_default="")
    """A message of the facilitator on every phone; empty for none, and at the end."""
    help_calls: Mapped[int] = mapped_column(default=0)
    """How often the facilitator opened Hulp on all phones; a phone opens it when the number rises."""
    activity_id: Mapped[uuid.UUID | None]
    """The current step; none is the lobby."""
    question_id: Mapped[uuid.UUID | None]
    """The quick question that stands above the current step; none at most times."""
    driver_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("sign_in.id", ondelete="SET NULL"))
    """The browser that has the wheel: only it changes the step."""
    recent: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """What the desk did in the last minutes and can undo (live/recent.py); emptied at the end."""
    review: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Edits of an unfinished review, as the form posted them."""

    created_by: Mapped[uuid.UUID | None] = _someone()
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    starts_at: Mapped[dt.datetime | None]
    """The day and time that it is meant for. Nothing happens by itself then; None where nobody said."""
    plan_seen_at: Mapped[dt.datetime | None]
    """When a facilitator first looked at its plan."""
    screen_seen_at: Mapped[dt.datetime | None]
    """When its big screen was first opened before people came."""
    opened_at: Mapped[dt.datetime | None]
    """When a facilitator opened the door: from then on the hours count after which it ends by itself. None
    while it is only being prepared."""
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[uuid.UUID | None] = _someone()
    """None too for a session that ended by itself."""
    cut_at: Mapped[dt.datetime | None]
    """When the links between its cards and phones were cut. An ended session that still has them can be
    opened again."""
    saved_at: Mapped[dt.datetime | None]
    saved_by: Mapped[uuid.UUID | None] = _someone()
    papers: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many people answered on paper: the largest number of sheets at one step."""
    phones: Mapped[int] = mapped_column(default=0)
    """How many phones took part, kept when their links are cut."""

    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)
    activities: Mapped[list[Activity]] = relationship(
        lazy="selectin", order_by="Activity.position", cascade="all, delete-orphan", passive_deletes=True
    )

    ahead: Mapped[Ahead | None] = relationship(
        lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_prepared(self) -> bool:
        """Whether it is made but nobody opened it yet: then nobody can join, except `ahead`."""
        return self.opened_at is None and self.ended_at is None

    @property
    def takes_ahead(self) -> bool:
        """Whether people answer before the meeting, at this moment."""
        return self.is_prepared and self.ahead is not None and self.ahead.is_open(now())

    @property
    def current_id(self) -> uuid.UUID | None:
        """Id of what is on phones and screen: a quick question, else the current step; None for the lobby.
        Before the meeting, the step that people answered ahead."""
        if self.is_prepared and self.ahead:
            return self.ahead.activity_id
        return self.question_id or self.activity_id

    def was_ahead(self, activity: Activity) -> bool:
        """Says whether people answer this step before the meeting, or did."""
        ahead = self.ahead
        return (
            ahead is not None
            and ahead.activity_id == activity.id
            and (ahead.closed_at is None or ahead.phones > 0)
        )


def in_dossier(partnership_id: uuid.UUID | None = None) -> tuple[ColumnElement[bool], ...]:
    """Says which sessions belong to dossiers, or to this one: not those that somebody only practises with."""
    mine = () if partnership_id is None else (Session.partnership_id == partnership_id,)
    return (*mine, Session.rehearsal_of.is_(None))


class Rehearsal(Base):
    """That an account practises with a plan, with one at a time. The plan, and what simulated phones sent,
    stand in a session of its own."""

    __tablename__ = "rehearsal"

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), unique=True
    )
    began_at: Mapped[dt.datetime] = mapped_column(default=now)
    watched_at: Mapped[dt.datetime] = mapped_column(default=now)
    """When a desk was last there. Nobody comes back to a rehearsal that was left for long: it goes."""
    player: Mapped[uuid.UUID | None]
    """The process whose simulated phones take part."""
    played_at: Mapped[dt.datetime] = mapped_column(default=now)
    """When that process last said so. Once it is silent, another takes over."""


class Ahead(Base):
    """That people may answer one step of a session before the meeting, by a secret address."""

    __tablename__ = "ahead"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    """Another one each time that it is opened: by it a tombstone knows which links were cut."""
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), unique=True)
    activity_id: Mapped[uuid.UUID]
    token: Mapped[str | None] = mapped_column(String(40), unique=True)
    """In the address; none once it is closed."""
    began_at: Mapped[dt.datetime] = mapped_column(default=now)
    until: Mapped[dt.datetime]
    """When it closes by itself."""
    closed_at: Mapped[dt.datetime | None]
    """When it closed, and the links between answers and phones were cut."""
    phones: Mapped[int] = mapped_column(default=0)
    """How many phones answered, of which nobody knows any more what."""

    def is_open(self, moment: dt.datetime) -> bool:
        return self.closed_at is None and moment < self.until


class Activity(Base):
    """One step of a session's plan."""

    __tablename__ = "activity"
    __table_args__ = (UniqueConstraint("session_id", "key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = _owner("session")
    key: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str]
    question: Mapped[str] = mapped_column(String(300))
    help: Mapped[str] = mapped_column(String(300), default="")
    youth: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Title, question and help as phones of young people read them; what is missing is as for everybody."""
    spoken: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What the facilitator can say, as `Spoken` of the content has it; no participant reads it."""
    audience: Mapped[str] = mapped_column(String(20), default="samen", server_default="samen")
    """Whom it asks, as `Asked.audience` of the content has it: everybody (`samen`), or a part of the room."""
    minutes: Mapped[int] = mapped_column(default=10)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    saves: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Output of the kind -> field id of the worksheet."""
    skipped: Mapped[bool] = mapped_column(default=False)
    beside: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A quick question or the parking lot: it stands in no plan, so it is skipped too."""
    open: Mapped[bool] = mapped_column(default=True)
    """Phones may send; closed by the facilitator's lock."""
    together: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its subgroups came back to one board: every phone answers all of its questions."""
    shown: Mapped[bool] = mapped_column(default=False)
    """Results that stay hidden until the facilitator shows them are shown."""
    disclosed: Mapped[dict[str, Any] | None] = mapped_column("told", JSON(none_as_null=True))
    """Slot -> which versions of answers were counted each time that they were shown (workshop/groups.py);
    none while nothing was shown."""
    started_at: Mapped[dt.datetime | None]
    left_at: Mapped[dt.datetime | None]
    """When the room went on to another step, the last time."""
    paused_at: Mapped[dt.datetime | None]
    extra_seconds: Mapped[int] = mapped_column(default=0)
    conclusion: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What the room concluded, for everybody to read; the review proposes it as a line."""
    jotted: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What facilitators noted for themselves; the review keeps it or drops it. No participant reads it."""


class Programme(Base):
    """A plan that a partnership saved as its own, to open later sessions of the same worksheet with."""

    __tablename__ = "programme"
    __table_args__ = (UniqueConstraint("partnership_id", "worksheet", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    worksheet: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    steps: Mapped[list[Any]]
    """Script activities as `sessions/*.toml` has them."""
    groups: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """As those of a session."""
    created_by: Mapped[uuid.UUID | None] = _someone()
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class Participant(Base):
    """A phone in a session. No name, no address, no time; deleted when the session is closed."""

    __tablename__ = "participant"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = _owner("session")
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """None once it left: nobody is this phone any more. The row stays, or the numbers would tell who went."""
    sent_out_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Hash of the token that it had, if a desk sent it out: its page says so. None for every other phone."""
    group: Mapped[str | None] = mapped_column(String(20))
    people: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many people sit at its screen, as they say: a table joins with one phone."""
    ready_for: Mapped[uuid.UUID | None]
    """Id of the step at which it says that it is ready; None again once the room goes on."""
    subgroup: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """Which question of the step `subgroup_step` it answers; empty for none."""
    subgroup_step: Mapped[uuid.UUID | None]


class Cluster(Base):
    """Cards that the facilitator put together under one name."""

    __tablename__ = "cluster"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    activity_id: Mapped[uuid.UUID] = _owner("activity")
    column: Mapped[str] = mapped_column(String(40), default="")
    name: Mapped[str]
    words_id: Mapped[uuid.UUID | None]
    """As `words_id` of a contribution."""
    position: Mapped[int] = mapped_column(default=0)


class Contribution(Base):
    """What one phone sent to one activity: a JSON body that the kind's `Answer` checked."""

    __tablename__ = "contribution"
    # One index finds rows by activity, and by phone in it: one more would be written with every row.
    __table_args__ = (UniqueConstraint("activity_id", "participant_id", "slot"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("participant.id", ondelete="SET NULL"), index=True
    )
    """Cut when the session closes: nobody can tell any more who sent it."""
    group: Mapped[str | None] = mapped_column(String(20))
    """Copied from the participant at the cut, and only for groups that are large enough."""
    slot: Mapped[str] = mapped_column(String(40))
    """One row per participant for kinds that replace; the contribution's own id for the others."""
    body: Mapped[dict[str, Any]]
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the facilitator added at the desk, such as an action's owner and date."""
    state: Mapped[str] = mapped_column(String(10), default="shown")
    """held, shown or hidden."""
    signals: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Kinds of warning that its text gave (safety/screening), never the words; emptied at the cut."""
    order: Mapped[int | None]
    """Arrival within the activity, for the desk; emptied at the cut."""
    cluster_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cluster.id", ondelete="SET NULL"))
    words_id: Mapped[uuid.UUID | None]
    """A new id each time that its words are overwritten; none while they are the first. By it a tombstone
    tells the old words from the new (safety/erasing/tombstones.py)."""
    version_id: Mapped[uuid.UUID | None]
    """A new id each time that its sender changes it: `Activity.disclosed` knows by it what was counted."""


class Discarded(Base):
    """A card or a cluster that a facilitator deleted just now, and can still bring back. It is on no screen;
    after two minutes, or when the links are cut, its words go for good."""

    __tablename__ = "discarded"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """Id of the card or the cluster."""
    session_id: Mapped[uuid.UUID] = _owner("session")
    participant_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("participant.id", ondelete="SET NULL"), index=True
    )
    """The phone that sent it, which may still take it back."""
    words_id: Mapped[uuid.UUID]
    """The id by which a tombstone will know its words."""
    sort: Mapped[str] = mapped_column(String(10))
    """card or cluster, as in a tombstone."""
    row: Mapped[dict[str, Any]]
    """The whole row, as it was."""
    tied: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of what was tied to it: the signals of a card, the cards of a cluster."""
    at: Mapped[dt.datetime] = mapped_column(default=now)
    """When the facilitator deleted it."""


class Alert(Base):
    """A card looked like a disclosure, and somebody must take it up. It outlives the card, not its text."""

    __tablename__ = "signal"
    __table_args__ = (Index("ix_signal_partnership_id_handled_at", "partnership_id", "handled_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"))
    session_id: Mapped[uuid.UUID] = _owner("session")
    contribution_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="SET NULL"), index=True
    )
    """The card while the session runs; cut with the links between cards and phones."""
    category: Mapped[str] = mapped_column("sort", String(20))
    """ervaring or dreiging."""
    raised_on: Mapped[dt.date]
    """The day of the session: a time would be the sender's."""
    handled_at: Mapped[dt.datetime | None]
    handled_by: Mapped[uuid.UUID | None] = _someone()


class Acknowledged(Base):
    """A contribution id that was accepted once. It stays when the contribution goes: nothing that was
    taken back returns because a phone sends it again. When no phone can send any more, it goes."""

    __tablename__ = "acknowledged"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    session_id: Mapped[uuid.UUID] = _owner("session")


class Tombstone(Base):
    """Something that was erased, so that an older backup does not bring it back. Never what it said."""

    __tablename__ = "tombstone"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """Random, as every id here: it tells nothing about anybody."""
    sort: Mapped[str] = mapped_column(String(10), primary_key=True)
    """A kind of safety/erasing/tombstones.py."""
    on: Mapped[dt.date]


# --- the record -----------------------------------------------------------------------------------


class Answer(Base):
    """The answer to one field of a partnership; `number` is its current version.

    `about` is empty for the partnership as a whole, and the id of an ambition or activity for the
    worksheets that are filled in once for each of those.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("partnership_id", "field", "about"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    field: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[int] = mapped_column(default=0)
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The current version's body: `{"items": [Item, …], "gaps": {…}, "round": "…"}`, see answers.py."""


class AnswerVersion(Base):
    """History that only grows. Version `number` of an answer can be written once: whoever saves second is
    asked to choose. While one person types, its words grow with each save (`write` of record/answers.py)."""

    __tablename__ = "answer_version"
    __table_args__ = (
        UniqueConstraint("answer_id", "number"),
        Index("ix_answer_version_answer_id_note_at", "answer_id", "note", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    answer_id: Mapped[uuid.UUID] = _owner("answer")
    number: Mapped[int]
    body: Mapped[dict[str, Any]]
    session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"))
    account_id: Mapped[uuid.UUID | None] = _someone()
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[dt.datetime] = mapped_column(default=now)

    account: Mapped[Account | None] = relationship(lazy="joined")


class ThemeMarks(Base):
    """The marks of one session for one theme: counts only."""

    __tablename__ = "theme_marks"
    __table_args__ = (
        UniqueConstraint("session_id", "field", "theme"),
        Index("ix_theme_marks_partnership_id_field_theme_at", "partnership_id", "field", "theme", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    session_id: Mapped[uuid.UUID] = _owner("session")
    field: Mapped[str] = mapped_column(String(60))
    theme: Mapped[str] = mapped_column(String(40))
    label: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    counts: Mapped[list[Any]]
    """Ten numbers: how often a 1, a 2, … a 10."""
    unknown: Mapped[int] = mapped_column(default=0)
    groups: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Group, an own one by its name -> ten counts, only where the thresholds allow a breakdown at all."""
    at: Mapped[dt.datetime] = mapped_column(default=now)


UNFINISHED = ("open", "busy")
"""Statuses of an action that somebody still has to finish."""


class Action(Base):
    """An agreed action of a partnership."""

    __tablename__ = "action"
    __table_args__ = (Index("ix_action_partnership_id_field_status", "partnership_id", "field", "status"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    field: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Id of the ambition or activity that it belongs to, as of an answer."""
    session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(String(300))
    owner: Mapped[str] = mapped_column(String(120), default="")
    """An organisation or a role; no person's name comes from a phone."""
    due: Mapped[dt.date | None]
    status: Mapped[str] = mapped_column(String(10), default="open")
    """open, busy, done or dropped."""
    origin: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """What it came from: the id of a card in the record, or of a theme; empty for an action of its own."""
    priority: Mapped[str] = mapped_column(String(10), default="normal", server_default="normal")
    """high, normal or low."""
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    created_by: Mapped[uuid.UUID | None] = _someone()


class ActionChange(Base):
    """What happened to an action: who changed what, when, in which session."""

    __tablename__ = "action_change"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    action_id: Mapped[uuid.UUID] = _owner("action")
    status: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(300), default="")
    owner: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """The organisation that said it at its own address; empty for an account and for a session."""
    session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"))
    account_id: Mapped[uuid.UUID | None] = _someone()
    at: Mapped[dt.datetime] = mapped_column(default=now)


class OwnerAddress(Base):
    """The secret address at which an owner of actions sees its own open ones and says how they stand. Only
    its hash is kept."""

    __tablename__ = "owner_address"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    owner: Mapped[str] = mapped_column(String(120))
    """As it stood at an action when the address was made; capitals make no difference."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[uuid.UUID | None] = _someone()
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    revoked_at: Mapped[dt.datetime | None]
    """Since when it opens nothing any more. The row stays, so that whoever still opens it hears that."""


class CalendarFeed(Base):
    """The secret address under which calendars fetch the actions of a partnership. Only its hash is kept."""

    __tablename__ = "calendar_feed"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("partnership.id", ondelete="CASCADE"), unique=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[uuid.UUID | None] = _someone()
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class Reminder(Base):
    """When a partnership looks back with a worksheet, and how often."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("partnership_id", "worksheet"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    worksheet: Mapped[str] = mapped_column(String(20))
    every_months: Mapped[int]
    next_on: Mapped[dt.date]
    note: Mapped[str] = mapped_column(String(300), default="")
    created_by: Mapped[uuid.UUID | None] = _someone()
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class Lookback(Base):
    """What the people of one session may read afterwards: only what somebody chose to publish.

    It holds which lines, never their words: those are read from the record at each look.
    """

    __tablename__ = "lookback"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), unique=True)
    token: Mapped[str | None] = mapped_column(String(40), unique=True, default=new_token)
    """In the address; none once its time is over and the row was emptied."""
    months: Mapped[int] = mapped_column(default=12)
    """How long it stays open after it was published."""
    intro: Mapped[str] = mapped_column(Text, default="")
    lines: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the chosen lines, see handover/lookback.py."""
    told: Mapped[str] = mapped_column(Text, default="")
    """What was done with it, in the words of the facilitator."""
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Id of an action's line -> what was done with it."""
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    published_at: Mapped[dt.datetime | None]
    published_by: Mapped[uuid.UUID | None] = _someone()
    until: Mapped[dt.datetime | None]
    told_at: Mapped[dt.datetime | None]
    """When the facilitator last told what happened."""
    told_by: Mapped[uuid.UUID | None] = _someone()


# --- the installation -----------------------------------------------------------------------------


class HelpLineRow(Base):
    """One help line of this installation. Without any, the start list of safety/helplines is shown."""

    __tablename__ = "help_line"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    what: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(30), default="")
    url: Mapped[str] = mapped_column(default="")
    when: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(300))
    checked: Mapped[dt.date]
    """The day somebody compared it with its source."""
    checked_by: Mapped[uuid.UUID | None] = _someone()
    removed_at: Mapped[dt.datetime | None]
    removed_by: Mapped[uuid.UUID | None] = _someone()


# --- what a search reads --------------------------------------------------------------------------


class SearchEntry(Base):
    """One line of a dossier as the search knows it. Only workshop/storage/search_index.py writes it.

    It goes with the row that it was made from: exactly one of the four owners is set.
    """

    __tablename__ = "search_entry"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    """A number: the full-text table of SQLite refers to it."""
    partnership_id: Mapped[uuid.UUID] = _owner("partnership")
    answer_id: Mapped[uuid.UUID | None] = _owner("answer")
    action_id: Mapped[uuid.UUID | None] = _owner("action")
    session_id: Mapped[uuid.UUID | None] = _owner("session")
    reminder_id: Mapped[uuid.UUID | None] = _owner("reminder")
    kind: Mapped[str] = mapped_column(String(10))
    """answer, action, session, marks or reminder."""
    part: Mapped[str] = mapped_column(String(80), default="")
    """Which item of the answer, or which marks of the session."""
    field: Mapped[str] = mapped_column(String(60), default="")
    about: Mapped[str] = mapped_column(String(40), default="")
    worksheet: Mapped[str] = mapped_column(String(20), default="")
    from_session: Mapped[uuid.UUID | None]
    """The session that an item came from."""
    labels: Mapped[str] = mapped_column(Text, default="")
    """`|School|Online|`."""
    since: Mapped[int] = mapped_column(default=0)
    """The version of the answer that added it."""
    until: Mapped[int | None]
    """The last version that has it; none while the current one does."""
    at: Mapped[dt.datetime] = mapped_column(default=now)
    text: Mapped[str] = mapped_column(Text)
    """What people read, one line for each part; the first says what it is."""
    words: Mapped[str] = mapped_column(Text)
    """The same, folded by workshop/words.py, each word with a `w` before it."""
