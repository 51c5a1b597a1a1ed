"""One row a hospital: everything the files say about it, joined by CCN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .columns import Columns, quoted

if TYPE_CHECKING:
    from rounds.playbook.shapes.words import HospitalGroup, Universe


def take_hospitals(columns: Columns) -> None:
    """`general` → `hospital`: the newest file only. CCNs found in older files alone create nothing."""
    columns.make(
        "hospital",
        """
        select * from general where newest
        qualify row_number() over (partition by ccn order by row_no) = 1
        """,
    )


def _group(group: HospitalGroup) -> str:
    """The condition under which a hospital belongs to a group of the playbook."""
    return f"(h.hospital_type in {quoted(group.hospital_types)} or h.ownership in {quoted(group.ownerships)})"


def add_programme(columns: Columns, cuts: Universe) -> None:
    """`hospital` → `kind`: programme, organisation type, sub-type, critical access (PLUS-09, ACCT-01, ACCT-02)."""
    rule, default = cuts.organisation, cuts.organisation.default
    columns.put_rows(
        "kind_of_type",
        {"hospital_type": "varchar", "org_type": "varchar", "subtype": "varchar"},
        [(name, kind.org_type, kind.subtype) for name, kind in rule.by_type.items()],
    )
    columns.make(
        "kind",
        f"""
        select h.ccn, case when {_group(cuts.programmes.federal)} then 'federal'
                when {_group(cuts.programmes.psychiatric)} then 'psychiatric'
                when {_group(cuts.programmes.core)} then 'core' else 'other' end as programme,
            if(f.major_teaching, '{rule.major_teaching.org_type}',
                coalesce(k.org_type, '{default.org_type}')) as org_type,
            if(f.major_teaching, '{rule.major_teaching.subtype}',
                coalesce(k.subtype, '{default.subtype}')) as subtype,
            h.hospital_type is not distinct from '{rule.critical_access_type}' as critical_access
        from hospital h left join kind_of_type k using (hospital_type) left join finance f using (ccn)
        """,
    )


def assemble(columns: Columns) -> None:
    """All parts → `joined`, the row of a hospital without its peers and breaches."""
    columns.make(
        "joined",
        """
        select h.ccn, h.name, h.address, h.city, h.state, h.zip, h.county, h.phone, h.hospital_type, h.ownership,
            h.emergency, h.stars, h.file as general_file, h.row_no as general_row, h.as_of as general_as_of,
            k.* exclude (ccn), f.* exclude (ccn), p.* exclude (ccn),
            e.ehr_vendor, e.ehr, e.ehr_class, e.ehr_confidence, e.ehr_source,
            if(k.programme <> 'federal' and f.system_id is not null, f.system_id, h.ccn) as unit_id
        from hospital h join kind k using (ccn) join finance f using (ccn) join place p using (ccn)
        left join ehr_of e using (ccn)
        """,
    )
