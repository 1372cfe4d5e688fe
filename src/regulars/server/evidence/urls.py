from django.urls import path, re_path

from regulars.server.evidence import views

app_name = "evidence"
urlpatterns = [
    re_path(r"^customers/(?P<public_id>[0-9a-z]{12})/evidence$", views.note, name="note"),
    re_path(
        r"^evidence/(?P<public_id>[0-9a-z]{12})/withdraw$", views.withdraw, name="withdraw"
    ),
    path("rivals/", views.rivals, name="rivals"),
]
