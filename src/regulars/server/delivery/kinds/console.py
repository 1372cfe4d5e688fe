"""A line that goes nowhere: what would be sent is written to a file of the home.

For demonstrations, and to look at a campaign before a real line is set up.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.base.errors import BadInput
from regulars.server.delivery.kinds.base import (
    Capabilities,
    Carrier,
    End,
    Kind,
    Message,
    Receipt,
)

FILE = "messages.jsonl"


class Console(Kind):
    """Writes every message as one line of JSON."""

    code = "console"
    channel = ""
    name = gettext_lazy("A file of this installation (nothing goes out)")
    can = Capabilities(subject=True, html=True)
    fields = ()

    def check(self) -> None:
        self.file()

    def open(self) -> Carrier:
        return _Writer(self)

    def file(self) -> Path:
        """Where messages are written.

        :raises BadInput: the installation lends no folder.
        """
        if self.world.folder is None:
            raise BadInput(_("This installation has no folder for messages."))
        return self.world.folder / FILE

    def refusal(self, message: Message) -> str:
        return "" if message.to else str(_("The message has no address."))


class _Writer(Carrier):
    def __init__(self, kind: Console) -> None:
        self.kind = kind

    def send(self, message: Message, mark: Callable[[], bool]) -> Receipt:
        line = {"at": self.kind.world.clock().isoformat(), **asdict(message)}
        try:
            paper = self._paper()
        except (OSError, BadInput) as error:
            return Receipt(End.LATER, code="no_file", said=str(error)[:200], line=True)
        try:
            if not mark():
                return Receipt(End.TAKEN)
            # One write at the end of the file: two workers never mix their lines.
            os.write(paper, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        except OSError as error:
            return Receipt(End.UNKNOWN, code="no_file", said=str(error)[:200])
        finally:
            os.close(paper)
        return Receipt(End.SENT, id=message.key)

    def _paper(self) -> int:
        file = self.kind.file()
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
