"""The pages of this domain."""

urlpatterns: list = []
