"""The inputs: column contracts, readers, unit and code conversion, checks, the project file."""
