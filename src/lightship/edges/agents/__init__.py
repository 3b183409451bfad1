"""Agents: vantages elsewhere. `wire` is what both sides say; `hub` is the hub's side, `own` the agent's.

docs/reference/agent.md states the protocol, docs/why says why it is like this.
"""
