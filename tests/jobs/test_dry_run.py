"""A file of leads is given out on paper: who would get what, and nothing of it is kept."""

from __future__ import annotations

import pytest

from rounds.access.scope import scope_of
from rounds.jobs.dry_run import of_file
from rounds.models import Assignment, Batch, Lead


@pytest.mark.req("ROUTE-17")
def test_a_file_of_leads_is_given_out_and_rolled_back(cast, tmp_path):
    file = tmp_path / "leads.csv"
    file.write_text("name,organization,state,beds\n" + "".join(f"Person {n},Meridian {n},NY,{600 + n}\n" for n in range(6)))
    before = Batch.objects.count()
    found, refused = of_file(file, scope=scope_of(cast.admin), by=cast.admin.actor)
    assert refused == []
    assert found.total == 6
    assert {to for _, to, _ in found.lines} <= {"Olivia Grant", "Simon Ekholm", "nurture"}
    assert all(why for *_, why in found.lines)
    assert (Lead.objects.count(), Assignment.objects.count(), Batch.objects.count()) == (0, 0, before)
