from django.urls import path

from regulars.server.identity import views

app_name = "identity"
urlpatterns = [
    path("duplicates/", views.index, name="index"),
    path("duplicates/search", views.search, name="search"),
    path("duplicates/progress", views.progress, name="progress"),
    path("duplicates/merges/", views.merges, name="merges"),
    path("duplicates/merges/<slug:public_id>/", views.merged, name="merged"),
    path("duplicates/merges/<slug:public_id>/undo", views.unmerge, name="unmerge"),
    path("duplicates/<slug:public_id>/", views.pair, name="pair"),
    path("duplicates/<slug:public_id>/reveal", views.reveal, name="reveal"),
    path("duplicates/<slug:public_id>/merge", views.merge, name="merge"),
    path("duplicates/<slug:public_id>/apart", views.apart, name="apart"),
]
