from django.urls import path, re_path

from regulars.server.experiments import views

app_name = "experiments"
ONE = r"^experiments/(?P<public_id>[0-9a-z]{12})"
urlpatterns = [
    path("experiments/", views.index, name="index"),
    path("experiments/plan", views.plan, name="plan"),
    path("experiments/bring", views.bring, name="bring"),
    path("experiments/export", views.export, name="export"),
    path("experiments/holdout", views.holdout, name="holdout"),
    path("experiments/holdout/end", views.end_holdout, name="end-holdout"),
    re_path(ONE + r"/$", views.one, name="one"),
    re_path(ONE + r"/rows$", views.rows, name="rows"),
    re_path(ONE + r"/review$", views.review, name="review"),
    re_path(ONE + r"/costs$", views.costs, name="costs"),
    re_path(ONE + r"/close$", views.close, name="close"),
]
