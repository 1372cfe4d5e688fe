from django.urls import path

from regulars.server.coverage import views

app_name = "coverage"
urlpatterns = [
    path("coverage/", views.work, name="work"),
    path("coverage/rows", views.rows, name="rows"),
    path("coverage/channels", views.channels, name="channels"),
    path("coverage/contacts", views.contacts, name="contacts"),
    path("coverage/relations", views.relations, name="relations"),
    path("coverage/people", views.people, name="people"),
    path("coverage/reached", views.reached, name="reached"),
    path("coverage/answers", views.answers, name="answers"),
    path("coverage/answers/rows", views.answer_rows, name="answer_rows"),
    path("coverage/hours", views.hours, name="hours"),
]
