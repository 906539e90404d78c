"""One module a topic; every module here is imported and registers its benchmarks."""
