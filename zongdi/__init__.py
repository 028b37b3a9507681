"""The program: pipeline, command line, written outputs."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    __version__ = version("zongdi")
except PackageNotFoundError:  # running from a source tree that was never installed
    __version__ = "0+unknown"
