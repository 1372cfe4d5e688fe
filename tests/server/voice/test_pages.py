"""The pages: built, launched, answered without a sign-in, read, drilled, closed."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags
from tests.server.voice.conftest import Field, Say, agrees, given_of
from tests.server.voice.test_bringing import bank_survey, spanish

from regulars.server.channels import actions as channels
from regulars.server.channels.models import Decision
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Job, Person
from regulars.server.voice import actions, jobs, queries
from regulars.server.voice.models import (
    Answer,
    Cause,
    Comment,
    Improvement,
    Invitation,
    Loop,
    Survey,
    Wave,
)
from regulars.server.voice.queries.standing import standing
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def enter(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def text(client: Client, where: str, code: int = 200) -> str:
    answer = client.get(where)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == code, where
    return answer.content.decode()


def post(client: Client, where: str, **fields: Any) -> int:
    code = client.post(where, fields).status_code
    scope.set_scope(scope.EVERYBODY)
    return code


def test_a_survey_is_made_built_and_launched_on_its_pages(as_system: Cast) -> None:
    client = enter(as_system.max)
    assert "No survey yet" in text(client, "/surveys/")

    assert post(client, "/surveys/new", name="Branches", preset="experience") == 302
    survey = Survey.objects.get()
    here = f"/surveys/{survey.public_id}"
    assert "draft, nobody was asked yet" in text(client, "/surveys/")
    assert "At the counter" in text(client, f"{here}/build")
    named = {"name": "网点", "name_en": "Branches"}
    assert post(client, f"{here}/build", **named, title="") == 422
    assert post(client, f"{here}/build", title="您好") == 422, "it has a name inside"
    assert post(client, f"{here}/build", **named, title="您好", title_en="Hello") == 302
    first = survey.versions.get().questions.all()[0]
    assert post(client, f"{here}/questions/new", kind="choice", text="哪种？", ways="甲") == 422
    told = {"kind": "choice", "text": "哪种？", "text_en": "Which?", "ways": "甲 | A\n乙 | B"}
    assert post(client, f"{here}/questions/new", **told, required="on") == 302
    assert post(client, f"{here}/questions/{first.public_id}", do="down") == 302
    assert post(client, f"{here}/questions/{first.public_id}", do="remove") == 302
    page = text(client, f"{here}/preview")
    assert "Hello" in page
    assert "Which?" in page
    assert "This is a preview" in page
    assert '<label class="rungbox"><input type="radio"' in page

    day = (TODAY + timedelta(days=20)).isoformat()
    wave = {"name": "2026 Q4", "channel": "visit", "percent": 100, "ends_on": day}
    assert post(client, f"{here}/launch", **wave) == 302
    made = Wave.objects.get()
    assert "Choosing people" in text(client, f"/waves/{made.public_id}/")
    actions.draw(made, by=as_system.max, at=NOON)
    page = text(client, f"/waves/{made.public_id}/")
    assert as_system.li.public_id in page
    assert post(client, f"{here}/draft") == 302
    assert survey.versions.count() == 2


def test_surveys_and_waves_are_named_in_the_language_of_who_reads(as_system: Cast) -> None:
    client = enter(as_system.max)
    names = {"name": "网点体验", "name_en": "Branches"}
    assert post(client, "/surveys/new", **names, preset="nps") == 302
    survey = Survey.objects.get()
    here, day = f"/surveys/{survey.public_id}", (TODAY + timedelta(days=20)).isoformat()
    assert 'value="Branches"' in text(client, f"{here}/build")
    wave = {"name": "本季", "name_en": "This quarter", "channel": "visit", "percent": 100}
    assert post(client, f"{here}/launch", **wave, ends_on=day) == 302
    made = f"/waves/{Wave.objects.get().public_id}/"

    page = text(client, made)
    assert ("Branches" in page, "This quarter" in page, "网点体验" in page) == (
        True,
        True,
        False,
    )
    client.cookies["regulars_language"] = "zh-hans"
    page = text(client, made)
    assert ("网点体验" in page, "本季" in page, "Branches" in page) == (True, True, False)


def test_who_has_the_link_answers_without_a_sign_in_and_once(
    as_system: Cast, fielded: Field
) -> None:
    wave, stranger = fielded(), Client(headers={"Accept-Language": "en"})
    invitation = Invitation.objects.get(wave=wave, customer=as_system.li)
    where = f"/s/{actions.token(invitation)}/"
    given = {f"q-{key}": value for key, value in given_of(wave.version, 2, "slow").items()}

    page = text(stranger, where)
    assert "How likely are you to recommend us" in page
    assert as_system.li.name not in page, "a link may be passed on"
    assert "Li Na" not in page
    assert post(stranger, where) == 422
    assert post(stranger, where, **given) == 302
    assert post(stranger, where, **given) == 302
    assert "Thank you" in text(stranger, f"{where}thanks")
    assert Answer.objects.count() == 1
    assert stranger.get("/s/forged/").status_code == 404
    scope.set_scope(scope.EVERYBODY)


def test_a_link_is_handed_over_as_text_and_picture(as_system: Cast, fielded: Field) -> None:
    wave, client = fielded(), enter(as_system.mei)
    invitation = Invitation.objects.get(wave=wave, customer=as_system.li)
    where = f"/invitations/{invitation.public_id}"
    assert "/s/" not in text(client, where), "a look asks nobody"

    answer = client.post(where)
    scope.set_scope(scope.EVERYBODY)

    assert f"/s/{invitation.public_id}:" in answer.content.decode()
    assert "data:image/svg+xml" in answer.content.decode()
    invitation.refresh_from_db()
    assert (invitation.state, invitation.handed_by) == ("handed", as_system.mei)
    assert text(enter(as_system.tao), where, 404)


def test_who_is_on_the_phone_is_asked_from_the_customers_page(
    as_system: Cast, fielded: Field
) -> None:
    wave, client = fielded(), enter(as_system.mei)
    page = f"/customers/{as_system.li.public_id}"
    where = f"{page}/surveys/{wave.public_id}"
    assert where in text(client, f"{page}/")
    given = {f"q-{key}": value for key, value in given_of(wave.version, 9, "很好").items()}

    assert "Begin" in text(client, where), "face to face"
    assert post(client, where, do="open", mode="phone") == 409
    assert Decision.objects.get().reason == "unasked", "the no is kept"
    agrees(as_system.li, "call")
    assert "Save the answer" not in text(client, where)
    assert post(client, where, do="open", mode="phone") == 302
    assert "Save the answer" in text(client, where)
    assert post(client, where, **given, mode="") == 422
    assert post(client, where, **given, mode="phone") == 302

    assert Answer.objects.get().taken_by == as_system.mei
    shown = text(client, f"{page}/")
    assert "很好" in shown
    assert "Would recommend us" in shown
    assert where not in shown, "it is answered"


def test_who_was_not_reached_is_told_on_the_page_of_the_wave(
    as_system: Cast, fielded: Field
) -> None:
    wave, client = fielded(), enter(as_system.mei)
    where = f"/customers/{as_system.li.public_id}/surveys/{wave.public_id}"

    assert post(client, where, do="open", mode="face") == 302
    assert post(client, where, do="missed", mode="face") == 302

    page = text(client, f"/waves/{wave.public_id}/?show=missed")
    assert as_system.li.public_id in page
    assert as_system.li.public_id in text(client, f"/waves/{wave.public_id}/?show=asked")


def test_a_no_of_the_policy_to_a_link_is_kept(as_system: Cast, fielded: Field) -> None:
    cast = as_system
    agrees(cast.li, "sms")
    wave, client = fielded(channel="sms"), enter(cast.mei)
    channels.set_stops(cast.li, by=TESTS, at=NOON, do_not_contact=True)
    invitation = Invitation.objects.get(wave=wave, customer=cast.li)

    assert post(client, f"/invitations/{invitation.public_id}") == 409

    assert Decision.objects.filter(customer=cast.li, allowed=False).count() == 1


def test_results_carry_intervals_response_and_rows(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast, wave = as_system, fielded()
    say(wave, cast.li, 10)
    say(wave, cast.qian, 3, "排队太久")
    here = f"/surveys/{wave.version.survey.public_id}"

    page = text(enter(cast.max), f"{here}/?wave={wave.public_id}")
    assert "too few answers to tell" in page, "of two answers"
    assert "100.0%" in page, "the response"
    assert "By branch" in page
    question = wave.version.questions.all()[0].public_id
    rows = text(enter(cast.max), f"{here}/rows?question={question}&class=detractor")
    assert "排队太久" in rows
    assert rows.count("排队太久") == 1
    assert "排队太久" not in text(
        enter(cast.mei), f"{here}/rows?class=detractor&question={question}"
    )
    one = Answer.objects.get(customer=cast.qian)
    assert "排队太久" in text(enter(cast.tao), f"/voice/answers/{one.public_id}")
    assert text(enter(cast.mei), f"/voice/answers/{one.public_id}", 404)
    file = text(enter(cast.ana), f"{here}/answers?wave={wave.public_id}")
    assert "排队太久" in file
    assert "Customer number,When" in file, "heads in the reader's language"
    sheet = enter(cast.ana).get(f"{here}/answers?format=xlsx")
    scope.set_scope(scope.EVERYBODY)
    assert sheet.content.startswith(b"PK")
    assert text(enter(cast.mei), f"{here}/answers", 403), "without the right to export"


def test_the_chart_of_means_shows_means(as_system: Cast, fielded: Field, say: Say) -> None:
    cast = as_system
    first = fielded("experience", at=NOON - timedelta(days=100), name="first")
    say(first, cast.li, 8, 0, 7, 0, 9, 0, at=NOON - timedelta(days=99))
    say(first, cast.qian, 9, 0, 9, 0, 9, 0, at=NOON - timedelta(days=99))
    say(fielded("experience", name="second"), cast.li, 7, 0, 8, 0, 8, 0)

    page = text(enter(cast.max), f"/surveys/{first.version.survey.public_id}/")

    assert "From wave to wave" in page
    assert "8.50" in page
    assert "850" not in strip_tags(page)  # a token in the page's tags may hold any digits
    assert "inf" not in page.lower().replace("information", "")


def test_figures_open_the_rows_that_they_count(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast, wave = as_system, fielded("experience")
    say(wave, cast.li, 3, -2, 7, 0, 9, 1, "柜台太慢")
    say(wave, cast.qian, 8, 0, 7, 0, 9, 0, "还可以")
    Answer.objects.filter(customer=cast.qian).update(branch=None)
    here, client = f"/surveys/{wave.version.survey.public_id}", enter(cast.max)
    page = text(client, f"{here}/")

    assert "At the counter" in page, "in the reader's language"
    below = f"{here}/rows?point=柜台服务&amp;scale=compared&amp;class=below"
    assert below in unquote(page), "the classes against expectation"
    rows = text(client, below.replace("&amp;", "&"))
    assert "柜台太慢" in rows
    assert "还可以" not in rows
    both = text(client, f"{here}/rows?scale=compared")
    assert "柜台太慢" in both
    assert "还可以" in both
    nobody = text(client, f"{here}/rows?branch=-")
    assert "还可以" in nobody
    assert "柜台太慢" not in nobody
    assert f"/waves/{wave.public_id}/?show=asked" in page, "the response"
    asked = text(client, f"/waves/{wave.public_id}/?show=asked")
    assert cast.li.public_id in asked
    standing = text(enter(cast.mei), "/satisfaction/")
    assert "/satisfaction/complaints?measure=late" in standing, "a relationship manager, too"
    assert text(enter(cast.mei), "/satisfaction/complaints?measure=late")
    assert text(enter(cast.mei), "/satisfaction/complaints?measure=x", 404)


def test_the_standing_counts_what_the_board_shows(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    wave = fielded()
    say(wave, cast.li, 2)
    say(wave, cast.qian, 3)
    loop = Loop.objects.get(customer=cast.li)
    cause = actions.add_cause("x", by=TESTS, at=NOON)
    actions.close_low(loop, cause=cause, action="called", by=cast.wei, at=NOON)

    found = standing(cast.lin, NOON)

    assert found.detractors == queries.loops(cast.lin, today=TODAY).count() == 1


def test_long_lists_have_pages(as_system: Cast, fielded: Field) -> None:
    written = [actions.Written(f"第{n}条", NOON, None, f"k{n}") for n in range(60)]
    actions.write_comments("site", written)
    client = enter(as_system.max)

    first = text(client, "/comments/rows")
    second = text(client, "/comments/rows?page=2")

    assert "1–50 of 60" in first
    assert "51–60 of 60" in second
    assert text(client, "/comments/rows?page=99").count("<li>") == second.count("<li>")


def test_the_loop_is_closed_and_told_on_the_board(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    yesterday = NOON - timedelta(days=1)
    say(fielded(at=yesterday), cast.li, 2, "没人接电话", at=yesterday)
    loop, lead = Loop.objects.get(), enter(cast.wei)
    assert cast.li.name in text(lead, "/loop/") or "Li Na" in text(lead, "/loop/")

    assert post(lead, "/loop/causes/new", name="没人接电话", name_en="Nobody answers") == 302
    cause = Cause.objects.get()
    where = f"/loop/{loop.public_id}"
    assert "没人接电话" in text(lead, where)
    of = f"/complaints/new?customer={cast.li.public_id}"
    file = f"{of}&amp;said=answer-{loop.answer.public_id}"
    assert file in text(lead, where)
    assert "没人接电话" in text(lead, file.replace("&amp;", "&"))
    assert "words=" not in text(lead, where), "an address holds nobody's words"
    assert '<option value="" selected>…</option>' in text(lead, where), "no cause by default"
    assert post(lead, where, action="回电并道歉") == 422
    assert post(lead, where, cause=cause.pk, action="") == 422
    assert post(enter(cast.mei), where, cause=cause.pk, action="x") == 200, "only a look"
    assert post(lead, where, cause=cause.pk, action="回电并道歉") == 302
    given = {"cause": cause.pk, "said": "没人接", "did": "设专线", "since": "2026-11-01"}
    assert post(lead, "/loop/done/new", **given) == 302

    page = text(lead, "/loop/?show=done")
    assert "回电并道歉" in page
    assert "设专线" in page
    assert "Nobody answers" in page
    assert "回电并道歉" in text(lead, f"/loop/causes/{cause.public_id}")
    done = Improvement.objects.get()
    rows = text(lead, f"/loop/done/{done.public_id}/rows?side=after&part=named")
    assert "没人接电话" in rows
    assert text(lead, f"/loop/done/{done.public_id}/rows?side=beside", 404)
    assert post(lead, f"{where}/reopen") == 302
    assert text(enter(cast.tao), where, 404)


def test_comments_by_topic_are_of_the_viewers_customers(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast, wave = as_system, fielded()
    say(wave, cast.li, 2, "排队太久，窗口少")
    say(wave, cast.qian, 9, "客户经理很专业")

    page = text(enter(cast.max), "/comments/")
    assert "Waiting and queues" in page
    assert "Knowledge and advice" in page
    own = text(enter(cast.mei), "/comments/")
    assert "Waiting and queues" in own
    assert "Knowledge and advice" not in own
    assert "排队" in text(enter(cast.mei), "/comments/rows?topic=waiting&negative=1")
    standing = text(enter(cast.max), "/satisfaction/")
    assert "Comments of 90 days" in standing
    listed = standing.partition("Most complained about")[2]
    assert "Waiting and queues" in listed
    assert "Knowledge and advice" not in listed, "praise is no complaint"
    assert "nps" in standing
    assert "Complaints of 3 months" in standing
    assert "Complaints of 3 months" in text(enter(cast.mei), "/satisfaction/")


def test_a_file_of_comments_comes_in_on_its_page(as_system: Cast) -> None:
    client = enter(as_system.max)
    body = "客户号,评论,星级\n0001,手机银行闪退,1\n,服务周到,5\n".encode()

    answer = client.post("/comments/bring", {"file": SimpleUploadedFile("评论.csv", body)})
    scope.set_scope(scope.EVERYBODY)
    where = answer.headers["Location"]
    page = text(client, where)
    assert "客户号" in page
    columns = {"column-0": "number", "column-1": "comment", "column-2": "stars"}
    assert post(client, where, **columns) == 422, "it does not say where they were written"
    assert post(client, where, **columns, site="点评网") == 302

    assert Comment.objects.filter(source="点评网").count() == 2
    assert "点评网" in text(client, "/comments/")


def test_answers_of_a_file_show_the_gap_on_the_page(as_system: Cast) -> None:
    client = enter(as_system.max)
    survey = actions.make_survey("bank", preset="own", by=TESTS, at=NOON)
    version = survey.versions.get()
    for kind in ("expectation", "experience"):
        actions.add_question(version, kind=kind, text=kind, by=TESTS, at=NOON)
    here = f"/surveys/{survey.public_id}"
    body = b"number,expectation,experience\n0001,9,6\n0003,8,8\n"

    answer = client.post(f"{here}/bring", {"file": SimpleUploadedFile("a.csv", body)})
    scope.set_scope(scope.EVERYBODY)
    where = answer.headers["Location"]
    asked = {q.kind: f"q:{q.public_id}" for q in version.questions.all()}
    given = {
        "column-0": "number", "column-1": asked["expectation"], "column-2": asked["experience"]
    }  # fmt: skip
    assert post(client, where, **given) == 302

    page = text(client, f"{here}/")
    assert "−1.500" in page, "the mean of -3 and 0"
    assert "7.000 − 8.500" in page


def test_links_leave_as_a_file_and_their_customers_count_as_asked(
    as_system: Cast, fielded: Field
) -> None:
    wave, client = fielded(), enter(as_system.max)

    answer = client.post(f"/waves/{wave.public_id}/links")
    scope.set_scope(scope.EVERYBODY)

    body = answer.content.decode()
    assert body.count("/s/") == wave.invitations.filter(state="handed").count() > 0
    assert "E-mail address" in body
    assert "10100000001" not in body, "a marketer sees no number in full"


def test_many_links_are_written_in_the_background_for_who_asked(
    as_system: Cast, fielded: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MANY", 0)
    wave, client = fielded(), enter(as_system.max)
    here = f"/waves/{wave.public_id}"

    answer = client.post(f"{here}/links", {"format": "csv"})
    again = client.post(f"{here}/links", {"format": "csv"})
    scope.set_scope(scope.EVERYBODY)
    assert answer.headers["Location"] == again.headers["Location"] == f"{here}/#links"
    job = Job.objects.get(kind="voice.links")
    assert wave.invitations.filter(state="handed").count() == 0, "nobody was asked yet"
    assert "Waiting for the worker" in text(client, f"{here}/")
    assert post(client, f"/waves/files/{job.public_id}/take") == 404

    jobs.write_links(job.pk)
    scope.set_scope(scope.EVERYBODY)
    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "")
    handed = wave.invitations.filter(state="handed").count()
    assert job.result["rows"] == handed > 0
    assert f"{handed} links as .csv" in text(client, f"/waves/files/{job.public_id}")
    file = client.post(f"/waves/files/{job.public_id}/take")
    scope.set_scope(scope.EVERYBODY)
    body = b"".join(file).decode()  # type: ignore[arg-type]  # a file is told in pieces
    assert body.count("http://testserver/s/") == handed
    assert "TOKEN" not in body
    other = enter(as_system.lin)
    assert text(other, f"/waves/files/{job.public_id}", 404), "of somebody else"
    assert post(other, f"/waves/files/{job.public_id}/take") == 404
    assert AuditEntry.objects.filter(action="voice.links.downloaded").count() == 1


def test_the_administrator_sets_the_rest(as_system: Cast) -> None:
    client = enter(as_system.ada)
    assert "Days of rest" in text(client, "/surveys/rules")
    told = {"rest_days": 30, "panel_level": 5, "open_days": 10, "compare_days": 60}

    assert post(client, "/surveys/rules", **told) == 302

    assert "within 30 days" in text(client, "/surveys/")


def test_the_page_says_what_the_spanish_bank_came_to(as_system: Cast) -> None:
    named = os.environ.get("REGULARS_DATA", "")
    if not named:
        pytest.skip("REGULARS_DATA is not set: it names the folder with the public data sets.")
    cast, client = as_system, enter(as_system.max)
    survey = bank_survey(cast)
    here, asked = f"/surveys/{survey.public_id}", survey.versions.get().questions.all()
    body = spanish(Path(named) / "satisfaction_small")

    file = SimpleUploadedFile("banco.csv", body.encode())
    where = client.post(f"{here}/bring", {"file": file}).headers["Location"]
    page = text(client, where)
    header = body.splitlines()[0].split(",")
    known = {q.text: f"q:{q.public_id}" for q in asked}
    given = {f"column-{n}": known[name] for n, name in enumerate(header) if name in known}
    assert all(f'value="{each}" selected' in page for each in given.values()), "by their names"
    assert post(client, where, **given) == 302

    shown = text(client, f"{here}/")
    assert "6.833 − 7.494" in shown
    assert "−0.661" in shown
    assert "250 answers" in shown
