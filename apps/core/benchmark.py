"""What a benchmark returns, and how rounds of alternatives are compared fairly."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure: name, value, its unit, the aim it is held against, and whether it holds."""

    name: str
    value: float
    unit: str
    aim: str
    holds: bool


def medians(alternatives: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Median seconds of each alternative over `rounds` rounds, interleaved so that noise hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in alternatives}
    for run in alternatives.values():
        run()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, run in alternatives.items():
                started = time.perf_counter()
                run()
                times[name].append(time.perf_counter() - started)
    finally:
        gc.enable()
    return {name: statistics.median(values) for name, values in times.items()}


def ratio(name: str, value: float, baseline: float, *, at_most: float) -> Figure:
    """A ratio of two medians of the same run, with its aim."""
    result = value / baseline
    return Figure(name, result, "×", f"≤ {at_most:.2f} ×", result <= at_most)
