from django.urls import path

from regulars.server.delivery.views import public

app_name = "delivery"
urlpatterns = [
    path("stop/<str:token>", public.stop, name="stop"),
    path("hooks/<slug:secret>", public.hook, name="hook"),
]
