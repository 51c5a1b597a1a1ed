"""Census population estimates of metro areas and their counties (written in latin-1).

Counties carry names only ("X County, ST"); their rows serve to rank, not to join.
"""

from __future__ import annotations

from .source import Source

YEARS = tuple(f"popestimate{year}" for year in range(2035, 2019, -1))

SOURCE = Source(
    key="cbsa_population",
    title="Census CBSA population estimates",
    fills="which hospitals lie in a top metro area",
    columns={"cbsa": ("cbsa",), "name": ("name",), "kind": ("lsad",), "population": YEARS},
    optional={"division": ("mdiv",)},
    needs="cbsa is not null and population is not null",
    clean="""
        select said(cbsa) as cbsa, said(name) as name, said(kind) as kind,
            whole_of(population) as population, row_no
        from raw where said(division) is null
    """,
)
