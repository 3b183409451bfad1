"""What Prometheus reads: our own names, and blackbox_exporter's for dashboards that know those."""
