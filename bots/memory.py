"""Python's collector of cyclic garbage, told what a long-running service is like."""

import gc

THRESHOLDS = (10_000, 20, 50)


def patient() -> None:
    """First of all: little of what a start makes is garbage, and looking for it takes a tenth of
    the time until all is up."""
    gc.set_threshold(*THRESHOLDS)


def settle() -> None:
    """Once all is imported and wired: what lives now lives on, so the collector need not look at
    it again. Looking at all the modules' objects again and again took a tenth of our time."""
    gc.collect()
    gc.freeze()
    patient()
