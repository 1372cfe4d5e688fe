from django.urls import path, re_path

from regulars.server.customers import views
from regulars.server.customers.views import card, quality

app_name = "customers"
# Random ids have twelve letters, so a word such as "rows" is never taken for one.
ONE = r"^customers/(?P<public_id>[0-9a-z]{12})/"
TIE = ONE + r"ties/(?P<tie_id>[0-9a-z]{12})"
LIFE = ONE + r"life/(?P<event_id>[0-9a-z]{12})"
FILE = ONE + r"documents/(?P<document_id>[0-9a-z]{12})"
urlpatterns = [
    re_path(ONE + r"$", views.page, name="page"),
    re_path(ONE + r"reveal$", views.reveal, name="reveal"),
    re_path(ONE + r"edit$", views.edit, name="edit"),
    re_path(ONE + r"card$", card.card, name="card"),
    re_path(ONE + r"confirm$", quality.confirm, name="confirm"),
    re_path(ONE + r"seen/(?P<seen_id>\d{1,18})/take$", quality.take, name="take"),
    re_path(
        ONE + r"fields/(?P<field>[a-z_]{1,40})/take-back$", quality.take_back, name="take-back"
    ),
    path("settings/files/", quality.rules, name="file-rules"),
    re_path(ONE + r"ties/$", views.ties, name="ties"),
    re_path(ONE + r"ties/new$", views.add_tie, name="add-tie"),
    re_path(ONE + r"ties/find$", views.find_tie, name="find-tie"),
    re_path(TIE + r"$", views.tie, name="tie"),
    re_path(TIE + r"/remove$", views.remove_tie, name="remove-tie"),
    re_path(ONE + r"household$", views.join, name="join"),
    re_path(ONE + r"household/leave$", views.leave, name="leave"),
    re_path(r"^households/(?P<public_id>[0-9a-z]{12})/$", views.household, name="household"),
    re_path(ONE + r"preferences/new$", views.note_preference, name="note-preference"),
    re_path(
        ONE + r"preferences/(?P<preference_id>[0-9a-z]{12})/withdraw$",
        views.withdraw_preference,
        name="withdraw-preference",
    ),
    re_path(ONE + r"tags$", views.tags, name="tags"),
    re_path(ONE + r"documents/new$", views.attach, name="attach"),
    re_path(FILE + r"/take$", views.take_document, name="take-document"),
    re_path(FILE + r"/discard$", views.discard_document, name="discard-document"),
    re_path(ONE + r"life/new$", views.note_life, name="note-life"),
    re_path(LIFE + r"$", views.life, name="life"),
    re_path(LIFE + r"/done$", views.life_done, name="life-done"),
    re_path(LIFE + r"/remove$", views.remove_life, name="remove-life"),
]
