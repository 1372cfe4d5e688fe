"""Calls of WeCom's API: the token that all need, and what its error codes mean."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from regulars.server.core.webhooks.sending import Outcome
from regulars.server.delivery.kinds import wire
from regulars.server.delivery.kinds.base import End, Receipt, World

STALE = {40014, 41001, 42001}  # invalid, missing, expired token
WAITS = {-1: 30.0, 45009: 60.0, 45033: 5.0}  # busy; too often; too many at once
# Wrong company, secret, address of ours, right: the line is set up wrongly.
LINE = {40001, 40013, 40056, 40091, 41002, 41004, 48001, 48002, 50001, 60011, 60020, 301002}
EARLY = timedelta(minutes=5)  # a token is renewed before it expires
TYPE = {"Content-Type": "application/json; charset=utf-8"}


class Tokens:
    """Tokens of this process; the provider gives the same one to all until it expires."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def get(self, of: tuple[str, ...], *, at: datetime) -> str:
        with self._lock:
            token, until = self._kept.get(of, ("", at))
        return token if at < until else ""

    def keep(self, of: tuple[str, ...], token: str, *, until: datetime) -> None:
        with self._lock:
            self._kept[of] = (token, until)

    def forget(self, of: tuple[str, ...]) -> None:
        with self._lock:
            self._kept.pop(of, None)


TOKENS = Tokens()


class Api:
    """The API as one company's application may use it."""

    def __init__(self, settings: Mapping[str, str], world: World) -> None:
        self.world = world
        self.url = settings["url"].rstrip("/")
        self.corp, self.secret = settings["corp"], settings["secret"]
        self.owner = (self.url, self.corp, self.secret)

    def call(
        self,
        path: str,
        asked: Callable[[], Mapping[str, Any]],
        *,
        mark: wire.Mark = lambda: True,
    ) -> Outcome:
        """Ask with a token; one that expired is renewed, and the call made once more.

        The second call repeats nothing: the provider refused the first for its token.
        """
        for _attempt in (1, 2):
            token = self._token()
            if isinstance(token, Outcome):
                return token
            url = f"{self.url}/cgi-bin/{path}?{urlencode({'access_token': token})}"
            outcome = wire.call(
                self.world, url, body=lambda: wire.packed(asked()), headers=TYPE, mark=mark
            )
            if code(outcome) not in STALE:
                return outcome
            TOKENS.forget(self.owner)
            mark = _already  # it said yes to the first; it is asked once a message
        return outcome

    def _token(self) -> str | Outcome:
        at = self.world.clock()
        kept = TOKENS.get(self.owner, at=at)
        if kept:
            return kept
        query = urlencode({"corpid": self.corp, "corpsecret": self.secret})
        outcome = wire.call(
            self.world, f"{self.url}/cgi-bin/gettoken?{query}", method="GET", headers={}
        )
        answer = wire.document(outcome)
        token = str(answer.get("access_token", ""))
        if not token:
            return unbegun(outcome)
        seconds = answer.get("expires_in")
        lives = timedelta(seconds=seconds if isinstance(seconds, int) else 7200)
        TOKENS.keep(self.owner, token, until=at + max(lives - EARLY, lives / 2))
        return token


def _already() -> bool:
    return True


def unbegun(outcome: Outcome) -> Outcome:
    """The same failure, of a call before the message's own: nothing of it had gone out."""
    return Outcome(
        outcome.status, outcome.ms, outcome.problem or "no_token", False, outcome.body
    )


def code(outcome: Outcome) -> int | None:
    found = wire.document(outcome).get("errcode")
    return found if isinstance(found, int) else None


def read(outcome: Outcome) -> Receipt | None:
    """What went wrong; None where nothing did."""
    lost = wire.lost(outcome)
    if lost is not None:
        return lost
    said = wire.brief(wire.document(outcome).get("errmsg", ""))
    found = code(outcome)
    if found == 0:
        return None
    if found in WAITS:
        return Receipt(End.LATER, code=str(found), said=said, wait=WAITS[found])
    if found in STALE | LINE:
        return Receipt(End.LATER, code=str(found), said=said, line=True)
    if found is not None:
        return Receipt(End.REFUSED, code=str(found), said=said)
    if outcome.arrived:
        end = End.UNKNOWN if outcome.begun else End.LATER
        return Receipt(end, said=wire.brief(wire.text(outcome)))
    receipt = wire.by_status(outcome)
    return receipt if outcome.begun else Receipt(End.LATER, code=receipt.code, line=True)
