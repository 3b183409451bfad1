"""Is something out? Every signal is a likelihood ratio, pooled over what can fail together.

Here live the baselines, the rules that turn signals into evidence (one kind of signal, one file), the scan over the
footprints, the alarms and the promise about false ones. A new kind of signal is a rule that fills the table of
`evidence`. Looking for the probes, which measure? They touch the world: `edges.probes`.
"""
