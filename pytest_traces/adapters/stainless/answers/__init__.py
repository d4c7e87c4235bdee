"""Responses of providers for `says` and `calls`: whole, or as a stream of events."""
