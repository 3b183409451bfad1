"""Which component, with what margin, on what evidence?

Here lives the localiser: the joint likelihood over the map, the search for the best explanations, the class of
components that the evidence cannot tell apart, and the next observation that would. A new category of causes is a new
file with its own typed evidence.
"""
