from django.urls import path

from regulars.server.plans import views

app_name = "plans"
urlpatterns = [
    path("plans/", views.index, name="index"),
    path("plans/steps", views.steps, name="steps"),
    path("plans/bonds", views.bonds, name="bonds"),
    path("plans/rules", views.rules, name="rules"),
    path("plans/<slug:public_id>/", views.one, name="one"),
    path("plans/<slug:public_id>/change", views.change, name="change"),
    path("plans/<slug:public_id>/begin", views.begin, name="begin"),
    path("plans/<slug:public_id>/give-up", views.give_up, name="give-up"),
    path("plans/<slug:public_id>/review", views.review, name="review"),
    path("plans/<slug:public_id>/goals/new", views.add_goal, name="add-goal"),
    path("plans/<slug:public_id>/goals/<slug:goal_id>", views.goal, name="goal"),
    path("plans/<slug:public_id>/steps/new", views.add_step, name="add-step"),
    path("plans/<slug:public_id>/steps/<slug:step_id>", views.step, name="step"),
    path(
        "plans/<slug:public_id>/steps/<slug:step_id>/reopen",
        views.reopen_step,
        name="reopen-step",
    ),
    path("customers/<slug:public_id>/plan/new", views.draft, name="draft"),
    path("customers/<slug:public_id>/plan/ask", views.ask, name="ask"),
    path("customers/<slug:public_id>/bond", views.bond, name="bond"),
    path("customers/<slug:public_id>/whole", views.whole, name="whole"),
]
