"""The continuity plan: what a home or a firm does when a service is out, from facts of its own and playbooks."""
