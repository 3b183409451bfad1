"""The operators' console below `/console`: sign in, see the evidence, act, preview, publish.

Plain pages and forms, a few kilobytes each, without a script: they have to work on a phone, on a bad line, on the worst
day. `guard` decides who gets in, `app` which page answers, `pages` what stands on it. Templates lie beside them.
"""
