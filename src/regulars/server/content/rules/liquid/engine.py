"""The little Liquid that messages may use: no loops, no files, no objects."""

from __future__ import annotations

import time
from functools import lru_cache
from io import StringIO
from typing import Any, TextIO

from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin.content import Literal
from liquid.builtin.illegal import Illegal
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.assign_tag import AssignTag
from liquid.builtin.tags.case_tag import CaseTag
from liquid.builtin.tags.comment_tag import CommentTag
from liquid.builtin.tags.if_tag import IfTag
from liquid.builtin.tags.unless_tag import UnlessTag
from liquid.exceptions import OutputStreamLimitError, ResourceLimitError
from liquid.undefined import FalsyStrictUndefined

from regulars.server.content.rules.liquid.values import Writer, filters

LONGEST = 12_000  # characters of a source
MOST_OUT = 100_000  # bytes of what is rendered
SECONDS = 0.05  # for one rendering; a usual one takes a thousandth of it


class TooSlow(ResourceLimitError):
    """A rendering took longer than any message needs."""


class Absent(FalsyStrictUndefined):
    """A value that is not there: false in a condition, replaced by `default`, never empty."""

    force_liquid_default = True


class _Bounded(StringIO):
    """What is written, as long as it is neither too much nor too late."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        # A limit on work, not a time of day.
        self.until = time.thread_time() + SECONDS

    def write(self, text: str) -> int:
        self.size += len(text) if text.isascii() else len(text.encode())
        if self.size > MOST_OUT:
            raise OutputStreamLimitError("too long", token=None)
        if time.thread_time() > self.until:
            raise TooSlow("too slow", token=None)
        return super().write(text)


class _Context(RenderContext):
    def get_item(self, obj: Any, key: Any) -> Any:  # a value of whichever type
        """Look up a key of a plain dict, and nothing else: no size, no position."""
        if type(obj) is not dict:
            raise KeyError(key)
        return obj[key]


class _Template(BoundTemplate):
    context_class = _Context

    def _get_buffer(self) -> StringIO:
        return _Bounded()


class _Said(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        env = context.env
        assert isinstance(env, Liquid)
        return buffer.write(env.writer.said(self.expression.evaluate(context)))


class _Output(Output):
    node_class = _Said


class Liquid(Environment):
    """Liquid for one language and currency, plain or HTML."""

    context_depth_limit = 8
    block_nesting_limit = 12
    loop_iteration_limit = 1_000
    local_namespace_limit = 20_000
    output_stream_limit = MOST_OUT
    template_class = _Template
    TAGS = (Literal, _Output, Illegal, IfTag, UnlessTag, CaseTag, AssignTag, CommentTag)

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        super().__init__(undefined=Absent, autoescape=writer.html)

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        for tag in self.TAGS:
            self.add_tag(tag)
        for name, one in filters(self.writer).items():
            self.add_filter(name, one)


@lru_cache(maxsize=16)
def liquid(language: str, currency: str, *, html: bool = False) -> Liquid:
    """The Liquid of a language and a currency."""
    return Liquid(Writer(language, currency, html))
