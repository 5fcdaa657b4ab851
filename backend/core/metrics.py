"""What `/metrics` tells, in the format of Prometheus.

Counts are of this process: a scraper adds the processes up. Gauges come from functions that the apps register; they
are asked at most every 30 seconds, so that scraping costs nothing.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, ProcessCollector, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

log = logging.getLogger(__name__)

# When each count began is one more line for each of them, and says no more than when the process did. (The function has
# no types.)
disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()
ProcessCollector(registry=registry)

REQUESTS = Counter("quayside_requests", "Requests answered by Django.", ["method", "status"], registry=registry)
PAGE_READS = Counter(
    "quayside_page_reads", "Reads of pages, by where they were answered.", ["source"], registry=registry
)

_KEPT_SECONDS = 30
Gauges = Callable[[], Mapping[tuple[str, str], Mapping[str, float] | float]]
_sources: list[Gauges] = []


def register_gauges(source: Gauges) -> None:
    """`source()` returns `{(name, help): value}`, or `{(name, help): {label: value}}` with the label `status`."""
    _sources.append(source)


class _Gauges(Collector):
    """Asks the sources and remembers their answers for a while."""

    def __init__(self) -> None:
        self.asked_at = float("-inf")
        self.families: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        if time.monotonic() - self.asked_at > _KEPT_SECONDS:
            self.families = [family for source in _sources for family in _families(source)]
            self.asked_at = time.monotonic()
        yield from self.families

    def describe(self) -> Iterator[Metric]:
        """Nothing is known of the gauges before the apps are ready."""
        return iter(())


def _families(source: Gauges) -> Iterator[Metric]:
    try:
        values = source()
    except Exception:
        # A database or Redis that is away must not hide the other figures; the log says what happened.
        log.exception("figures for /metrics are missing")
        return
    for (name, text), value in values.items():
        labelled = isinstance(value, Mapping)
        family = GaugeMetricFamily(name, text, labels=["status"] if labelled else [])
        if isinstance(value, Mapping):
            for label, number in value.items():
                family.add_metric([label], number)
        else:
            family.add_metric([], value)
        yield family


_gauges = _Gauges()
registry.register(_gauges)


def exposition() -> bytes:
    """The text of `/metrics`."""
    return generate_latest(registry)
