"""`lightship bench wan`: failover held to its bars, on simulated lines and, as root, in a laboratory of namespaces."""
