"""What the bench found: the bars, and the part of docs/benchmarks.md that is written from docs/benchmarks/*.json.

python scripts/bench_report.py     # writes that part anew
"""

import json
import statistics
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- make bench writes from here -->", "<!-- to here -->"
DEMO, SMALL, MIDDLE, LARGE = 200_000, 1_000_000, 10_000_000, 100_000_000
SLOWEST = 15
OTHERS = ("tests", "seeds", "operations", "dbt itself")  # Areas that are no models.
STAGES = {
    "land": "landing",
    "floor": "the floor: DuckDB alone, sorted copy",
    "sessions": "raw to `fct_sessions`",
    "models": "all models, full refresh",
    "full": "full build, with all tests",
    "day": "1% more: landing and build",
    "day_fixed": "the load of fixed size: landing and build",
    "no_change": "build with nothing new",
}


# ---- Reading results -----------------------------------------------------------------------------------------------
def load_results(folder=RESULTS):
    """{page views: result}, smallest first."""
    found = {int(file.stem): json.loads(file.read_text()) for file in folder.glob("*.json")}
    return dict(sorted(found.items()))


def load_reasons(folder=RESULTS):
    """Why a bar was missed, as people say it: {bar: text}."""
    file = folder / "reasons.yml"
    return (yaml.safe_load(file.read_text()) or {}) if file.exists() else {}


def runs(result, step):
    return ((result or {}).get("steps", {}).get(step) or {}).get("runs", [])


def median(result, step, key="seconds"):
    """The median of a step's runs, or None where it was not measured."""
    values = [run[key] for run in runs(result, step) if run.get(key) is not None]
    return statistics.median(values) if values else None


