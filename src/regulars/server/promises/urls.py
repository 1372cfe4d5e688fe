from django.urls import path

from regulars.server.promises import views

app_name = "promises"
urlpatterns = [
    path("promises/", views.index, name="index"),
    path("promises/rows", views.rows, name="rows"),
    path("promises/<slug:public_id>/", views.one, name="one"),
    path("promises/<slug:public_id>/keep", views.keep, name="keep"),
    path("promises/<slug:public_id>/reopen", views.reopen, name="reopen"),
    path("promises/<slug:public_id>/withdraw", views.withdraw, name="withdraw"),
    path("customers/<slug:public_id>/promises/new", views.make, name="make"),
]
