"""Renders the dashboards of charts/ from the published marts into a folder of pages that ask for nothing outside.

    python scripts/dashboards.py [--project .] [--out site]

A page cannot ask the database again when someone changes a filter, so each board that has the filter `method` becomes a
page per method; `make serve` shows the same boards with all filters. Exit code 0 when every page was written, 1 when
nothing is published yet or a board failed; the site before it then stays as it was.
"""

import argparse
import io
import multiprocessing
import os
import re
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stderr, redirect_stdout
from html import escape
from pathlib import Path
from typing import NamedTuple

import duckdb
import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from resources import shortage

os.environ.setdefault("DO_NOT_TRACK", "1")
ROOT = Path(__file__).resolve().parent.parent
console = Console()

# In the order of the navigation. What a board says of itself, for the index.
BOARDS = {
    "overview": "What marketing brought in, against the period before",
    "attribution": "Who gets the credit, and how much that depends on the method",
    "funnel": "How visits become customers, and how fast",
    "spend": "What came back for the money, and when",
    "data_health": "What arrived, what did not, and whose links are wrong",
}
PHONE = "_phone"  # A board of this ending is shown instead of the wide one where the screen is narrow.

STYLE = """
.site{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:baseline;padding:12px 3.7%;border-bottom:1px solid #d9dbde;
font:14px/1.7 Inter,system-ui,sans-serif;color:#55585d}
.site a{color:#28497f;text-decoration:none}.site a:hover{text-decoration:underline}
.site a[aria-current]{color:#1d1f21;font-weight:600}.site .when{margin-left:auto;font-size:12px}
.site select{font:inherit;color:inherit;border:1px solid #b9bcc1;border-radius:4px;background:#fff;max-width:60vw}
"""
INDEX_STYLE = """
body{margin:0;color:#1d1f21;font:16px/1.5 Inter,system-ui,sans-serif}
main{max-width:720px;margin:0 auto;padding:32px 24px}h1{font-weight:600}
h2{font-size:18px;margin:28px 0 2px}p{margin:0 0 6px;color:#55585d}
a{color:#28497f}.methods{font-size:14px;line-height:1.9}.methods a{margin-right:12px;white-space:nowrap}
"""


class SiteError(Exception):
    """Why there is no new site; its text is the whole message."""


class Publication(NamedTuple):
    """What the pages say of the data they show."""

    methods: dict  # method: its reporting name, in the order of the seed
    published_at: str
    commit: str


class Board(NamedTuple):
    """A board file, and what the site needs to know of it."""

    name: str
    title: str
    method: str | None  # The default of its filter, None where it has none.


def read_publication(file):
    """What is published. Raises SiteError when nothing is."""
    if not file.exists():
        raise SiteError(f"Nothing is published yet ({file} is missing). Run `make build`.")
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            methods = connection.execute(
                "select method, reporting_name from marts.dim_attribution_methods order by sort_order"
            ).fetchall()
            published_at, commit = connection.execute(
                "select strftime(max(published_at), '%-d %B %Y, %H:%M UTC'), max(commit) from marts.publication"
            ).fetchone()
    except duckdb.Error as error:
        raise SiteError(
            f"{file} is none that this version published ({str(error).splitlines()[0]}). Run `make build`."
        ) from None
    return Publication(dict(methods), published_at, commit or "no commit")


def read_board(folder, name):
    """A board with what it inherits."""
    board = yaml.safe_load((folder / f"{name}.yml").read_text())
    inherited = read_board(folder, Path(board["extends"]).stem) if "extends" in board else Board(name, None, None)
    filter_ = board.get("variables", {}).get("method", {})
    method = filter_.get("default", inherited.method) if filter_.get("visible", True) else None
    return Board(name, board.get("title", inherited.title), method)


