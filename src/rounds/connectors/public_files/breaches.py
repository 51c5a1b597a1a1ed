"""HHS OCR breach portal: reported breaches of 500 people or more. Names are free text: matched by likeness."""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="breaches",
    title="HHS OCR breach list",
    fills="breach reports as talking points",
    columns={
        "name": ("name_of_covered_entity",),
        "state": ("state",),
        "affected": ("individuals_affected",),
        "day": ("breach_submission_date",),
    },
    optional={
        "entity": ("covered_entity_type",),
        "kind": ("type_of_breach",),
        "place": ("location_of_breached_information",),
    },
    needs="name is not null",
    dated="select max(day) from clean",
    clean="""
        select said(name) as name, state_of(state) as state, said(entity) as entity,
            whole_of(affected) as affected, day_of(day) as day, said(kind) as kind, said(place) as place, row_no
        from raw
    """,
)
