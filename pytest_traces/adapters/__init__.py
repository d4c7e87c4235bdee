"""Adapters: each records one framework, imports no other adapter, and is switched on when its framework is imported."""
