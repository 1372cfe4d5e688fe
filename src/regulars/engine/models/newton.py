"""Maximum likelihood by exact Newton steps over the logarithms of the parameters.

The logarithm keeps parameters positive and makes the likelihood near enough to a
parabola that five to nine steps are the rule. Where it is not (saddles far from the
top), the Hessian is bent until it points uphill; a step that does not improve is halved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regulars.engine.models.fitted import Fitted, NoFit

Floats = npt.NDArray[np.float64]
# Natural parameters -> log-likelihood, gradient, Hessian (by natural parameters).
Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]

MAX_STEPS = 200
LARGEST_STEP = 2.0  # a factor of e^2 in one parameter at once; more overshoots


def dot(one: Floats, other: Floats) -> float:
    """Sum the products of two long rows.

    Not by `@`: BLAS shares such a sum out over its threads, whose number then moves the last
    digits, and on a busy machine they wait for each other longer than they add.
    """
    return float(np.einsum("i,i->", one, other))


@dataclass(frozen=True)
class Summit:
    """Where the climb ended."""

    parameters: Floats
    log_likelihood: float
    covariance: Floats  # zeros where held at an edge, nan where the likelihood is flat
    converged: bool
    at_boundary: npt.NDArray[np.bool_]
    steps: int

    @property
    def standard_errors(self) -> Floats:
        """Nan at an edge and where the likelihood is flat."""
        errors = np.sqrt(np.diag(self.covariance))
        return np.where(self.at_boundary, np.nan, errors)


def conclude(
    summit: Summit,
    *,
    model: str,
    names: tuple[str, ...],
    customers: int,
    unit: str,
    edges: tuple[str, ...] | None = None,
) -> Fitted:
    """Put names to what a climb found; `edges` replaces the parameters found at an edge."""
    found = tuple(n for n, edge in zip(names, summit.at_boundary, strict=True) if edge)
    errors = [None if np.isnan(each) else float(each) for each in summit.standard_errors]
    flat = bool(np.isnan(summit.covariance).any())
    return Fitted(
        model=model,
        parameters=dict(zip(names, summit.parameters.tolist(), strict=True)),
        standard_errors=dict(zip(names, errors, strict=True)),
        log_likelihood=summit.log_likelihood,
        unit=unit,
        customers=customers,
        converged=summit.converged,
        at_boundary=found if edges is None else edges,
        steps=summit.steps,
        covariance=None if flat else tuple(map(tuple, summit.covariance.tolist())),
    )


def climb(likelihood: Likelihood, *, start: Floats, lowest: Floats, highest: Floats) -> Summit:
    """Find the parameters between `lowest` and `highest` with the highest likelihood.

    Raises
    ------
    NoFit
        where the likelihood is not a number: never are the start values given back as if
        they were an answer.
    """
    low, high = np.log(lowest), np.log(highest)
    place = np.log(start)
    height, slope, bend = _in_logs(likelihood, place)
    converged = False
    steps = 0
    while steps < MAX_STEPS:
        steps += 1
        free = ~(((place <= low) & (slope < 0)) | ((place >= high) & (slope > 0)))
        step = _uphill(slope, bend, free)
        gain = float(slope @ step)
        if gain <= 1e-12 * (1.0 + abs(height)) or not free.any():
            converged = True
            break
        moved = _improve(likelihood, place, step, height, low, high)
        if moved is None:
            # No better point in floating point: the top, if the promised gain is tiny.
            converged = gain < 1e-7 * (1.0 + abs(height))
            break
        place, height, slope, bend = moved
    edge = (place <= low + 1e-9) | (place >= high - 1e-9)
    return Summit(
        parameters=np.exp(place),
        log_likelihood=height,
        covariance=_covariance(likelihood, np.exp(place), edge),
        converged=converged,
        at_boundary=edge,
        steps=steps,
    )


def _in_logs(likelihood: Likelihood, place: Floats) -> tuple[float, Floats, Floats]:
    natural = np.exp(place)
    height, slope, bend = likelihood(natural)
    if not (np.isfinite(height) and np.isfinite(slope).all() and np.isfinite(bend).all()):
        raise NoFit(
            f"The likelihood is not a number at {np.round(natural, 6).tolist()}. Look for "
            "customers with impossible histories (a negative age, an infinite amount)."
        )
    scaled = natural * slope
    return height, scaled, natural[:, None] * bend * natural[None, :] + np.diag(scaled)


def _uphill(slope: Floats, bend: Floats, free: npt.NDArray[np.bool_]) -> Floats:
    step = np.zeros_like(slope)
    if not free.any():
        return step
    values, vectors = np.linalg.eigh(-bend[np.ix_(free, free)])
    # Positive curvature means uphill in every direction; what is flat or bent the wrong
    # way gets the size of its curvature, at least a small one.
    sure = np.maximum(np.abs(values), 1e-8 * max(1.0, float(np.abs(values).max())))
    step[free] = vectors @ ((vectors.T @ slope[free]) / sure)
    longest = float(np.abs(step).max())
    return step * (LARGEST_STEP / longest) if longest > LARGEST_STEP else step


def _improve(
    likelihood: Likelihood,
    place: Floats,
    step: Floats,
    height: float,
    low: Floats,
    high: Floats,
) -> tuple[Floats, float, Floats, Floats] | None:
    for _ in range(40):
        there = np.clip(place + step, low, high)
        try:
            higher, slope, bend = _in_logs(likelihood, there)
        except NoFit:
            step = step / 2
            continue
        if higher > height:
            return there, higher, slope, bend
        step = step / 2
    return None


def _covariance(likelihood: Likelihood, natural: Floats, edge: npt.NDArray[np.bool_]) -> Floats:
    size = len(natural)
    answer, inside = np.zeros((size, size)), ~edge
    _, _, bend = likelihood(natural)
    block = np.ix_(inside, inside)
    try:
        answer[block] = np.linalg.inv(-bend[block])
    except np.linalg.LinAlgError:
        answer[block] = np.nan
    flat = inside & ~(np.diag(answer) > 0)
    answer[flat, :] = answer[:, flat] = np.nan
    return answer
