r"""Web-server access logs (combined format of Apache and nginx) as page views.

One row per GET request of a page that was answered (2xx or 304). Assets, feeds, failed requests and other methods
are left out and counted. A visitor is a salted hash of address and user agent; the address itself is stored nowhere.

Quotes inside the quoted fields come as \" (Apache) or \x22 (nginx); other bytes as \xhh.
"""

import os
import re
import secrets

from landing_contract import LandingError, literal
from landing_files import LINES_SCHEMA, fill_table, json_or_log_lines
from landing_sources import Source, careful_select

# An optional "host:port " (Apache's vhost_combined), address, ident, user, time, request, status, size, referrer,
# user agent; what a site appends after these is not read.
LINE = (
    r"^(?:[A-Za-z0-9.-]+:\d+ )?(\S+) \S+ .*? \[([^\]]+)\] "
    r'"((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"(?: .*)?$'
)
FIELDS = ["address", "time", "request", "status", "referrer", "agent"]
REQUEST = r"^GET (\S.*?)(?: HTTP/\d(?:\.\d)?)?$"
ASSET = (
    r"\.(css|less|js|mjs|cjs|map|json|jsonld|wasm|webmanifest|manifest|appcache|xml|xsl|txt|csv|tsv|yml|yaml|md5|sha1|sha256|asc|sig|pem"
    r"|png|jpe?g|jpe|gif|webp|avif|svgz?|ico|cur|bmp|tiff?|heic|psd|eps|woff2?|ttf|otf|eot"
    r"|mp3|mp4|m4a|m4v|ogg|oga|ogv|opus|wav|flac|aac|webm|avi|mov|mpe?g|wmv|flv|swf|m3u8?|ts|vtt|srt"
    r"|pdf|ps|docx?|xlsx?|pptx?|odt|ods|odp|rtf|epub|mobi"
    r"|zip|gz|tgz|bz2|xz|zst|7z|rar|tar|jar|war|exe|msi|dmg|pkg|iso|img|deb|rpm|apk|ipa|bin|gem|whl"
    r"|py|rb|sh|c|h|cc|cpp|java|go|rs|conf|cfg|ini|log|sql|patch|diff|tex|md)$"
)
FEED = r"(\.(rss|atom|rdf)|/(feeds?|rss2?|atom)(/(rss2?|atom|rdf))?/?)$"
FEED_QUERY = r"(^|[?&;])(feed|flav|format|type)=(rss|atom|rdf|feed)[^&;]*"
IPV4 = r"\b\d{1,3}(\.\d{1,3}){3}\b"
IPV6 = r"\b([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b|[0-9A-Fa-f:]*::[0-9A-Fa-f:.]*"
LEFT_OUT = ("assets", "feeds", "failed requests", "other methods")


def checked_site(site):
    """The site without a closing slash. Raises LandingError when it is missing or no http(s) origin."""
    if not site:
        raise LandingError("access logs need --site, e.g. --site https://www.example.com, to make full page URLs")
    if not re.fullmatch(r"https?://[^/?#\s]+/?", site):
        raise LandingError(f"--site {site}: give scheme and host only, e.g. https://www.example.com")
    return site.rstrip("/")


def find_salt(con):
    """TOUCHSTONE_SALT, else a random salt that is made once and kept in raw._salt, so that ids stay the same."""
    if os.environ.get("TOUCHSTONE_SALT"):
        return os.environ["TOUCHSTONE_SALT"]
    con.execute("create table if not exists raw._salt (salt varchar)")
    con.execute("insert into raw._salt select ? where not exists (from raw._salt)", [secrets.token_hex(32)])
    return con.execute("select salt from raw._salt").fetchall()[0][0]


def _plain(field):
    r"""SQL that undoes the escapes of a quoted field; "-" and "" are null. Bytes that are no UTF-8 stay as \xhh."""
    escaped = f"replace(replace({field}, '%', '%25'), '\\\\', '%5C')"
    escaped = f"replace(replace({escaped}, '\\\"', '%22'), '\\x', '%')"
    unescaped = f"case when contains({field}, '\\') then coalesce(try(url_decode({escaped})), {field}) else {field} end"
    return f"nullif(nullif({unescaped}, '-'), '')"


def _url_part(field):
    """SQL of a request target with its escapes as percent escapes, as they would stand in a URL."""
    return f"replace(replace(replace({field}, '\\\\', '%5C'), '\\\"', '%22'), '\\x', '%')"


def stage_access_log(con, file, columns, site):
    """Stages the log: (SQL of the relation as stage_carefully gives it, {kind: count of requests left out})."""
    origin, salt = literal(checked_site(site)), literal(find_salt(con))
    # Bytes that are no UTF-8 are common in logs and stay as \xhh; they break nothing.
    lines = (
        line._replace(problem=line.problem if line.problem != "not valid UTF-8" else None)
        for line in json_or_log_lines(file)
    )
    fill_table(con, "landing_lines", lines, LINES_SCHEMA)
    con.execute(
        f"""create or replace temp table landing_requests as
        with matched as (
            select number, text, problem, regexp_extract(text, {literal(LINE)}, {FIELDS}) as line from landing_lines
        ),
        parsed as (
            select
                number, text, problem, line,
                try_strptime(line.time, '%d/%b/%Y:%H:%M:%S %z') as requested_at,
                replace(regexp_extract(line.request, {literal(REQUEST)}, 1), {origin} || '/', '/') as target,
                lower(regexp_extract(target, '^[^?#]*')) as path,
                row_number() over (partition by text order by number) as ordinal
            from matched
        )
        select
            number, text,
            case
                when problem is not null then problem
                when line.status = '' then 'not a line of the combined log format'
                when requested_at is null then 'received_at: cannot read "' || left(line.time, 100) || '" as timestamp'
            end as problem,
            case
                when problem is not null or line.status = '' or requested_at is null then null
                when not starts_with(target, '/') then 'other methods'
                when not (starts_with(line.status, '2') or line.status = '304') then 'failed requests'
                when regexp_matches(path, {literal(FEED)}) then 'feeds'
                when regexp_matches(lower(target), {literal(FEED_QUERY)}) then 'feeds'
                when regexp_matches(path, {literal(ASSET)}) then 'assets'
            end as left_out,
            sha256(concat_ws(chr(10), {salt}, {origin}, ordinal, text)) as event_id,
            sha256(concat_ws(chr(10), {salt}, line.address, line.agent)) as anonymous_id,
            cast(requested_at as timestamp) as requested_at,
            {origin} || {_url_part("target")} as page_url,
            {_plain("line.referrer")} as referrer,
            {_plain("line.agent")} as user_agent,
            regexp_replace(regexp_replace(regexp_replace(text, '^\\S+', '[address]'),
                {literal(IPV4)}, '[address]', 'g'), {literal(IPV6)}, '[address]', 'g') as masked
        from parsed"""
    )
    counts = con.execute(
        "select left_out, count(*) from landing_requests where left_out is not null group by all"
    ).fetchall()
    times = {"event_at": "requested_at", "received_at": "requested_at"}
    texts = {name: name for name in ("event_id", "anonymous_id", "page_url", "referrer", "user_agent")}
    source = Source(
        rows="(from landing_requests where left_out is null)",
        cells={name: (cell, "timestamp") for name, cell in times.items()}
        | {name: (cell, "varchar") for name, cell in texts.items()},
        row_number="number",
        original="masked",
        problem="problem",
    )
    con.execute(f"create or replace temp table landing_rows as {careful_select(source, columns)}")
    for table in ("landing_lines", "landing_requests"):
        con.execute(f"drop table {table}")
    return "landing_rows", dict(counts)
