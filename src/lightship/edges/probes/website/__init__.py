"""A visitor of web pages, for `web://`: forms, links, cookies, redirects, and where a password may go."""
