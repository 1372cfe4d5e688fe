from django.urls import path

from regulars.server.privacy import views

app_name = "privacy"
urlpatterns = [
    path("privacy/", views.index, name="index"),
    path("privacy/periods/", views.periods, name="periods"),
    path("privacy/periods/<str:key>", views.period, name="period"),
    path("privacy/ask/<slug:public_id>/", views.ask, name="ask"),
    path("privacy/<slug:public_id>/", views.one, name="one"),
    path("privacy/<slug:public_id>/answer", views.answer, name="answer"),
    path("privacy/<slug:public_id>/copy.zip", views.copy, name="copy"),
]