def render(project, names, folder, suffix, method=None):
    """Render boards to <folder>/<name><suffix>.html in this process. Raises SiteError with what dct says."""
    from dbt_charts.cli.main import app  # Slow to import, and only needed once something is published.

    boards = [str(project / "charts" / f"{name}.yml") for name in names]
    chosen = ["--var", f"method={method}"] if method else []
    arguments = [
        "render", *boards, "--project-dir", str(project), "--format", "html", "--no-cache", *chosen,
        "-o", str(folder / ("{stem}" + suffix + ".html")),
    ]  # fmt: skip
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            code = app(arguments, standalone_mode=False)
        except SystemExit as ended:
            code = ended.code
    if code:
        blocks = re.split(r"\n(?=ERR-|WARN-|Rendered |⚠)", said.getvalue())
        errors = [block.strip() for block in blocks if block.lstrip().startswith(("ERR-", "Error"))]
        raise SiteError("\n".join(errors) or f"dct could not render {', '.join(names)}:\n{said.getvalue().strip()}")


def page_name(board, method):
    """Where a board's page for a method is, seen from the other pages."""
    return f"{board.name}.html" if method in (None, board.method) else f"{board.name}-{method}.html"


def navigation(boards, board, method, publication):
    """The line above each board: the other boards under the same method, the methods, the age of the data."""
    links = [
        f'<a href="{page_name(other, method if other.method else None)}"'
        + (' aria-current="page"' if other == board else "")
        + f">{escape(other.title)}</a>"
        for other in boards
    ]
    options = [
        f'<option value="{page_name(board, name)}"{" selected" if name == method else ""}>{escape(label)}</option>'
        for name, label in publication.methods.items()
    ]
    choice = f"<select aria-label=Method onchange='location=this.value'>{''.join(options)}</select>"
    return (
        f"<style>{STYLE}</style><nav class=site><a href=../index.html>Touchstone</a>{''.join(links)}"
        + (choice if board.method else "")
        + f"<span class=when>Published {publication.published_at}</span></nav>"
    )


def narrow_screen(page):
    """Sends a narrow screen to the board made for it; the wide one stays within reach at #wide."""
    return f"<script>if(innerWidth<700&&location.hash!='#wide')location.replace('{page}')</script>"


def has_phone(project, name):
    """Whether a board has a version for narrow screens."""
    return (project / "charts" / f"{name}{PHONE}.yml").exists()


def render_all(project, out, boards, methods, advance):
    """Render every board, those with methods once per method, on all cores. Raises SiteError."""
    names = {board.name: board for board in boards}
    phones = {name + PHONE: board for name, board in names.items() if has_phone(project, name)}
    files = names | phones
    jobs = [([name for name, board in files.items() if not board.method], "", None)]
    jobs += [([name for name, board in files.items() if board.method], f"-{method}", method) for method in methods]
    workers = min(len(jobs), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(render, project, files, out, suffix, method) for files, suffix, method in jobs if files]
        for job in waiting:
            job.result()
            advance()
    return phones


def write_pages(project, out, publication, advance):
    """Render every page into `out`, each with the navigation above it."""
    boards = [read_board(project / "charts", name) for name in BOARDS]
    phones = render_all(project, out, boards, publication.methods, advance)
    for board in boards:
        for method in publication.methods if board.method else [None]:
            above = navigation(boards, board, method, publication)
            phone = board._replace(name=board.name + PHONE)
            for each in [board, phone] if phone.name in phones else [board]:
                rendered = out / (f"{each.name}-{method}.html" if method else f"{each.name}.html")
                text = rendered.read_text()
                rendered.unlink()
                is_wide = each is board and phone.name in phones
                head = "<body>" + (narrow_screen(page_name(phone, method)) if is_wide else "") + above
                (out / page_name(each, method)).write_text(text.replace("<body>", head, 1))


