from django.urls import path

from regulars.server.tiers import views

app_name = "tiers"
urlpatterns = [
    path("tiers/", views.index, name="index"),
    path("tiers/<str:public_id>/", views.designer, name="designer"),
    path("tiers/<str:public_id>/preview", views.preview, name="preview"),
    path("tiers/<str:public_id>/draft", views.draft, name="draft"),
    path("tiers/<str:public_id>/discard", views.discard, name="discard"),
    path("tiers/<str:public_id>/in-force", views.in_force, name="in-force"),
]
