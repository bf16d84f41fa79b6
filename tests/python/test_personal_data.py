"""What is personal in the simulated company's files is in no mart: the literal values are looked for."""

import duckdb

LOOKS_PERSONAL = "{0} like '%@%' or lower({0}) like '%\\%40%' escape '\\' or regexp_matches({0}, '^[0-9.:]{{7,}}$')"


def addresses(world):
    """E-mail addresses of all simulated persons, and the network addresses in raw page views."""
    truth = world.folder / "truth" / "persons.parquet"
    with duckdb.connect() as connection:
        query = f"select distinct lower(email) from read_parquet('{truth}') where email is not null"
        emails = {email for (email,) in connection.execute(query).fetchall()}
    found = world.query("select distinct ip_address from raw.page_views where ip_address is not null")
    return emails, {address for (address,) in found}


def test_no_address_is_in_any_mart(world):
    emails, network_addresses = addresses(world)
    assert len(emails) > 100
    assert len(network_addresses) > 100
    columns = world.query(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'marts' and data_type = 'VARCHAR'"
    )
    assert len(columns) > 100
    for table, column in columns:
        suspects = world.query(f"select distinct {column} from marts.{table} where {LOOKS_PERSONAL.format(column)}")
        for (value,) in suspects:
            decoded = value.lower().replace("%40", "@").replace("%2b", "+")
            assert not [email for email in emails if email in decoded], f"{table}.{column}: {value}"
            assert value not in network_addresses, f"{table}.{column}: {value}"


def test_raw_holds_addresses_in_urls_so_there_is_something_to_keep_out(world):
    emails, _ = addresses(world)
    urls = world.query("select lower(url_decode(page_url)) from raw.page_views where page_url like '%email=%'")
    assert any(email in url for (url,) in urls for email in emails)


def test_the_hash_of_a_mailbox_is_in_no_table_and_in_no_mart(world):
    found = world.query(
        "select table_schema, table_name from information_schema.columns where column_name like '%mailbox%'"
    )
    tables = {table for schema, table in found if schema != "seeds"}
    versions = {"stg_product__user_versions", "stg_crm__lead_versions", "stg_crm__contact_versions"}
    assert tables == {"base_web__identifies", "stg_web__identified_mailboxes"} | versions
    kinds = dict(world.query("select table_name, table_type from information_schema.tables"))
    assert {kinds[table] for table in tables} == {"VIEW"}
