"""DHS HIFLD hospitals: web site, point on the map, beds, trauma level. No CCN: joined by the crosswalk.

Traps: beds of -999 mean unknown, web sites come with and without "http://", closed hospitals stay in.
"""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="hifld",
    title="DHS HIFLD hospitals",
    fills="web sites, coordinates, trauma levels",
    columns={
        "id": ("id",),
        "name": ("name",),
        "status": ("status",),
        "lat": ("latitude",),
        "lon": ("longitude",),
        "website": ("website",),
        "beds": ("beds",),
    },
    optional={
        "address": ("address",),
        "city": ("city",),
        "state": ("state",),
        "zip": ("zip",),
        "fips": ("countyfips",),
        "trauma": ("trauma",),
        "type": ("type",),
        "day": ("sourcedate",),
        "phone": ("telephone",),
    },
    needs="hifld_id is not null",
    dated="select max(source_day) from clean",
    clean=r"""
        select ltrim(digits(id), '0') as hifld_id, said(name) as name, said(address) as address, said(city) as city,
            state_of(state) as state, zip_of(zip) as zip, padded(digits(fips), 5) as fips,
            upper(said(status)) = 'CLOSED' as closed, said(type) as type,
            case when number_of(lat) between -90 and 90 then number_of(lat) end as lat,
            case when number_of(lon) between -180 and 180 then number_of(lon) end as lon,
            lower(regexp_extract(said(website), '^(?:[a-zA-Z]+:/*)?(?:www[.])?([A-Za-z0-9.-]+[.][A-Za-z]{2,})', 1))
                as domain,
            said(website) as website,
            case when number_of(beds) > 0 then cast(whole_of(beds) as integer) end as beds,
            said(trauma) as trauma, day_of(day) as source_day, said(phone) as phone, row_no
        from raw
    """,
)
