"""Vantages elsewhere, put together: the hub's side in `hub_side`, the agent's own process in `agent`."""
