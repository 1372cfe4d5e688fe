from django.urls import path

from regulars.server.outreach import views

app_name = "outreach"
urlpatterns = [
    path("confirm/", views.index, name="index"),
    path("confirm/<slug:public_id>/<slug:choice>", views.decide, name="decide"),
]
