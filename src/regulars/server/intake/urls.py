from django.urls import path

from regulars.server.intake import views

app_name = "intake"
urlpatterns = [
    path("imports/", views.index, name="index"),
    path("imports/bring", views.bring, name="bring"),
    path("imports/allow", views.allow, name="allow"),
    path("imports/fields/", views.fields, name="fields"),
    path("imports/fields/<slug:kind>.csv", views.template, name="template"),
    path("imports/<slug:key>/", views.one, name="one"),
    path("imports/<slug:key>/progress", views.progress, name="progress"),
    path("imports/<slug:key>/mapping", views.mapping, name="mapping"),
    path("imports/<slug:key>/sample", views.sample, name="sample"),
    path("imports/<slug:key>/look", views.look, name="look"),
    path("imports/<slug:key>/check", views.check, name="check"),
    path("imports/<slug:key>/load", views.load, name="load"),
    path("imports/<slug:key>/discard", views.discard, name="discard"),
    path("imports/<slug:key>/withdraw", views.withdraw, name="withdraw"),
    path("imports/<slug:key>/refused.csv", views.errors, name="errors"),
]
