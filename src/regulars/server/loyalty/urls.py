from django.urls import path

from regulars.server.loyalty import views

app_name = "loyalty"
CUSTOMER = "customers/<slug:public_id>/points"
urlpatterns = [
    path("loyalty/", views.index, name="index"),
    path("loyalty/wishes", views.wishes, name="wishes"),
    path("loyalty/wishes/<slug:public_id>/", views.wish, name="wish"),
    path("loyalty/wishes/<slug:public_id>/approve", views.approve, name="approve"),
    path("loyalty/wishes/<slug:public_id>/decline", views.decline, name="decline"),
    path("loyalty/liability", views.liability, name="liability"),
    path("loyalty/lots", views.lots, name="lots"),
    path("loyalty/programme", views.programme, name="programme"),
    path("loyalty/openings/", views.openings, name="openings"),
    path("loyalty/openings/bring", views.bring, name="bring"),
    path("loyalty/openings/<slug:public_id>/", views.opening, name="opening"),
    path(
        "loyalty/openings/<slug:public_id>/take", views.step, {"what": "take"}, name="take-in"
    ),
    path(
        "loyalty/openings/<slug:public_id>/undo", views.step, {"what": "undo"}, name="take-out"
    ),
    path("loyalty/openings/<slug:public_id>/drop", views.step, {"what": "drop"}, name="drop"),
    path("loyalty/settings", views.settings, name="settings"),
    path("loyalty/levels", views.levels, name="levels"),
    path("loyalty/rules/new", views.new_rule, name="new-rule"),
    path("loyalty/rules/<slug:public_id>/", views.rule, name="rule"),
    path("loyalty/rules/<slug:public_id>/change", views.change_rule, name="change-rule"),
    path("loyalty/rules/<slug:public_id>/adopt", views.adopt, name="adopt"),
    path("loyalty/rules/<slug:public_id>/end", views.end, name="end"),
    path("loyalty/rules/<slug:public_id>/discard", views.discard, name="discard"),
    path(f"{CUSTOMER}/", views.statement, name="statement"),
    path(f"{CUSTOMER}/file", views.file, name="file"),
    path(f"{CUSTOMER}/join", views.join, name="join"),
    path(f"{CUSTOMER}/leave", views.leave, name="leave"),
    path(f"{CUSTOMER}/move", views.move, name="move"),
    path(f"{CUSTOMER}/told", views.told, name="told"),
    path(f"{CUSTOMER}/<slug:movement>/back", views.give_back, name="give-back"),
]
