"""``python -m zongdi``."""

from zongdi.cli import main

if __name__ == "__main__":
    main()
