"""A checked source and a customer's values make words, or say what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from liquid import BoundTemplate
from liquid.exceptions import LiquidError, ResourceLimitError, UndefinedError

from regulars.base.errors import RegularsError
from regulars.server.content.rules.liquid import markup
from regulars.server.content.rules.liquid.checking import foreign
from regulars.server.content.rules.liquid.engine import liquid


class NotRendered(RegularsError):
    """Why a message is not there: a value is `missing` or does not fit (`value`), it takes
    more than the `limit`, or its `source` is none."""

    def __init__(self, why: str, what: str = "") -> None:
        self.why, self.what = why, what
        super().__init__(f"{why} {what}".strip())


@dataclass(frozen=True)
class Template:
    """A source ready to be rendered many times."""

    compiled: BoundTemplate
    html: bool

    def render(self, values: Mapping[str, Any]) -> str:
        """Fill in one customer's values, plain dicts in a plain dict.

        :raises NotRendered: a value is missing, or does not fit its filter.
        """
        try:
            out = self.compiled.render(values)
        except UndefinedError as error:
            missing = str(error.args[0]).removesuffix(" is undefined").strip("'")
            raise NotRendered("missing", missing) from error
        except (ResourceLimitError, RecursionError) as error:
            raise NotRendered("limit") from error
        except LiquidError as error:
            raise NotRendered("value", str(error.args[0] if error.args else "")) from error
        # Values are escaped already; this holds even if that should ever fail.
        return markup.clean(out) if self.html else out.strip()


@lru_cache(maxsize=512)
def template(source: str, language: str, currency: str, *, html: bool = False) -> Template:
    """Prepare a source that `check` found nothing wrong with.

    :raises NotRendered: it was never checked, and is more than the little that there is.
    """
    if wrong := next(foreign(source), None):
        raise NotRendered("source", wrong.code)
    return Template(liquid(language, currency, html=html).from_string(source), html)
