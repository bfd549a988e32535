"""The command line of the case database: python -m db …"""

from db.commands import main

if __name__ == "__main__":
    main(prog_name="python -m db")
