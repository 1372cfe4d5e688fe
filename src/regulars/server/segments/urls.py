from django.urls import path, re_path

from regulars.server.segments.views import building, comparing, keeping, lists

app_name = "segments"
ONE = r"^segments/(?P<public_id>[0-9a-z]{12})"
urlpatterns = [
    path("customers/", lists.customers, name="list"),
    path("customers/totals", lists.sums, name="totals"),
    path("customers/suggest", lists.suggest, name="suggest"),
    path("customers/rows/", lists.rows, name="rows"),
    re_path(
        r"^customers/(?P<public_id>[0-9a-z]{12})/timeline$", lists.timeline, name="timeline"
    ),
    re_path(r"^customers/(?P<public_id>[0-9a-z]{12})/money$", lists.money, name="money"),
    path("segments/", keeping.index, name="index"),
    path("segments/new", building.new, name="new"),
    path("segments/look", building.look, name="look"),
    path("segments/exact", building.exact, name="exact"),
    path("segments/first", building.first, name="first"),
    path("segments/save", building.save, name="save"),
    path("segments/compare", comparing.compare, name="compare"),
    path("segments/members", keeping.members, name="members"),
    path("segments/new-group", keeping.new_group, name="new-group"),
    path("segments/files/<str:key>", keeping.exported, name="exported"),
    path("segments/files/<str:key>/download", keeping.download, name="download"),
    re_path(ONE + r"/$", keeping.one, name="one"),
    re_path(ONE + r"/figure$", keeping.figure, name="figure"),
    re_path(ONE + r"/edit$", building.edit, name="edit"),
    re_path(ONE + r"/change$", keeping.change, name="change"),
    re_path(ONE + r"/archive$", keeping.archive, name="archive"),
    re_path(ONE + r"/export$", keeping.export, name="export"),
]
