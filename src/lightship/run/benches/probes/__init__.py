"""Probes beside the programs that people probe with: blackbox_exporter, fping, check_email_delivery."""
