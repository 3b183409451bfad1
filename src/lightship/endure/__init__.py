"""How people go on meanwhile: decisions of failover, of keeping mail, of what to do by hand.

Here live the rules alone. The links and mailboxes that carry them out are edges (`edges.links`, `edges.mailboxes`).
"""
