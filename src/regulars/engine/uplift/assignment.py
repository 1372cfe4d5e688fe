"""Who gets it and who is held out: decided by a hash, so that anybody can check it later.

The first twelve hexadecimal digits of md5("<salt>:<customer_id>"), read as a fraction of one,
are a customer's place in an experiment; the shares of the arms cut the line from 0 to 1. The
same customer has the same place on every machine and in every language, and two salts give
two places that know nothing of each other: a campaign's holdout is independent of the
programme's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regulars.base.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir

TREATED, CONTROL = "treated", "control"
DIGITS = 12
WHOLE: int = 16**DIGITS
_HEX = "0123456789abcdef"


@dataclass(frozen=True)
class Split:
    """An experiment's arms and their shares; equal values give equal assignments.

    Attributes
    ----------
    salt
        The experiment's id. Never reuse one: the same people would be held out again.
    shares
        (arm, share) in a fixed order; shares above 0, together 1.
    """

    salt: str
    shares: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        if not self.salt:
            raise BadInput("The salt is empty; give the id of the experiment.")
        if len({arm for arm, _ in self.shares}) < len(self.shares) or len(self.shares) < 2:
            raise BadInput(f"The arms are {self.arm_names}; give two or more, each once.")
        if any(share <= 0 for _, share in self.shares) or abs(self._total - 1.0) > 1e-9:
            raise BadInput(
                f"The shares {[share for _, share in self.shares]} make {self._total:g}; "
                "give shares above 0 that make 1."
            )

    @classmethod
    def holdout(cls, salt: str, share: float) -> Split:
        """Hold out `share` (between 0 and 1) as `control` and treat the others.

        Examples
        --------
        >>> Split.holdout("spring-2026", 0.1).shares
        (('control', 0.1), ('treated', 0.9))
        """
        if not 0.0 < share < 1.0:
            raise BadInput(f"The holdout is {share}; give a share between 0 and 1.")
        return cls(salt, ((CONTROL, share), (TREATED, 1.0 - share)))

    @classmethod
    def programme(cls, year: int, share: float, *, name: str = "programme") -> Split:
        """Keep `share` of all customers out of all marketing for a year.

        The year is in the salt: next year others are held out. The holdouts of single
        campaigns have salts of their own and are independent of this one.

        Examples
        --------
        >>> Split.programme(2026, 0.05).salt
        'programme:2026'
        """
        return cls.holdout(f"{name}:{year}", share)

    @property
    def arm_names(self) -> tuple[str, ...]:
        """The arms in their order."""
        return tuple(arm for arm, _ in self.shares)

    @property
    def _total(self) -> float:
        return float(sum(share for _, share in self.shares))

    @property
    def ends(self) -> tuple[int, ...]:
        """Where each arm ends, in units of 16**-12."""
        edges = np.cumsum([share for _, share in self.shares])
        return (*(round(float(edge) * WHOLE) for edge in edges[:-1]), WHOLE)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {"salt": self.salt, "shares": [list(each) for each in self.shares]}


def place_of(salt: str, customer_id: Hashable) -> float:
    """Give a customer's place in an experiment.

    Parameters
    ----------
    salt
        The experiment's id.
    customer_id
        As for `arm_of`.

    Returns
    -------
    float, 0 (included) to 1 (excluded), even over customers

    Examples
    --------
    >>> round(place_of("spring-2026", 7), 6)
    0.190998
    """
    return float(_digits_of(salt, customer_id) / WHOLE)


def arm_of(split: Split, customer_id: Hashable) -> str:
    """Give one customer's arm.

    Parameters
    ----------
    customer_id
        An integer or a string, as in the ledger; 7 and "7" are the same customer.

    Returns
    -------
    The arm's name.

    Examples
    --------
    >>> arm_of(Split.holdout("spring-2026", 0.1), 7)
    'treated'
    """
    own = _digits_of(split.salt, customer_id)
    return next(arm for arm, end in zip(split.arm_names, split.ends, strict=True) if own < end)


def arms_of(
    split: Split, customer_ids: Sequence[Hashable] | npt.NDArray[Any]
) -> npt.NDArray[np.str_]:
    """Give the arms of many customers, in their order (about a million a second).

    Parameters
    ----------
    customer_ids
        Shape (n,), integers or strings, as for `arm_of`.

    Returns
    -------
    Array of strings, shape (n,)

    Examples
    --------
    >>> [str(arm) for arm in arms_of(Split.holdout("spring-2026", 0.5), [1, 2, 3])]
    ['treated', 'control', 'treated']
    """
    own = [_digits_of(split.salt, each) for each in _plain(customer_ids)]
    index = np.searchsorted(np.array(split.ends), np.array(own, np.int64), side="right")
    return np.array(split.arm_names)[index]


def arm_expression(split: Split, customer_id: ir.Value) -> ir.StringValue:
    """Give the arm as an Ibis expression: the same answer as `arm_of` on every backend.

    Parameters
    ----------
    customer_id
        An integer or string column without nulls.

    Returns
    -------
    string expression, one of the split's arms, never null

    Examples
    --------
    >>> import ibis
    >>> customers = ibis.memtable({"customer_id": [1, 2, 3]})
    >>> split = Split.holdout("spring-2026", 0.5)
    >>> arm = arm_expression(split, customers.customer_id)
    >>> rows = customers.mutate(arm=arm).order_by("customer_id").to_pyarrow()
    >>> rows["arm"].to_pylist()
    ['treated', 'control', 'treated']
    """
    import ibis

    digits = _digest(split.salt, customer_id)
    # Digits of equal length compare as strings as they do as numbers.
    cuts = [
        (digits < f"{end:0{DIGITS}x}", arm)
        for arm, end in zip(split.arm_names[:-1], split.ends[:-1], strict=True)
    ]
    return ibis.cases(*cuts, else_=split.arm_names[-1])


def stratified_arms(split: Split, table: ir.Table, *, stratum: str) -> ir.Table:
    """Assign a closed list so that each stratum is split as exactly as whole people allow.

    Within a stratum customers stand in the order of their hash and every 1/share-th is
    held out; where the first cut falls is drawn by a hash of the stratum, so that everybody
    has the same chance even in a stratum of three. Unlike `arm_expression` the answer
    depends on who is on the list: store it.

    Parameters
    ----------
    table
        `customer_id` (integer or string, unique) and `stratum`.
    stratum
        Column to stratify by, such as the tier; integer or string, few values.

    Returns
    -------
    Table, one row per row of `table` (lazy)
        its columns and `arm` : string

    Examples
    --------
    >>> import ibis
    >>> people = ibis.memtable({"customer_id": list(range(8)), "tier": ["a", "b"] * 4})
    >>> split = Split.holdout("spring-2026", 0.5)
    >>> found = stratified_arms(split, people, stratum="tier").to_pyarrow().to_pylist()
    >>> sorted((row["tier"], row["arm"]) for row in found)[:4]
    [('a', 'control'), ('a', 'control'), ('a', 'treated'), ('a', 'treated')]
    """
    import ibis

    own = table.mutate(
        _digits=_digest(split.salt, table.customer_id),
        _start=_fraction(_digest(f"{split.salt}:stratum", table[stratum])),
    )
    window = ibis.window(group_by=stratum)
    ordered = ibis.window(group_by=stratum, order_by=["_digits", "customer_id"])
    people = own.count().over(window).cast("float64")
    at = (ibis.row_number().over(ordered).cast("float64") + own._start) / people
    placed = own.mutate(_at=at)
    edges = np.cumsum([share for _, share in split.shares])[:-1]
    cuts = [
        (placed._at < float(edge), arm)
        for arm, edge in zip(split.arm_names, edges, strict=False)
    ]
    arm = ibis.cases(*cuts, else_=split.arm_names[-1])
    return placed.mutate(arm=arm).drop("_digits", "_start", "_at")


def shares_of(split: Split) -> Mapping[str, float]:
    """Give the planned shares by arm, as `sample_ratio` takes them.

    Returns
    -------
    dict of arm to share, 0-1, together 1

    Examples
    --------
    >>> shares_of(Split.holdout("spring-2026", 0.25))
    {'control': 0.25, 'treated': 0.75}
    """
    return dict(split.shares)


def _digits_of(salt: str, customer_id: Hashable) -> int:
    digest = hashlib.md5(f"{salt}:{customer_id}".encode(), usedforsecurity=False)
    return int(digest.hexdigest()[:DIGITS], 16)


def _plain(customer_ids: Sequence[Hashable] | npt.NDArray[Any]) -> Sequence[Hashable]:
    return customer_ids.tolist() if isinstance(customer_ids, np.ndarray) else customer_ids


def _digest(salt: str, value: ir.Value) -> ir.StringValue:
    import ibis

    text = ibis.literal(f"{salt}:") + value.cast("string")
    return text.hexdigest("md5").substr(0, DIGITS)


def _fraction(digits: ir.StringValue) -> ir.FloatingValue:
    """Read the first six hexadecimal digits as a fraction, in words every backend has."""
    import ibis

    places = [
        ibis.literal(_HEX).find(digits.substr(place, 1)).cast("float64") / 16.0 ** (place + 1)
        for place in range(6)
    ]
    return sum(places[1:], places[0])
