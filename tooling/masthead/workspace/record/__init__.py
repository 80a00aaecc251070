"""Rows of a workspace become a recording, with everything taken out of them that is somebody's."""
