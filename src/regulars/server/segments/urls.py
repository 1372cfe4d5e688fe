from django.urls import path, re_path

from regulars.server.segments import views

app_name = "segments"
urlpatterns = [
    path("customers/", views.customers, name="list"),
    path("customers/totals", views.sums, name="totals"),
    path("customers/suggest", views.suggest, name="suggest"),
    path("customers/rows/", views.rows, name="rows"),
    re_path(
        r"^customers/(?P<public_id>[0-9a-z]{12})/timeline$", views.timeline, name="timeline"
    ),
    re_path(r"^customers/(?P<public_id>[0-9a-z]{12})/money$", views.money, name="money"),
]
