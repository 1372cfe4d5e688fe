"""A million customers and ten million transactions come by browser, also under kill -9."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest
from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as NotYet
from tests.alike import held
from tests.journeys.serving import CLEAN, Served
from tests.journeys.steps import set_up
from tests.journeys.window import Window, open_window

from regulars.server.site.home import Home

CUSTOMERS, TRANSACTIONS = 1_000_000, 10_000_000
HALVES = (0, 1)  # each kind comes in two files
# Of each of the four files, 20 in all. A job whose worker died three times is given up, and
# a person decides; so no job meets a third kill.
KILLS = {"upload": 1, "check": 2, "load": 2}
PATIENCE = 1_800  # seconds for one step
Step = tuple[str, str, str]  # kind, file, what is done with it


@pytest.fixture
def root() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="regulars-drill-"))
    made.chmod(0o755)  # PostgreSQL runs as somebody else where the tests run as root
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.drill
def test_a_million_customers_and_ten_million_transactions_come_by_browser(
    chromium: Any, root: Path
) -> None:
    files = [
        *(("customers", customers(root / f"客户{half}.csv", half)) for half in HALVES),
        *(("transactions", transactions(root / f"交易{half}.csv", half)) for half in HALVES),
    ]
    with serving(root / "straight") as served:
        straight = Visit(chromium, served)
        straight.bring_all(files)
        expected = held(Home(served.home))
    tell(straight, "undisturbed")

    with serving(root / "killed") as served:
        killed = Visit(chromium, served, took=straight.seconds)
        killed.bring_all(files)
        found = held(Home(served.home))
    tell(killed, f"{len(killed.kills)} times kill -9")

    sys.stdout.write(f"equal: {found == expected}; {found['facts'][0]:,} facts\n")
    assert len(killed.kills) == len(files) * sum(KILLS.values())
    assert found == expected


def tell(visit: Visit, words: str) -> None:
    rows = {"customers": CUSTOMERS, "transactions": TRANSACTIONS}
    sys.stdout.write(f"\n{words}: {sum(visit.seconds.values()):.0f} s in all\n")
    for kind, n in rows.items():
        each: dict[str, float] = {}
        for (of, _file, step), took in visit.seconds.items():
            if of == kind:
                each[step] = each.get(step, 0.0) + took
        shown = ", ".join(f"{step} {took:.0f} s" for step, took in each.items())
        sys.stdout.write(f"  {n:,} {kind}: {shown}; {n / sum(each.values()):,.0f} rows/s\n")


@dataclass
class Visit:
    """One administrator who brings two files, and the hand that kills meanwhile."""

    chromium: Any
    served: Served
    took: dict[Step, float] | None = None  # undisturbed; None: nothing is killed
    seconds: dict[Step, float] = field(default_factory=dict)
    kills: list[float] = field(default_factory=list)
    wanted: str = ""  # where the window was led last
    chance: random.Random = field(default_factory=lambda: random.Random(20))

    def bring_all(self, files: list[tuple[str, Path]]) -> None:
        link = self.served.hear(r"Set up your company here: (\S+)")
        desk = open_window(self.chromium, link.split("/set-up/")[0])
        set_up(desk, link)
        for kind, file in files:
            self.bring(desk, kind, file)
        desk.context.close()

    def bring(self, desk: Window, kind: str, file: Path) -> None:
        page = desk.page
        desk.go("/imports/")
        page.on("request", self._note)
        page.locator(f".kindbox:has(input[value={kind}])").click()
        page.locator("input[type=file]").set_input_files(file)
        self._step(
            page,
            (kind, file.name, "upload"),
            press=page.get_by_role("button", name="下一步：核对列"),
            until=page.locator("#mapping").or_(page.get_by_role("link", name=file.name)),
            victim="web",
        )
        if not page.locator("#mapping").count():  # killed after the import was made
            page.get_by_role("link", name=file.name).click()
        load = page.get_by_role("button", name="立即载入")
        self._step(
            page,
            (kind, file.name, "check"),
            press=page.get_by_role("button", name="检查文件"),
            until=load,
            victim="worker",
        )
        self._step(
            page,
            (kind, file.name, "load"),
            press=load,
            until=page.get_by_role("heading", name="文件已载入"),
            victim="worker",
        )

    def _note(self, request: Any) -> None:
        if request.is_navigation_request() and request.method == "GET":
            self.wanted = request.url

    def _step(self, page: Any, name: Step, *, press: Any, until: Any, victim: str) -> None:
        press.click()
        began = time.monotonic()
        if self.took:
            for _ in range(KILLS[name[2]]):
                self._cut_off(page, victim, until, within=self.took[name])
        self._arrive(page, until)
        self.seconds[name] = time.monotonic() - began

    def _arrive(self, page: Any, until: Any) -> None:
        """Wait for the end of a step; a page that could not be fetched is asked for again."""
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                return until.wait_for(timeout=3000)
            except NotYet:
                assert time.monotonic() < ends, f"{page.url} never came to its end."
            if page.url.startswith("chrome-error:"):
                with suppress(Error):
                    page.goto(self.wanted)

    def _cut_off(self, page: Any, victim: str, until: Any, *, within: float) -> None:
        """Kill the part at some moment of its work."""
        alive = self._alive(page, victim)
        delay = self.chance.uniform(0.05, 0.5) * within
        try:
            until.wait_for(timeout=delay * 1000)
        except NotYet:
            kill(alive)
            self.kills.append(delay)

    def _alive(self, page: Any, name: str) -> psutil.Process:
        """The process of that part, once the supervisor has it running."""
        while True:
            for part in psutil.Process(self.served.pid).children():
                with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    if part.cmdline()[-1:] == [name]:
                        return part
            page.wait_for_timeout(50)


def kill(part: psutil.Process) -> None:
    """Kill it and whoever works for it, as the kernel does when memory runs out."""
    with suppress(psutil.NoSuchProcess):
        for process in [*part.children(recursive=True), part]:
            with suppress(psutil.NoSuchProcess):
                process.kill()


@contextmanager
def serving(root: Path) -> Iterator[Served]:
    served = Served(root)
    served.start("serve")
    try:
        yield served
    finally:
        served.ask_to_stop()
        ended = served.stopped()
    assert ended == CLEAN


def customers(path: Path, half: int) -> Path:
    """People with what a core bank's export holds of them."""
    return written(
        path,
        f"""select format('{{:08d}}', i) as 客户号,
            substr('王李张刘陈杨赵黄周吴徐孙', 1 + (i * 7) % 12, 1)
            || substr('子文志秀建春国嘉思雨明海', 1 + (i * 5) % 12, 1)
            || substr('轩涵杰英华梅强宁远晴亮燕', 1 + (i // 12) % 12, 1) as 姓名,
            case when i % 50 = 9 then '' else '1' || (3800000000 + i * 97) end as 手机号码,
            case when i % 3 = 0 then 'c' || i || '@example.com' else '' end as 电子邮箱,
            strftime(date '1950-01-01' + (i * 31 % 20000)::int, '%Y-%m-%d') as 出生日期,
            case when i % 2 = 0 then '女' else '男' end as 性别,
            strftime(date '2005-01-01' + (i % 7000)::int, '%Y/%m/%d') as 开户日期,
            '职业' || (i % 40) as 职业
        from range({half * CUSTOMERS // 2}, {(half + 1) * CUSTOMERS // 2}) t(i)""",
    )


def transactions(path: Path, half: int) -> Path:
    """Two years of them, one in 50,000 without a readable amount."""
    return written(
        path,
        f"""select format('{{:08d}}', hash(i) % {CUSTOMERS}) as 客户号,
            strftime(timestamp '2024-11-01' + to_minutes((i * 7919) % 1051200),
                '%Y-%m-%d %H:%M') as 交易时间,
            case when i % 50000 = 7 then '?'
                else format('{{:.2f}}', (100 + hash(i + 1) % 89900) / 100) end as 金额,
            'D' || i as 订单号, 'P' || (i % 200) as 产品代码
        from range({half * TRANSACTIONS // 2}, {(half + 1) * TRANSACTIONS // 2}) t(i)""",
    )


def written(path: Path, query: str) -> Path:
    duckdb.sql(f"copy ({query}) to '{path}' (header, delimiter ',')")
    return path
