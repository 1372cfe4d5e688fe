from django.urls import path

from regulars.server.festivals.views import calendar, keeping, plans

app_name = "festivals"
urlpatterns = [
    path("festivals/", plans.index, name="index"),
    path("festivals/list", keeping.listed, name="list"),
    path("festivals/list/new", keeping.add, name="add"),
    path("festivals/list/<slug:code>", keeping.change, name="change"),
    path("festivals/list/<slug:code>/switch", keeping.switch, name="switch"),
    path("festivals/make/<slug:code>/<str:day>", plans.make, name="make"),
    path("festivals/plans/<slug:public_id>", plans.plan, name="plan"),
    path("festivals/plans/<slug:public_id>/change", plans.change, name="change-plan"),
    path("festivals/plans/<slug:public_id>/decide", plans.decide, name="decide"),
    path("festivals/plans/<slug:public_id>/skip", plans.skip, name="skip"),
    path("festivals/plans/<slug:public_id>/send", plans.send, name="send"),
    path("festivals/plans/<slug:public_id>/gifts", plans.gifts, name="gifts"),
    path("festivals/plans/<slug:public_id>/tasks", plans.add_task, name="add-task"),
    path("festivals/plans/<slug:public_id>/tasks/<int:number>", plans.do_task, name="do-task"),
    path("festivals/plans/<slug:public_id>/note", plans.note, name="note"),
    path(
        "festivals/plans/<slug:public_id>/rows/<slug:of>/<slug:state>", plans.rows, name="rows"
    ),
    path("marketing/calendar", calendar.index, name="calendar"),
    path("marketing/load/<slug:span>/<slug:n>", calendar.rows, name="load"),
]
