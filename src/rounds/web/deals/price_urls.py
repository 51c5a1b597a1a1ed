"""The pages of quotes, proposals and the price guidance."""

from django.urls import path

from rounds.web.deals import pricing, proposals, quote_acts, quotes, shared

QUOTE, PROPOSAL = "quotes/<uuid:key>/", "proposals/<uuid:key>/"

urlpatterns = [
    path("pricing/", pricing.show),
    path("quotes/", quotes.index),
    path(QUOTE, quotes.show),
    path(f"{QUOTE}preview/", quotes.preview),
    path(f"{QUOTE}lines/", quotes.add_line),
    path(f"{QUOTE}lines/<uuid:line>/", quotes.line),
    path(f"{QUOTE}lines/<uuid:line>/removal/", quotes.remove_line),
    path(f"{QUOTE}approval/", quote_acts.ask),
    path(f"{QUOTE}approvals/<uuid:step>/", quote_acts.decide),
    path(f"{QUOTE}approvals/<uuid:step>/handing/", quote_acts.hand),
    path(f"{QUOTE}versions/", quote_acts.revise),
    path(f"{QUOTE}voiding/", quote_acts.let_go),
    path(f"{QUOTE}acceptance/", quote_acts.accept),
    path(f"{QUOTE}proposals/", quote_acts.propose),
    path("opportunities/<uuid:key>/quotes/", quotes.begin),
    path("opportunities/<uuid:key>/concessions/", quote_acts.concede),
    path("concessions/<uuid:key>/withdrawal/", quote_acts.take_back),
    path(PROPOSAL, proposals.show),
    path(f"{PROPOSAL}delivery/", proposals.deliver),
    path(f"{PROPOSAL}views/", proposals.view),
    path(f"{PROPOSAL}answers/", proposals.answer),
    path(f"{PROPOSAL}timeline/", proposals.timeline),
    path(f"{PROPOSAL}withdrawal/", proposals.withdraw),
    path(f"{PROPOSAL}versions/", proposals.revise),
    path(f"{PROPOSAL}paper.pdf", proposals.paper, {"form": "pdf"}),
    path(f"{PROPOSAL}paper.html", proposals.paper, {"form": "html"}),
    path("p/<str:token>/", shared.proposal),
    path("p/<str:token>/answer/", shared.answer),
]