def write_index(site, project):
    """The first page: what there is of dashboards, by method, and of docs."""
    file = project / "published" / "touchstone.duckdb"
    publication = read_publication(file) if file.exists() else None
    published = (
        f"Published {publication.published_at}, from {escape(publication.commit)}."
        if publication
        else "Nothing is published yet: make build."
    )
    sections = []
    for board in [read_board(project / "charts", name) for name in BOARDS]:
        labels = publication.methods if publication and board.method else {}
        pages = {f"dashboards/{page_name(board, name)}": label for name, label in labels.items()}
        methods = "".join(
            f'<a href="{page}">{escape(label)}</a>' for page, label in pages.items() if (site / page).exists()
        )
        sections.append((f"dashboards/{board.name}.html", board.title, BOARDS[board.name], methods))
    sections.append(("docs/index.html", "Models", "Every model, column and test, with its SQL", ""))
    sections.append(("docs/lineage.html", "Column lineage", "Where each column comes from and where it goes", ""))
    listed = "".join(
        f'<h2><a href="{page}">{escape(title)}</a></h2><p>{about}.</p>'
        + (f"<p class=methods>{more}</p>" if more else "")
        for page, title, about, more in sections
        if (site / page).exists()
    )
    (site / "index.html").write_text(
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Touchstone</title><style>{INDEX_STYLE}</style><main><h1>Touchstone</h1>"
        f"<p>{published}</p>{listed}</main></html>"
    )


def shown_methods(project=ROOT, out=ROOT / "site"):
    """The methods that the boards open with, and those that have pages already."""
    boards = [board for name in BOARDS if (board := read_board(project / "charts", name)).method]
    pages = {page.stem for page in (out / "dashboards").glob("*-*.html")}
    return {board.method for board in boards} | {page.split("-", 1)[1] for page in pages}


def explained(work, *arguments):
    """Do it, and turn what the machine may refuse into a SiteError."""
    try:
        return work(*arguments)
    except (OSError, BrokenProcessPool, SiteError) as error:
        short = shortage(error, ROOT / "site")
        if isinstance(error, SiteError) and not short:
            raise
        raise SiteError(f"The pages could not be written: {short or error}") from None


def write_site(project=ROOT, out=ROOT / "site", methods=None):
    """Render all pages, of some methods or of all, and put them in place of those before.

    Returns how many pages there are now. Raises SiteError.
    """
    publication = read_publication(project / "published" / "touchstone.duckdb")
    for board in (read_board(project / "charts", name) for name in BOARDS):
        if board.method and board.method not in publication.methods:
            raise SiteError(
                f"charts/{board.name}.yml opens with the method {board.method}, and there is no such method."
                " Name another as default in charts/_shared.yml."
            )
    if methods:
        labels = {method: label for method, label in publication.methods.items() if method in methods}
        publication = publication._replace(methods=labels)
    new, old, pages = out / ".dashboards.new", out / ".dashboards.old", out / "dashboards"
    if old.exists() and not pages.exists():  # Killed between the two renames below.
        old.rename(pages)
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    new.mkdir(parents=True)
    columns = [TextColumn("dashboards"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(publication.methods) + 1)
        try:
            write_pages(project, new, publication, lambda: progress.advance(task))
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
    if pages.exists():
        pages.rename(old)
    new.rename(pages)
    shutil.rmtree(old, ignore_errors=True)
    write_index(out, project)
    return len(list(pages.glob("*.html")))


def print_error(error):
    """Why there are no new pages, as it is: dct's messages have brackets."""
    console.print("[red]No new dashboards.[/]", end=" ")
    console.print(str(error), markup=False, highlight=False)
    console.print("Pages of before stay as they were; what is published is published. Then: make dashboards")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--project", type=Path, default=ROOT, help="folder with charts/, dbt_charts.yml, published/")
    parser.add_argument("--out", type=Path, default=ROOT / "site")
    arguments = parser.parse_args()
    try:
        count = explained(write_site, arguments.project.resolve(), arguments.out.resolve())
    except SiteError as error:
        print_error(error)
        sys.exit(1)
    console.print(f"{count} pages. Open [bold]{os.path.relpath(arguments.out / 'index.html')}[/] in a browser.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        console.print("\nStopped. The site before it stays as it was.")
        sys.exit(130)
