from types import SimpleNamespace

import pytest
from litestar.exceptions import PermissionDeniedException

from workshop.accounts import roles


def test_only_a_coordinator_invites_owns_and_erases():
    for right in (roles.INVITE, roles.OWN, roles.ERASE):
        assert [role for role in roles.RIGHTS if roles.may(role, right)] == ["coordinator"]


def test_a_begeleider_runs_sessions_and_edits_and_a_lezer_does_not():
    for right in (roles.RUN, roles.EDIT):
        assert roles.may("begeleider", right)
        assert not roles.may("lezer", right)


def test_everybody_with_a_role_reads_and_an_unknown_role_may_nothing():
    assert all(roles.may(role, roles.READ) for role in roles.RIGHTS)
    assert not roles.may("beheerder", roles.READ)
    assert not roles.may("", roles.READ)


def test_require_refuses_with_403():
    roles.require(SimpleNamespace(role="lezer"), roles.READ)
    with pytest.raises(PermissionDeniedException):
        roles.require(SimpleNamespace(role="lezer"), roles.RUN)


def test_every_role_has_a_name_and_an_explanation():
    assert set(roles.RIGHTS) == set(roles.EXPLAINED)
    assert set(roles.RIGHTS) < set(roles.NAMES)
