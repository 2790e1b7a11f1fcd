"""`python -m digitjs` and the `digitjs` command."""

from digitjs.cli.commands import main

if __name__ == "__main__":
    main()
