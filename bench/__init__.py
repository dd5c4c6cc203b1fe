"""Benchmarks that print ratios, never tests with a stopwatch: `make bench`."""
