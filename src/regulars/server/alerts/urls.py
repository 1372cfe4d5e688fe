from django.urls import path

from regulars.server.alerts import views

app_name = "alerts"
urlpatterns = [
    path("alerts/", views.index, name="index"),
    path("alerts/closed", views.closed, name="closed"),
    path("alerts/away", views.away, name="away"),
    path("alerts/away/<slug:absence_id>/back", views.back, name="back"),
    path("alerts/rules", views.rules, name="rules"),
    path("alerts/<slug:public_id>/", views.one, name="one"),
    path("alerts/<slug:public_id>/acknowledge", views.acknowledge, name="acknowledge"),
    path("alerts/<slug:public_id>/hand-on", views.hand_on, name="hand-on"),
    path("alerts/<slug:public_id>/close", views.close, name="close"),
]
