"""(being written)"""

HELP = "import"


def arguments(verb):
    pass


def run(given):
    return 1
