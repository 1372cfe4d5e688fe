from django.urls import path

from regulars.server.referrals import views
from regulars.server.referrals.views import settings

app_name = "referrals"
urlpatterns = [
    path("r/", views.code, name="code"),
    path("r/mine/<str:token>/", views.mine, name="mine"),
    path("r/mine/<str:token>/seen", views.seen_own, name="seen-own"),
    path("r/<str:token>/", views.public, name="public"),
    path("r/<str:token>/thanks", views.thanks, name="thanks"),
    path("r/<str:token>/seen", views.seen, name="seen"),
    path("referrals/", views.index, name="index"),
    path("referrals/import", views.bring, name="bring"),
    path("referrals/new", views.new, name="new"),
    path("referrals/link", views.link, name="link"),
    path("referrals/links/<slug:public_id>/handed", views.hand, name="hand"),
    path("referrals/links/<slug:public_id>/end", views.end, name="end-link"),
    path("referrals/figures", views.figures, name="figures"),
    path("referrals/behind", views.behind, name="behind"),
    path("referrals/newcomers", views.newcomers, name="newcomers"),
    path("referrals/advocates", views.advocates, name="advocates"),
    path("referrals/people", views.people, name="people"),
    path("referrals/invitations", views.invitations, name="invitations"),
    path("referrals/reach", views.reach, name="reach"),
    path("referrals/reach/rows", views.reached, name="reached"),
    path("referrals/export", views.export, name="export"),
    path("referrals/rules", settings.rules, name="rules"),
    path("referrals/rules/draft", settings.draft, name="draft"),
    path("referrals/rules/<slug:public_id>/adopt", settings.adopt, name="adopt"),
    path("referrals/rules/<slug:public_id>/discard", settings.discard, name="discard"),
    path("referrals/rules/<slug:public_id>/end", settings.end, name="end"),
    path("referrals/<slug:public_id>/", views.one, name="one"),
    path("referrals/<slug:public_id>/contacted", views.contacted, name="contacted"),
    path("referrals/<slug:public_id>/met", views.met, name="met"),
    path("referrals/<slug:public_id>/lost", views.lose, name="lose"),
    path("referrals/<slug:public_id>/refused", views.refuse, name="refuse"),
    path("referrals/<slug:public_id>/reopen", views.reopen, name="reopen"),
    path("referrals/<slug:public_id>/told", views.tell, name="tell"),
    path("referrals/<slug:public_id>/opportunity", views.hope, name="hope"),
    path("referrals/<slug:public_id>/decide", views.decide, name="decide"),
    path("referrals/<slug:public_id>/take-back", views.take_back, name="take-back"),
]