def typical(result, step):
    """The run that is the median by time, the slower of two; {} where there is none."""
    ordered = sorted(runs(result, step), key=lambda run: run["seconds"])
    return ordered[len(ordered) // 2] if ordered else {}


def together(models, tests):
    """One run of two: a build without tests, and its tests in a process after it."""
    added = ("seconds", "cpu_seconds", "rchar", "wchar", "read_bytes", "write_bytes", "node_count")
    largest = ("peak_gib", "peak_disk_bytes")
    areas = {name: round(models["areas"].get(name, 0) + tests["areas"].get(name, 0), 2)
             for name in {**models["areas"], **tests["areas"]}}  # fmt: skip
    return (
        tests
        | {name: models[name] + tests[name] for name in added}
        | {name: max(models[name], tests[name]) for name in largest}
        | {"areas": areas, "models": models["models"], "is_apart": True}
    )


def failures(result):
    """Tests that failed in any step."""
    steps = (result or {}).get("steps", {})
    return sorted({name for step in steps for run in runs(result, step) for name in run.get("failed_tests", [])})


def peak(result):
    """The most memory that any process of the project took, and in which step; (None, None) where unknown."""
    steps = [step for step in (result or {}).get("steps", {}) if step != "floor"]
    peaks = [(run["peak_gib"], step) for step in steps for run in runs(result, step) if run.get("peak_gib")]
    return max(peaks, default=(None, None))


def ratio(one, other):
    return one / other if one is not None and other else None


# ---- Bars ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Bar:
    """A promise, what was measured of it (None: not yet) and whether something else than the value breaks it."""

    id: str
    text: str
    value: float | None
    limit: float
    form: str
    trouble: str = ""

    @property
    def state(self):
        if self.value is None:
            return "not yet measured"
        return "missed" if self.value > self.limit or self.trouble else "met"

    @property
    def measured(self):
        return "" if self.value is None else self.form.format(self.value)


def trouble_of(result):
    failed = failures(result)
    broken = [name for name, check in ((result or {}).get("guard") or {}).get("checks", {}).items() if not check["ok"]]
    said = [f"failed tests: {', '.join(failed)}"] if failed else []
    return "; ".join(said + ([f"counts that do not agree: {', '.join(broken)}"] if broken else []))


def bars(results):
    """Every bar, from what was measured at all sizes."""
    demo, small, middle, large = (results.get(size) for size in (DEMO, SMALL, MIDDLE, LARGE))
    floor = median(middle, "floor")
    growth = ratio(rows(large), rows(middle))
    scaling = ratio(ratio(median(large, "full"), median(middle, "full")), growth)
    times, gib, seconds = "{:.2f} times", "{:.1f} GiB", "{:.0f} s"
    return [
        Bar("sessions", "10 million: raw to `fct_sessions` at most 2.5 times the floor",
            ratio(median(middle, "sessions"), floor), 2.5, times),
        Bar("full", "10 million: the full build at most 5 times the floor",
            ratio(median(middle, "full"), floor), 5, times, trouble_of(middle)),
        Bar("memory", "10 million: peak memory at most 8 GiB", peak(middle)[0], 8, gib),
        Bar("large", "100 million: the full build completes within 16 GiB, no failure",
            peak(large)[0] if runs(large, "full") else None, 16, gib, trouble_of(large)),
        Bar("scaling", "From 10 to 100 million the full build grows at most 1.3 times more than the page views",
            scaling, 1.3, times),
        Bar("day", "100 million: 1% more costs at most 5% of the full build",
            ratio(median(large, "day"), median(large, "full")), 0.05, "{:.1%}"),
        Bar("day_fixed", "The same number of new events costs at 100 million at most 2 times what it costs at 10",
            ratio(*(median(each, "day_fixed") for each in (large, middle))) if same_load(middle, large) else None,
            2, times),
        Bar("no_change", "Demo world, 200 thousand: a build with nothing new at most 20 s",
            median(demo, "no_change"), 20, seconds),
        Bar("newcomer", "`make bench N=1000000` at most 5 minutes",
            (small or {}).get("whole_run_seconds"), 300, seconds),
    ]  # fmt: skip


def rows(result):
    """Page views landed at first."""
    return (result or {}).get("world", {}).get("rows", {}).get("base")


def same_load(middle, large):
    """Whether the load of fixed size has as many rows in both worlds."""
    return all((middle, large)) and middle["world"]["rows"]["day_fixed"] == large["world"]["rows"]["day_fixed"]


# ---- Writing -------------------------------------------------------------------------------------------------------
def size_name(page_views):
    for unit, word in ((10**6, "million"), (10**3, "thousand")):
        if page_views >= unit:
            return f"{page_views / unit:g} {word}"
    return str(page_views)


def table(head, body):
    """A Markdown table; nothing where no row says anything."""
    kept = [row for row in body if any(cell for cell in row[1:])]
    if not kept:
        return ""
    lines = [head, ["---"] * len(head), *kept]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def seconds_cell(value, floor=None):
    if value is None:
        return ""
    form = f"{value:,.0f} s" if value >= 20 else f"{value:.1f} s"
    return form + (f" ({value / floor:.1f})" if floor else "")


def gigabytes(value):
    return "" if value is None else f"{value / 1e9:,.2f} GB" if value < 1e10 else f"{value / 1e9:,.0f} GB"


def stage_rows(results):
    """Seconds of each stage, and as multiples of the floor."""
    body = []
    for step, name in STAGES.items():
        body.append([name])
        for result in results.values():
            body[-1].append(seconds_cell(median(result, step), median(result, "floor") if step != "floor" else None))
        parts = {"sessions": ["identity"], "full": ["models", "tests", "seeds", "dbt itself"]}.get(step, [])
        for part in parts:
            body.append([f"  of it {part}"])
            for result in results.values():
                body[-1].append(seconds_cell(part_seconds(typical(result, step), part), median(result, "floor")))
    return body


def part_seconds(run, part):
    """Of the wall time of a run: that of its tests, seeds, models, identity models, or of dbt itself."""
    found = run.get("areas")
    if not found:
        return None
    if part == "models":
        return sum(value for name, value in found.items() if name not in OTHERS)
    return found.get({"identity": "intermediate/identity"}.get(part, part), 0)


def size_rows(results):
    """Memory, disk and speed of each size."""

    def of(label, value):
        return [label, *(value(result) for result in results.values())]

    def per_core(result, step):
        speed = ratio(rows(result), median(result, step))
        return f"{speed / result['machine']['cores']:,.0f}" if speed else ""

    def peak_cell(result, step):
        peaks = [run["peak_gib"] for run in runs(result, step) if run.get("peak_gib")]
        return f"{max(peaks):.1f} GiB" if peaks else ""

    peaks = [of(f"peak memory, {step.replace('_', ' ')}", lambda result, step=step: peak_cell(result, step))
             for step in STAGES if step != "models"]  # fmt: skip
    return [
        of("page views landed", lambda result: f"{rows(result):,}"),
        of("the files landed", lambda result: gigabytes(sum(result["world"]["bytes"].values()))),
        of("database, raw alone", lambda result: gigabytes(typical(result, "land").get("used_bytes"))),
        of("database, built", lambda result: gigabytes(typical(result, "full").get("used_bytes"))),
        of("its file then", lambda result: gigabytes(typical(result, "full").get("database_bytes"))),
        of("its file after both loads", lambda result: gigabytes(typical(result, "day_fixed").get("database_bytes"))),
        of("most on disk in the full build", lambda result: gigabytes(typical(result, "full").get("peak_disk_bytes"))),
        of("asked to read in the full build", lambda result: gigabytes(typical(result, "full").get("rchar"))),
        of("of it from the disk", lambda result: gigabytes(typical(result, "full").get("read_bytes"))),
        of("written in the full build", lambda result: gigabytes(typical(result, "full").get("wchar"))),
        of("processor seconds of the full build", lambda result: seconds_cell(median(result, "full", "cpu_seconds"))),
        of(
            "processor seconds with nothing new",
            lambda result: seconds_cell(median(result, "no_change", "cpu_seconds")),
        ),
        of("rows a second and core, landing", lambda result: per_core(result, "land")),
        of("rows a second and core, floor", lambda result: per_core(result, "floor")),
        of("rows a second and core, raw to `fct_sessions`", lambda result: per_core(result, "sessions")),
        of("rows a second and core, full build", lambda result: per_core(result, "full")),
        *peaks,
    ]


def load_rows(results):
    """Each load: what it holds and what it costs."""
    body = []
    for page_views, result in results.items():
        for step in ("day", "day_fixed"):
            run, world = typical(result, step), result["world"]
            if not run:
                continue
            late, copies = world["late"][step], world["duplicates"][step]
            share = ratio(median(result, step), median(result, "full"))
            models = ratio(*(part_seconds(typical(result, each), "models") for each in (step, "full")))
            body.append([
                size_name(page_views), "1%" if step == "day" else "fixed size",
                f"{world['rows'][step]:,}", f"{late:,}", f"{copies:,}",
                seconds_cell(run["land_seconds"]), seconds_cell(run["build_seconds"]),
                f"{share:.1%}" if share else "", f"{models:.1%}" if models else "",
            ])  # fmt: skip
    return body


def slowest_rows(results):
    """The slowest models of each size's full build."""
    columns = [list(typical(result, "full").get("models", {}).items())[:SLOWEST] for result in results.values()]
    return [
        [place + 1, *(f"`{column[place][0]}` {column[place][1]:.1f} s" if place < len(column) else ""
                      for column in columns)]
        for place in range(SLOWEST)
    ]  # fmt: skip


def area_rows(results):
    """The wall time of the full build by area."""
    found = [typical(result, "full").get("areas", {}) for result in results.values()]
    names = sorted({name for each in found for name in each}, key=lambda name: -max(e.get(name, 0) for e in found))
    return [[f"`{name}`", *(seconds_cell(each.get(name)) for each in found)] for name in names]


def measured_at(page_views, result):
    """When, at which state of the code and on what one size was measured."""
    steps, machine = result["steps"].values(), result["machine"]
    commits = sorted({str(step["commit"]) + (" with changes" if step["is_dirty"] else "") for step in steps})
    dates = sorted({step["date"] for step in steps})
    limits = sorted({step["memory_limit"] for step in steps})
    loads = [step["load_before"] for step in steps if step.get("load_before") is not None]
    busy = f"; load before a stage {min(loads):g} to {max(loads):g}" if loads else ""
    repeats = sorted({len(step["runs"]) for step in steps})
    return (
        f"- {size_name(page_views)}: {' to '.join(dict.fromkeys((dates[0], dates[-1])))}, commit {', '.join(commits)}, "
        f"{' or '.join(map(str, repeats))} {'run' if repeats == [1] else 'runs'} a stage; {machine['cores']} cores "
        f"({machine['processor']}), {machine['memory_gib']} GiB, {machine['system']}, Python {machine['python']}, "
        f"DuckDB {machine['duckdb']} held to {' or '.join(limits)}, dbt {machine['dbt']}{busy}"
    )


def guard_line(page_views, result):
    guard = result.get("guard")
    if not guard:
        return f"- {size_name(page_views)}: not yet counted"
    said = (f"{name} {check['found']:,}{'' if check['ok'] else ' INSTEAD OF ' + format(check['expected'], ',')}"
            for name, check in guard["checks"].items())  # fmt: skip
    trouble = trouble_of(result)
    return f"- {size_name(page_views)}: {'; '.join(said)}" + (f". TROUBLE: {trouble}" if trouble else "")


def bar_rows(results, reasons):
    return [
        [bar.text, bar.measured, f"**{bar.state}**", "; ".join(filter(None, (bar.trouble, reasons.get(bar.id, ""))))]
        for bar in bars(results)
    ]


def markdown(results, reasons):
    """The part of the page that make bench writes."""
    if not results:
        return "Nothing was measured yet: `make bench N=1000000`.\n"
    sizes = [size_name(page_views) for page_views in results]
    commands = ", ".join(f"`make bench N={page_views}`" for page_views in results)
    parts = [
        f"{commands}; the figures are in `docs/benchmarks/<N>.json`, all values of each stage with them.\n",
        "\n".join(measured_at(*each) for each in results.items()) + "\n",
        "Bars, and the reason where one is missed (`docs/benchmarks/reasons.yml`):\n",
        table(["bar", "measured", "", "reason"], bar_rows(results, reasons)),
        "Medians in seconds, each stage a process of its own from its start to its end, and in brackets as multiples "
        "of the floor. The floor is `create table as select * from raw.page_views order by anonymous_id, event_at` and "
        "a checkpoint, with as much memory and as many threads. Where nodes run at the same time, each has its part "
        "of the time; what no node took is dbt itself: starting, reading the project, pauses.\n",
        table(["stage", *sizes], stage_rows(results)),
        "Later loads. A tenth of the events are late by up to 14 days; the repeats were landed before. The share is of "
        "the full build, and of its models alone.\n",
        table(["page views before", "load", "rows", "late", "repeats", "landing", "build", "share", "models alone"],
              load_rows(results)),
        "Memory is the peak of the process itself (`VmHWM`), DuckDB and Python together. Bytes are what the process "
        "asked for (`rchar`, `wchar`) and what had to come from the disk (`read_bytes`); the difference came from the "
        "system's cache.\n",
        table(["size", *sizes], size_rows(results)),
        "The wall time of the full build by area:\n",
        table(["area", *sizes], area_rows(results)),
        f"The {SLOWEST} slowest models of the full build, seconds of their own (two run at once):\n",
        table(["", *sizes], slowest_rows(results)),
        "Counted after both loads:\n",
        "\n".join(guard_line(*each) for each in results.items()) + "\n",
    ]  # fmt: skip
    return "\n".join(part for part in parts if part)


def write_page(page=PAGE, folder=RESULTS):
    """Write the part anew from all results; the rest of the page stays."""
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page} lacks the lines {BEGIN} and {END}")
    text = markdown(load_results(folder), load_reasons(folder))
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")


if __name__ == "__main__":
    write_page()
