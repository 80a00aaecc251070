"""Content as templates for Sentinel's own Repositories feature, in ARM's JSON or in Bicep.

One file for each piece of content: Sentinel deploys again only the files that have changed, and what is refused in one
file holds up nothing in another.
"""
