"""The words everybody uses, one concept a file; no stage, no clock, no disk.

Words: provider, brand, service, area, service area, component, map, footprint, observation, report, signal, tick,
surge, alarm, diagnosis, incident, update, outbox. A word that one stage alone uses lives in that stage.
"""
