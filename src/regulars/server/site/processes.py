"""The two parts that a supervisor starts: the web server and the worker.

`python -m regulars.server.site.processes web|worker`. A part ends when its supervisor
has died, so that nothing is left behind to serve yesterday's code.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procrastinate import App

PARENT_DIED = 1  # prctl's PR_SET_PDEATHSIG


def end_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies; elsewhere, look each second.

    SIGKILL, because nobody is left to insist: requests roll back, jobs are taken up again.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PARENT_DIED, signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def web() -> None:
    """Serve pages until told to stop; a worker process that dies is replaced."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    workers = int(os.environ.get("REGULARS_WEB_WORKERS", "1"))
    Server(
        "regulars.server.site.wsgi:application",
        address=os.environ["REGULARS_ADDRESS"],
        port=int(os.environ["REGULARS_PORT"]),
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8 if workers == 1 else 4,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    ).serve()


def worker() -> None:
    """Work through the jobs until told to stop."""
    import django

    django.setup()
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as ours:  # type: ignore[attr-defined]
        asyncio.run(_work(ours))


async def _work(app: App) -> None:
    """Two workers side by side: what goes out to customers never waits for an import."""
    async with app.open_async():
        both = [
            asyncio.create_task(_worker(app, "regulars", queue="default", at_once=2)),
            asyncio.create_task(_worker(app, "senders", queue="sending", at_once=4)),
        ]

        def stop() -> None:
            for one in both:
                one.cancel()

        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, stop)
        ended, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        stop()  # one alone would leave half of the work undone: both are started again
        await asyncio.gather(*both, return_exceptions=True)
        for one in ended:
            if not one.cancelled() and (error := one.exception()):
                raise error


async def _worker(app: App, name: str, *, queue: str, at_once: int) -> None:
    await app.run_worker_async(
        queues=[queue],
        concurrency=at_once,
        name=name,
        install_signal_handlers=False,
        listen_notify=True,
        fetch_job_polling_interval=5,
        shutdown_graceful_timeout=20,
        update_heartbeat_interval=10,
        stalled_worker_timeout=30,
    )


def main(part: str) -> None:
    end_with_parent()
    {"web": web, "worker": worker}[part]()


if __name__ == "__main__":
    main(sys.argv[1])
