"""What this home holds and whether it is being served."""

from __future__ import annotations

import argparse
import json

HELP = "what the home holds, and whether it is served"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import boot
    from regulars.server.site.home import find

    home = find(given.home)
    with boot.at_work(home):
        from regulars.server.site import state

        found = state.of(home)
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=1, default=str))
    else:
        for name, value in found.items():
            if isinstance(value, dict):
                print(f"{name}:")
                for inner, one in value.items():
                    print(f"  {inner:<16} {one}")
            else:
                print(f"{name:<18} {value}")
    return 0
