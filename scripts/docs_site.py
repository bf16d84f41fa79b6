"""Writes the docs of every model and column, and the lineage of the columns, into site/docs.

    python scripts/docs_site.py [--out site]

Both are single pages that ask for nothing outside. Exit code 0 when both were written, 1 otherwise, with the reason.
"""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt_colibri.lineage_extractor.extractor import DbtColumnLineageExtractor
from dbt_colibri.report.generator import DbtColibriReportGenerator
from rich.console import Console

from dashboards import SiteError, explained, write_index
from summary import database_path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "target" / "docs"  # Not target/, whose results say what the last build did.
console = Console()


def copy_page(page, to):
    """A page without the folders of this machine."""
    to.write_text(page.read_text().replace(f"{ROOT}/", "").replace(str(ROOT), ""))


def write_docs(folder):
    """Write index.html (models) and lineage.html (columns) into a folder. Raises SiteError with what dbt says."""
    if not Path(ROOT / database_path()).exists():
        raise SiteError("Nothing is built yet. Run `make build`.")
    said = []
    runner = dbtRunner(callbacks=[lambda event: said.append(event.info.msg) if event.info.level == "error" else None])
    outcome = runner.invoke(["--log-level", "none", "docs", "generate", "--static", "--target-path", str(TARGET)])
    if not outcome.success:
        raise SiteError(str(outcome.exception or "\n".join(said)))
    folder.mkdir(parents=True, exist_ok=True)
    copy_page(TARGET / "static_index.html", folder / "index.html")
    logging.getLogger("colibri").setLevel(logging.CRITICAL)  # It names Python models and a few wide CTEs as errors.
    with tempfile.TemporaryDirectory() as report:
        lineage = DbtColumnLineageExtractor(str(TARGET / "manifest.json"), str(TARGET / "catalog.json"))
        DbtColibriReportGenerator(lineage, light_mode=True, disable_telemetry=True).generate_report(output_dir=report)
        copy_page(Path(report) / "index.html", folder / "lineage.html")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "site")
    arguments = parser.parse_args()
    console.print("Reading every model and its columns (half a minute)")
    try:
        explained(write_docs, arguments.out / "docs")
        write_index(arguments.out, ROOT)
    except SiteError as error:
        console.print(f"[red]No new docs.[/] {error}", highlight=False)
        sys.exit(1)
    console.print(f"Open [bold]{os.path.relpath(arguments.out / 'index.html')}[/] in a browser.")


if __name__ == "__main__":
    main()
