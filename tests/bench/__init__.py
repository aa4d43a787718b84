"""Benchmarks: what the whole system costs, as ratios to the bare libraries doing the same hops in the same run."""
