"""The public page as a set of files: a situation goes in, texts by their path come out.

`shown` says which incidents the public has been told of, `facts` what is said of one, `standing` how each area stands,
`shell` what every page shares, `pages` makes HTML, `documents` JSON, `pictures` SVG. `site.Site` puts them together.
A new page is a template in `tell/templates` and a function in `pages`.
"""

from lightship.tell.site.site import Site, files

__all__ = ["Site", "files"]
