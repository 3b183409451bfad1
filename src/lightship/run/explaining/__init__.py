"""`lightship explain`: one incident's cause, laid open so that someone who distrusts it can check it.

The log is folded again up to the instant asked for; nothing is stored twice. `folded` finds the instant and the way to
it, `weighed` takes the evidence of that instant apart row by row, `explanation` puts together what the terminal
(`text`), machines (`--json`) and the page (`page`, `plots`) show. All of it is for operators, never for the public.
"""
