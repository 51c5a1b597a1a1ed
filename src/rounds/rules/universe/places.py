"""Where a hospital lies: county, metro area and its rank, rurality, a point on the map, a web site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .columns import Columns

if TYPE_CHECKING:
    from rounds.playbook.shapes.words import Universe

_COUNTY = (
    r"trim(regexp_replace(upper(regexp_replace(%s, '[^A-Za-z ]', '', 'g')), "
    r"'( COUNTY| PARISH| BOROUGH| CENSUS AREA| MUNICIPIO| CITY)$', ''))"
)


def add_places(columns: Columns, cuts: Universe) -> None:
    """`hospital` → `place`: one row a CCN with fips, county class, cbsa, cbsa_rank, metro, ruca, lat, lon, domain.

    A ZIP in several counties takes the one whose name the hospital's own row says, else the first listed.
    """
    columns.make(
        "hifld_of",
        """
        select x.ccn, f.*, x.file as crosswalk_file, x.row_no as crosswalk_row from hifld_crosswalk x
        join hospital h using (ccn) join hifld f on f.hifld_id = x.hifld_id
        qualify row_number() over (partition by x.ccn
            order by (f.zip is not distinct from h.zip) desc, f.closed, f.domain is null, f.row_no) = 1
        """,
    )
    columns.make(
        "county_of",
        f"""
        select h.ccn, z.fips, z.county as county_name, z.file, z.row_no, z.as_of from hospital h
        join zip_county z on z.zip = h.zip
        qualify row_number() over (partition by h.ccn order by
            ({_COUNTY % "z.county"} is not distinct from {_COUNTY % "h.county"}) desc,
            (z.state is not distinct from h.state) desc, z.row_no) = 1
        """,
    )
    columns.make(
        "metro_rank",
        """
        select cbsa, name, population, rank() over (order by population desc) as cbsa_rank, file, row_no, as_of
        from cbsa_population where kind = 'Metropolitan Statistical Area'
        """,
    )
    # Codes change between delineations (Cleveland, Dayton): a title that begins with the same first city
    # and the same state stands in.
    columns.make(
        "cbsa_of",
        """
        select h.ccn, c.cbsa, coalesce(m.name, t.name, c.title) as cbsa_title,
            coalesce(m.population, t.population) as cbsa_population, coalesce(m.cbsa_rank, t.cbsa_rank) as cbsa_rank,
            c.file, c.row_no, c.as_of
        from hospital h join county_of o using (ccn) join cbsa_county c on c.fips = o.fips
        left join metro_rank m on m.cbsa = c.cbsa
        left join metro_rank t on m.cbsa is null
            and split_part(split_part(t.name, ',', 1), '-', 1) = split_part(split_part(c.title, ',', 1), '-', 1)
            and left(split_part(t.name, ', ', 2), 2) = left(split_part(c.title, ', ', 2), 2)
        qualify row_number() over (partition by h.ccn order by c.row_no) = 1
        """,
    )
    columns.make(
        "place",
        f"""
        select h.ccn, o.fips, u.code as urban_rural, c.cbsa, c.cbsa_title, c.cbsa_rank,
            case when c.cbsa_rank is not null then c.cbsa_rank <= {cuts.metro.top}
                when o.fips is not null and (select count(*) from cbsa_county) > 0
                    and (select count(*) from cbsa_population) > 0 then false end as metro,
            r.ruca, r.ruca >= {cuts.rural.ruca_at_least} as rural,
            coalesce(f.lat, z.lat) as lat, coalesce(f.lon, z.lon) as lon,
            case when f.lat is not null then 'hifld' when z.lat is not null then 'zip_centroid' end as point_source,
            f.domain, f.trauma, f.beds as hifld_beds, coalesce(f.closed, false) as hifld_closed
        from hospital h
        left join county_of o using (ccn) left join urban_rural u on u.fips = o.fips
        left join cbsa_of c using (ccn)
        left join (select zip, any_value(ruca) as ruca from ruca group by zip) r on r.zip = h.zip
        left join hifld_of f using (ccn)
        left join (select zip, any_value(lat) as lat, any_value(lon) as lon from zip_centroid group by zip) z
            on z.zip = h.zip
        """,
    )
