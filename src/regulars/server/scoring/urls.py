from django.urls import re_path

from regulars.server.scoring import views

app_name = "scoring"
ONE = r"^customers/(?P<public_id>[0-9a-z]{12})/"
urlpatterns = [
    re_path(ONE + r"risk$", views.risk, name="risk"),
    re_path(ONE + r"needs/(?P<code>[a-z]{3,12})$", views.need, name="need"),
    re_path(ONE + r"not-now$", views.not_now, name="not-now"),
    re_path(ONE + r"not-now/back$", views.take_back, name="take-back"),
]
