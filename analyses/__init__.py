"""Pure functions: contract frames and a policy become measures and findings.

No files and no maps are touched here.
"""
