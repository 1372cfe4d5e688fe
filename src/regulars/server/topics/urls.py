from django.urls import path

from regulars.server.topics import views

app_name = "topics"
urlpatterns = [
    path("topics/", views.index, name="index"),
    path("topics/new", views.new, name="new"),
    path("topics/rows", views.rows, name="rows"),
    path("topics/<slug:public_id>/", views.one, name="one"),
    path("topics/<slug:public_id>/talks", views.spoken, name="talks"),
    path("topics/<slug:public_id>/take", views.take, name="take"),
    path("topics/<slug:public_id>/drop", views.drop, name="drop"),
    path("topics/<slug:public_id>/message", views.draft, name="draft"),
    path("topics/<slug:public_id>/submit", views.submit, name="submit"),
    path("topics/<slug:public_id>/take-back", views.take_back, name="take-back"),
    path("topics/<slug:public_id>/send-back", views.send_back, name="send-back"),
    path("topics/<slug:public_id>/release", views.release, name="release"),
]
