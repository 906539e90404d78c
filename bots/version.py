"""Which Kuulolla this is."""

from importlib.metadata import PackageNotFoundError, version


def package_version() -> str:
    try:
        return version("kuulolla")
    except PackageNotFoundError:  # run from a copy that was never installed
        return "unknown"
