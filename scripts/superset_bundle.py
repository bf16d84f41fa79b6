"""Writes the Superset dashboard of bi/superset as a ZIP to import, with the path of the published file in it.

    python scripts/superset_bundle.py [--database published/touchstone.duckdb] [--out target/touchstone_superset.zip]

The path is the one that the Superset server sees. docs/bi.md says how to import the ZIP.
"""

import argparse
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "bi" / "superset"
PLACEHOLDER = "/path/to/published/touchstone.duckdb"


def write_bundle(database, out, bundle=BUNDLE):
    """Write the ZIP, the same bytes for the same files. Symbolic links in the path stay: `published/current` is one."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(bundle.rglob("*.yaml")):
            name = zipfile.ZipInfo(f"touchstone/{file.relative_to(bundle).as_posix()}")
            archive.writestr(name, file.read_text().replace(PLACEHOLDER, Path(database).absolute().as_posix()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--database", type=Path, default=ROOT / "published" / "touchstone.duckdb")
    parser.add_argument("--out", type=Path, default=ROOT / "target" / "touchstone_superset.zip")
    arguments = parser.parse_args()
    write_bundle(arguments.database, arguments.out)
    print(
        f"Wrote {arguments.out}, which opens {arguments.database.absolute()}.\n"
        f"On the Superset server: superset import-dashboards -p {arguments.out.name} -u <an admin>"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
