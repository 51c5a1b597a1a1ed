"""The API's root: OpenAPI at /api/v1/docs."""

from ninja import NinjaAPI

api = NinjaAPI(title="Rounds", version="1", urls_namespace="api")
