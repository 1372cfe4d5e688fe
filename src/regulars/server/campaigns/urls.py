from django.urls import path

from regulars.server.campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", views.index, name="index"),
    path("campaigns/new", views.new, name="new"),
    path("campaigns/<slug:public_id>/", views.one, name="one"),
    path("campaigns/<slug:public_id>/plan", views.plan, name="plan"),
    path("campaigns/<slug:public_id>/outlook", views.outlook, name="outlook"),
    path("campaigns/<slug:public_id>/template", views.template, name="template"),
    path("campaigns/<slug:public_id>/discard", views.discard, name="discard"),
    path("campaigns/<slug:public_id>/submit", views.submit, name="submit"),
    path("campaigns/<slug:public_id>/approve", views.approve, name="approve"),
    path("campaigns/<slug:public_id>/send-back", views.send_back, name="send-back"),
    path("campaigns/<slug:public_id>/launch", views.launch, name="launch"),
    path("campaigns/<slug:public_id>/launching", views.launching, name="launching"),
    path("campaigns/<slug:public_id>/pause", views.pause, name="pause"),
    path("campaigns/<slug:public_id>/resume", views.resume, name="resume"),
    path("campaigns/<slug:public_id>/stop", views.stop, name="stop"),
    path("campaigns/<slug:public_id>/next-year", views.next_year, name="next-year"),
    path("campaigns/<slug:public_id>/again", views.again, name="again"),
    path("campaigns/<slug:public_id>/members", views.members, name="members"),
    path("campaigns/<slug:public_id>/export", views.export, name="export"),
    path("campaigns/<slug:public_id>/members/<slug:customer_id>", views.member, name="member"),
    path("campaigns/<slug:public_id>/phases/<int:position>", views.phase, name="phase"),
]
