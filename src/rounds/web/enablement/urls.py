"""The pages of this domain."""

from django.urls import path

from rounds.web.enablement import assets, handoffs, opened, sharing

urlpatterns = [
    path("assets/", assets.index),
    path("assets/<uuid:key>/", assets.show),
    path("assets/<uuid:key>/versions/", assets.versions),
    path("assets/<uuid:key>/versions/<int:number>/approval/", assets.approval),
    path("assets/<uuid:key>/retiring/", assets.retiring),
    path("assets/deliveries/", assets.deliveries),
    path("assets/deliveries/<uuid:key>/", assets.delivery),
    path("assets/deliveries/<uuid:key>/links/", sharing.links),
    path("assets/deliveries/<uuid:key>/links/ending/", sharing.ending),
    path("assets/sharing/", sharing.share),
    path("assets/<uuid:key>/versions/<int:number>/clearing/", sharing.clearing),
    path("v/<str:token>/", opened.shared),
    path("handoffs/", handoffs.index),
    path("handoffs/<uuid:key>/", handoffs.show),
    path("handoffs/<uuid:key>/acceptance/", handoffs.acceptance),
    path("handoffs/<uuid:key>/return/", handoffs.sending_back),
    path("handoffs/<uuid:key>/completion/", handoffs.completion),
]
