from django.urls import path

from regulars.server.reception import views

app_name = "reception"
urlpatterns = [
    path("f/<slug:public_id>/", views.public, name="public"),
    path("f/<slug:public_id>/thanks", views.thanks, name="thanks"),
    path("forms/", views.index, name="index"),
    path("forms/new", views.make, name="make"),
    path("forms/<slug:public_id>/", views.change, name="change"),
    path("met/", views.met, name="met"),
    path("met/new", views.quick, name="quick"),
]
