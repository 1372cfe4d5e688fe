"""Addresses of the front door; their names have no prefix."""

from __future__ import annotations

from django.urls import path

from regulars.server.administration.views import front, setup

urlpatterns = [
    path("", front.home, name="home"),
    path("sign-in", front.sign_in, name="login"),
    path("sign-out", front.sign_out, name="logout"),
    path("enter", front.enter, name="enter"),
    path("own-home", front.own_home, name="own-home"),
    path("own-home/state", front.own_home_state, name="own-home-state"),
    path("set-up/<str:token>", setup.set_up, name="set-up"),
]
