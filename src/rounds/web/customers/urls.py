"""The pages of this domain."""

from django.urls import path

from rounds.web.customers import acts, customers, growing, implementations, project_acts, public

C, P = "customers/<uuid:key>/", "implementations/<uuid:key>/"
urlpatterns = [
    path("customers/", customers.index),
    path(C, customers.show),
    path(C + "preview/", customers.preview),
    path(C + "owner/", acts.change),
    path(C + "readings/", acts.reading),
    path(C + "readings/<uuid:row>/withdrawal/", acts.withdrawing),
    path(C + "health/", acts.check),
    path(C + "issues/", acts.issue),
    path(C + "issues/<uuid:row>/resolution/", acts.resolving),
    path(C + "outcomes/", acts.outcome),
    path(C + "outcomes/<uuid:row>/withdrawal/", acts.outcome_withdrawing),
    path(C + "surveys/", acts.survey),
    path(C + "terms/<uuid:row>/renewal/", growing.renewal),
    path(C + "churn/", growing.churn),
    path(C + "reference/", growing.reference),
    path(C + "reference/uses/", growing.reference_use),
    path(C + "expansions/", growing.expansion),
    path(C + "expansions/<uuid:row>/deal/", growing.expansion_deal),
    path(C + "expansions/<uuid:row>/dropping/", growing.expansion_dropping),
    path(C + "portal/", growing.invite),
    path("leads/<uuid:key>/portal-invitation/", growing.lead_invitation),
    path(P, implementations.show),
    path(P + "kickoff/", project_acts.kickoff),
    path(P + "first-value/", project_acts.first_value),
    path(P + "go-live/", project_acts.go_live),
    path(P + "completion/", project_acts.completion),
    path(P + "stopping/", project_acts.stopping),
    path(P + "merges/", project_acts.merging),
    path(P + "plan/", project_acts.replanning),
    path(P + "steps/", project_acts.steps),
    path(P + "steps/<slug:code>/done/", project_acts.done),
    path(P + "steps/<slug:code>/reopening/", project_acts.reopening),
    path(P + "steps/<slug:code>/days/", project_acts.days),
    path("s/<str:token>/", public.survey),
]
