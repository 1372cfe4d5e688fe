from django.urls import path, re_path

from regulars.server.agenda import views

app_name = "agenda"
urlpatterns = [
    # What has another shape than a secret does not reach the database.
    re_path(r"^calendar/(?P<secret>[A-Za-z0-9_-]{43})\.ics$", views.feed, name="feed"),
    path("me/agenda/", views.mine, name="mine"),
    path("me/agenda/address", views.make, name="make"),
    path("me/agenda/end", views.end, name="end"),
    path("me/agenda/wishes", views.wishes, name="wishes"),
    path("me/agenda/sample", views.sample, name="sample"),
    path("morning-mail/stop/<str:token>", views.stop, name="stop"),
    path("agenda/rules", views.rules, name="rules"),
]
