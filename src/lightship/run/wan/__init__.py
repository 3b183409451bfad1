"""Failover put together: probes, decider and actuator for real lines; simulated lines for the same decider."""
