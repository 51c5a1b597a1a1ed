"""Signatures of webhooks: one body, one moment, one secret, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kit.webhooks import signed, verified

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, NEW = b"o" * 32, b"n" * 40


@pytest.mark.req("SEC-11")
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_only_the_signed_body_is_verified(body, other):
    header = signed(body, [OLD], at=AT)
    assert verified(body, header, [OLD], at=AT)
    assert verified(other, header, [OLD], at=AT) is (other == body)
    assert not verified(body, header, [NEW], at=AT)


@pytest.mark.parametrize(("late", "fits"), [(0, True), (299, True), (301, False), (-299, True), (-301, False), (86400, False)])
def test_an_old_or_future_request_is_refused(late, fits):
    header = signed(b"{}", [OLD], at=AT)
    assert verified(b"{}", header, [OLD], at=AT + timedelta(seconds=late)) is fits


def test_the_moment_is_signed_too():
    header = signed(b"{}", [OLD], at=AT)
    moved = header.replace(f"t={int(AT.timestamp())}", f"t={int(AT.timestamp()) + 3600}")
    assert not verified(b"{}", moved, [OLD], at=AT + timedelta(hours=1))


def test_while_a_secret_changes_both_are_good():
    both = signed(b"{}", [NEW, OLD], at=AT)
    assert verified(b"{}", both, [OLD], at=AT)
    assert verified(b"{}", both, [NEW], at=AT)
    assert verified(b"{}", signed(b"{}", [OLD], at=AT), [NEW, OLD], at=AT)


@pytest.mark.parametrize("header", [
    "", "t=1", "v1=" + "0" * 64, "t=,v1=", "t=1,t=2,v1=" + "0" * 64, "t=1.5,v1=" + "0" * 64, "t=-1,v1=" + "0" * 64,
    "t=" + "9" * 400 + ",v1=" + "0" * 64, "v0=" + "0" * 64, ",,,,", "t=１,v1=" + "0" * 64, "t=1,v1=" + "é" * 64,
])  # fmt: skip
def test_no_header_makes_a_fault(header):
    assert not verified(b"{}", header, [OLD], at=AT)


def test_a_short_secret_signs_nothing():
    for secrets in ([], [b"short"], [OLD, b"short"]):
        with pytest.raises(ValueError, match="at least 32"):
            signed(b"{}", secrets, at=AT)
    assert not verified(b"{}", signed(b"{}", [OLD], at=AT), [], at=AT)
