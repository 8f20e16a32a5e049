"""Kernels that several decisions share: transport prices, mixed-integer programmes."""
