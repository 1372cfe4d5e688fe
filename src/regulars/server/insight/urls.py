from django.urls import path, re_path

from regulars.server.insight.views import base, crossing, kpis, parts, past, scores, trust

app_name = "insight"
urlpatterns = [
    path("base/", base.base, name="base"),
    path("base/compute", base.compute, name="compute"),
    path("base/jobs/<slug:key>", base.job, name="job"),
    path("base/ahead", parts.ahead, name="ahead"),
    path("base/less", parts.less, name="less"),
    path("base/depth", parts.depth, name="depth"),
    path("base/cross", crossing.crossed, name="cross"),
    path("base/cross/reason", crossing.admit, name="admit"),
    path("base/cross/rows", crossing.cell, name="cell"),
    path("kpis/", kpis.kpis, name="kpis"),
    path("base/book", past.book, name="past-book"),
    path("quality/", trust.page, name="trust"),
    path("quality/rows", trust.rows, name="trust-rows"),
    path("quality/measure", trust.measure, name="measure"),
    path("scores/", scores.runs, name="scores"),
    path("scores/now", scores.score_now, name="score-now"),
    path("scores/<slug:key>/learn", scores.learn, name="learn"),
    path("scores/<slug:key>/", scores.run, name="run"),
    re_path(
        r"^customers/(?P<public_id>[0-9a-z]{12})/past$", past.customer, name="past-customer"
    ),
]
