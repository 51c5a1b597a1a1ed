"""The pages of this domain."""

from django.urls import path

from rounds.web.market import (
    account,
    account_acts,
    accounts,
    brief,
    challenges,
    contacts,
    market,
    record_acts,
    tier_acts,
)

ONE = "accounts/<uuid:key>/"

urlpatterns: list = [
    path("market/", market.index),
    path("market/map.json", market.points),
    path("market/capacity/", market.capacity),
    path("contacts/", contacts.index),
    path("contacts/new/", contacts.new),
    path("contacts/review/", contacts.review),
    path("contacts/<uuid:key>/", contacts.show),
    path("contacts/<uuid:key>/preview/", contacts.preview),
    path("contacts/<uuid:key>/changing/", contacts.changing),
    path("accounts/", accounts.index),
    path("accounts/tree/", accounts.tree),
    path("accounts/new/", accounts.new),
    path(f"{ONE}change/", accounts.change),
    path(ONE, account.overview),
    path(f"{ONE}hospitals/", account.hospitals),
    path(f"{ONE}committee/", account.people),
    path(f"{ONE}leads/", account.leads),
    path(f"{ONE}timeline/", account.timeline),
    path(f"{ONE}facts/", account.facts),
    path(f"{ONE}scores/", account.scores),
    path(f"{ONE}fit/", account.fit),
    path(f"{ONE}fresh/", account.fresh),
    path(f"{ONE}preview/", account.preview),
    path(f"{ONE}brief/", brief.show),
    path("accounts/<uuid:key>/brief.pdf", brief.paper),
    path(f"{ONE}answers/", account_acts.answer),
    path(f"{ONE}answers/preview/", account_acts.answer_preview),
    path(f"{ONE}answers/<uuid:answer>/withdrawal/", account_acts.answer_withdrawal),
    path(f"{ONE}facts/<slug:fact>/", account_acts.fact),
    path(f"{ONE}intelligence/", record_acts.intelligence),
    path(f"{ONE}activities/", record_acts.activity),
    path(f"{ONE}challenges/", challenges.tag),
    path(f"{ONE}owner/", record_acts.owner),
    path(f"{ONE}parent/", record_acts.parent),
    path(f"{ONE}closing/", record_acts.closing),
    path(f"{ONE}seats/", record_acts.seat),
    path(f"{ONE}tier/", tier_acts.override),
    path(f"{ONE}tier/lifting/", tier_acts.lifting),
    path(f"{ONE}tier/evidence/", tier_acts.evidence),
]
