"""All pages. URLs are nouns; a state change creates or deletes one."""

from django.urls import include, path

from rounds.web.desk import health, palette
from rounds.web.people import login

urlpatterns = [
    path("health/live/", health.live),
    path("health/ready/", health.ready),
    path("login/", login.log_in),
    path("login/link/<str:token>/", login.link),
    path("logout/", login.log_out),
    path("self/theme/", login.theme),
    path("self/favourites/", palette.favourite),
    path("palette/", palette.palette),
    path("search/", palette.search_page),
    path("", include("rounds.web.market.urls")),
    path("", include("rounds.web.market.universe_urls")),
    path("", include("rounds.web.market.duplicates_urls")),
    path("", include("rounds.web.leads.urls")),
    path("", include("rounds.web.deals.urls")),
    path("", include("rounds.web.customers.urls")),
    path("", include("rounds.web.numbers.forecast_urls")),
    path("", include("rounds.web.enablement.urls")),
    path("", include("rounds.web.deals.price_urls")),
    path("", include("rounds.web.flow.urls")),
    path("", include("rounds.web.flow.automations_urls")),
    path("", include("rounds.web.numbers.boards_urls")),
    path("", include("rounds.web.numbers.reports_urls")),
    path("", include("rounds.web.desk.urls")),
    path("", include("rounds.web.numbers.urls")),
    path("", include("rounds.web.links.urls")),
    path("", include("rounds.web.reach.urls")),
    path("", include("rounds.web.reach.meeting_urls")),
    path("", include("rounds.web.reach.mail_urls")),
    path("", include("rounds.web.people.login_urls")),
    path("", include("rounds.web.people.urls")),
    path("", include("rounds.web.trust.audit_urls")),
    path("", include("rounds.web.trust.urls")),
    path("", include("rounds.web.trust.subjects_urls")),
    path("portal/", include("rounds.web.portal.urls")),
]
