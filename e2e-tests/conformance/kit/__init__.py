"""Tries HTTP proxies from outside: raw clients on one side, scripted upstreams on the other (standard library only)."""
