from django.urls import path

from regulars.server.intake.views import fields, files, mapping, one, sources, undoing, uploads

app_name = "intake"
urlpatterns = [
    path("imports/", files.index, name="index"),
    path("imports/bring", files.bring, name="bring"),
    path("imports/allow", files.allow, name="allow"),
    path("imports/fields/", fields.fields, name="fields"),
    path("imports/fields/<slug:kind>.csv", fields.template, name="template"),
    path("imports/uploads/", uploads.begin, name="upload"),
    path("imports/uploads/<slug:key>/part", uploads.part, name="part"),
    path("imports/uploads/<slug:key>/end", uploads.end, name="uploaded"),
    path("imports/uploads/<slug:key>/drop", uploads.drop, name="drop"),
    path("imports/sources/", sources.index, name="sources"),
    path("imports/sources/new", sources.new, name="new-source"),
    path("imports/sources/<slug:key>/", sources.one, name="source"),
    path("imports/sources/<slug:key>/read", sources.read_now, name="read-source"),
    path("imports/sources/<slug:key>/forget", sources.forget, name="forget-source"),
    path("imports/<slug:key>/", one.one, name="one"),
    path("imports/<slug:key>/progress", one.progress, name="progress"),
    path("imports/<slug:key>/mapping", mapping.mapping, name="mapping"),
    path("imports/<slug:key>/sample", mapping.sample, name="sample"),
    path("imports/<slug:key>/look", mapping.look, name="look"),
    path("imports/<slug:key>/check", mapping.check, name="check"),
    path("imports/<slug:key>/load", one.load, name="load"),
    path("imports/<slug:key>/discard", one.discard, name="discard"),
    path("imports/<slug:key>/withdraw", undoing.withdraw, name="withdraw"),
    path("imports/<slug:key>/stayed.csv", undoing.kept, name="kept"),
    path("imports/<slug:key>/refused.csv", one.errors, name="errors"),
]
