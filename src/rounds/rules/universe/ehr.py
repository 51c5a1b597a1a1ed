"""Which EHR a hospital runs: an inference from several lists, each with its share of being right.

Evidence, most trusted first (order and confidence are the playbook's): the developer of the certified EHR when it
makes whole hospital EHRs; name and ZIP in a vendor's endpoint list; an add-on delivered with one EHR only; the
vendor of other hospitals with the same certified id; a name found in one vendor's list alone; the system's vendor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import names
from .columns import Columns

if TYPE_CHECKING:
    from rounds.playbook.shapes.words import Ehr, Universe


def add_ehr(columns: Columns, cuts: Universe, ehr: Ehr) -> None:
    """`hospital`, `finance` → `ehr_claim` (all evidence) and `ehr_of` (the best piece a CCN)."""
    _name_vendors(columns, cuts)
    _spell(columns)
    columns.run(
        "create table ehr_claim (ccn varchar, vendor varchar, source varchar, agreement double, "
        "file varchar, row_no bigint, as_of date)"
    )
    _from_developer(columns)
    _from_lists(columns)
    _from_same_id(columns, cuts)
    _from_system(columns, cuts)
    _choose(columns, cuts, ehr)


def _name_vendors(columns: Columns, cuts: Universe) -> None:
    """`developer_vendor`, `list_vendor`: names in the files → vendors of the playbook."""
    makers = cuts.hospital_ehr.vendors

    def maker(name: str | None) -> str | None:
        said = names.plain(name)
        return next((v for v, m in makers.items() if any(said.startswith(b) for b in m.begins)), None)

    def add_on(name: str | None) -> str | None:
        said = names.plain(name)
        return next((v for v, m in makers.items() if any(said.startswith(b) for b in m.add_ons)), None)

    def host(name: str | None) -> str | None:
        return next((v for v, m in makers.items() if any(part in (name or "") for part in m.hosts)), None)

    columns.spelled("developer_vendor", "developer", "developer", {"vendor": maker, "bundled": add_on})
    columns.spelled("list_vendor", "endpoints", "list", {"vendor": maker})
    columns.spelled("host_vendor", "endpoints", "host", {"vendor": host})


def _spell(columns: Columns) -> None:
    """`listed`: organisations in lists of hospital vendors; `spelled_hospital`: names of hospitals and systems."""
    columns.make(
        "listed_raw",
        """
        select coalesce(l.vendor, o.vendor) as vendor, e.organization, e.zip, e.file, e.row_no, e.as_of
        from endpoints e left join list_vendor l using (list) left join host_vendor o using (host)
        where coalesce(l.vendor, o.vendor) is not null
        """,
    )
    forms = {"whole": names.full, "core": names.core}
    columns.spelled("listed_name", "listed_raw", "organization", forms)
    columns.make("listed", "select r.*, n.whole, n.core from listed_raw r join listed_name n using (organization)")
    columns.spelled("hospital_name", "hospital", "name", forms)
    columns.make(
        "spelled_hospital",
        """
        select h.ccn, h.zip, n.whole, if(length(n.core) > 3, n.core, null) as core,
            count(*) over (partition by n.whole) as same_whole,
            count(*) over (partition by n.core) as same_core
        from hospital h join hospital_name n using (name)
        """,
    )


def _from_developer(columns: Columns) -> None:
    columns.run(
        """
        insert into ehr_claim
        select d.ccn, coalesce(v.vendor, v.bundled), if(v.vendor is null, 'bundled_add_on', 'developer_of_cehrt'),
            1, d.file, d.row_no, d.as_of
        from developer d join hospital h using (ccn) join developer_vendor v using (developer)
        where coalesce(v.vendor, v.bundled) is not null
        qualify row_number() over (partition by d.ccn order by d.row_no) = 1
        """
    )


def _from_lists(columns: Columns) -> None:
    """Name and ZIP; or a name that one hospital bears and one vendor lists (a ZIP, where given, must be near)."""
    for source, where in (
        ("endpoint_name_zip", "l.zip = h.zip and (l.whole = h.whole or l.core = h.core)"),
        (
            "endpoint_name",
            "((l.whole = h.whole and h.same_whole = 1) or (l.core = h.core and h.same_core = 1)) "
            "and (l.zip is null or left(l.zip, 3) = left(h.zip, 3))",
        ),
    ):
        # Two equality joins instead of one OR, which the engine would run as a product of both tables.
        columns.run(
            f"""
            insert into ehr_claim
            select ccn, min(vendor), '{source}', 1, min(file), min(row_no), min(as_of) from (
                select h.ccn, l.vendor, l.file, l.row_no, l.as_of
                from spelled_hospital h join listed l on l.whole = h.whole where {where}
                union all
                select h.ccn, l.vendor, l.file, l.row_no, l.as_of
                from spelled_hospital h join listed l on l.core = h.core where {where}
            ) group by ccn having count(distinct vendor) = 1
            """
        )


def _from_same_id(columns: Columns, cuts: Universe) -> None:
    """Other hospitals with the same certified id: the vendor most of them are known to have."""
    columns.make(
        "certified",
        """
        select ccn, arg_min(cehrt_id, rank) as cehrt_id, arg_min(file, rank) as file, arg_min(row_no, rank) as row_no,
            arg_min(as_of, rank) as as_of
        from (select ccn, cehrt_id, file, row_no, as_of, 1 as rank from cehrt
            union all select ccn, cehrt_id, file, row_no, as_of, 2 from developer)
        semi join hospital using (ccn) where cehrt_id is not null group by ccn
        """,
    )
    rule = cuts.hospital_ehr.same_cehrt
    columns.make("id_size", "select cehrt_id, count(*) as size from certified group by cehrt_id")
    _rank_best(columns, "seen", cuts)
    columns.run(
        f"""
        insert into ehr_claim
        select ccn, arg_max(vendor, n), 'same_cehrt', max(n) / sum(n), any_value(file), any_value(row_no),
            any_value(as_of)
        from (
            select c.ccn, any_value(c.cehrt_id) as cehrt_id, s.vendor, count(*) as n,
                any_value(c.file) as file, any_value(c.row_no) as row_no,
                any_value(c.as_of) as as_of
            from certified c join certified o on o.cehrt_id = c.cehrt_id and o.ccn <> c.ccn
            join seen s on s.ccn = o.ccn group by c.ccn, s.vendor
        ) join id_size using (cehrt_id)
        group by ccn having max(n) / sum(n) >= {rule.agree_at_least}
            and sum(n) >= any_value(size) * {rule.known_at_least}
        """
    )


def _from_system(columns: Columns, cuts: Universe) -> None:
    """The system's vendor: by its other hospitals, or by its name in the vendors' lists where few are known."""
    rule = cuts.hospital_ehr.system
    _rank_best(columns, "known", cuts)
    columns.spelled("system_spelled", "finance", "system_name", {"core": names.core})
    columns.make(
        "system_listed",
        f"""
        select system_name, arg_max(vendor, n) as vendor, max(n) / sum(n) as share, arg_max(file, n) as file,
            arg_max(row_no, n) as row_no, arg_max(as_of, n) as as_of
        from (
            select s.system_name, l.vendor, count(distinct l.whole) as n, min(l.file) as file,
                min(l.row_no) as row_no, min(l.as_of) as as_of
            from system_spelled s join listed l on split_part(l.core, ' ', 1) = split_part(s.core, ' ', 1)
            where l.zip is null and (l.core = s.core or starts_with(l.core, s.core || ' '))
            group by s.system_name, l.vendor
        ) group by system_name having max(n) / sum(n) >= {rule.agree_at_least}
        """,
    )
    columns.make(
        "system_vote",
        f"""
        select ccn, arg_max(vendor, n) as vendor, max(n) / sum(n) as share, sum(n) / any_value(size) as covered
        from (
            select a.ccn, k.vendor, count(*) as n, any_value(m.size) as size
            from finance a join finance b on b.system_id = a.system_id and b.ccn <> a.ccn
            join known k on k.ccn = b.ccn
            join (select system_id, count(*) as size from finance group by system_id) m on m.system_id = a.system_id
            group by a.ccn, k.vendor
        ) group by ccn having max(n) / sum(n) >= {rule.agree_at_least}
        """,
    )
    # A vote in which most of its hospitals take part, else the lists, else a vote of few.
    columns.run(
        f"""
        insert into ehr_claim
        select ccn, if(listed, l.vendor, v.vendor), 'system_vendor', if(listed, l.share, v.share),
            if(listed, l.file, k.file), if(listed, l.row_no, k.row_no), if(listed, l.as_of, k.as_of)
        from (
            select f.ccn, f.system_name, case when v.vendor is null then true when l.vendor is null then false
                else v.covered < {rule.covered_at_least} end as listed
            from finance f left join system_vote v using (ccn) left join system_listed l using (system_name)
            where f.system_id is not null
        ) f left join system_vote v using (ccn) left join system_listed l using (system_name)
        left join linked k using (ccn)
        where coalesce(v.vendor, l.vendor) is not null
        """
    )


def _rank_best(columns: Columns, name: str, cuts: Universe) -> None:
    """`name`: the most trusted vendor of each hospital among the claims made so far."""
    trust = " ".join(f"when '{one.source}' then {place}" for place, one in enumerate(cuts.ehr_sources.order))
    columns.make(
        name,
        f"""
        select * from ehr_claim
        qualify row_number() over (partition by ccn order by case source {trust} else 99 end, agreement desc) = 1
        """,
    )


def _choose(columns: Columns, cuts: Universe, ehr: Ehr) -> None:
    """`ehr_of`: the chosen vendor with the seed's picklist value, class, source and confidence."""
    columns.put_rows(
        "vendor_said",
        {"vendor": "varchar", "ehr": "varchar", "ehr_class": "varchar"},
        [(vendor, said.picklist, said.class_) for vendor, said in ehr.vendors.items()],
    )
    columns.put_rows(
        "trust",
        {"source": "varchar", "confidence": "double", "place": "integer"},
        [(one.source, one.confidence, place) for place, one in enumerate(cuts.ehr_sources.order)],
    )
    # One agreeing voice among several is worth less: the share of agreement scales what a system lends.
    columns.make(
        "ehr_weighed",
        """
        select c.*, t.place, round(t.confidence * if(c.source = 'system_vendor', c.agreement, 1), 3) as confidence
        from ehr_claim c join trust t using (source)
        """,
    )
    columns.make(
        "ehr_of",
        f"""
        select w.ccn, w.vendor as ehr_vendor, coalesce(s.ehr, '{ehr.unknown_value}') as ehr,
            coalesce(s.ehr_class, 'unknown') as ehr_class, w.confidence as ehr_confidence, w.source as ehr_source
        from ehr_weighed w left join vendor_said s using (vendor)
        qualify row_number() over (partition by w.ccn order by w.place, w.confidence desc) = 1
        """,
    )
