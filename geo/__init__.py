"""Geometry, coordinate reference systems, areas, overlay, topology and rasters.

This room knows no planning word and imports nothing of the project.
"""
