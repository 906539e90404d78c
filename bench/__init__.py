"""The benchmark harness: `python -m bench [KEY-PREFIX]`. How it measures: README.md."""
