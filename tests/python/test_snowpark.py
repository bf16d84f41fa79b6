"""Each Python model, file and all, runs on Snowpark's local session and returns what it returned on DuckDB."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest
from snowflake.snowpark import Session

ROOT = Path(__file__).resolve().parents[2]
MODELS = sorted((ROOT / "models").rglob("*.py"))


@pytest.fixture(scope="module")
def session():
    session = Session.builder.config("local_testing", True).create()
    yield session
    session.close()


def table(world, name):
    with duckdb.connect(world.database, read_only=True) as connection:
        return connection.execute(f"select * from intermediate.{name} order by all").df()


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_python_model_returns_the_same_on_both_engines(world, session, path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ref = lambda name: session.create_dataframe(table(world, name).rename(columns=str.upper))  # noqa: E731
    dbt = SimpleNamespace(ref=ref, config=lambda **settings: None)
    returned = module.model(dbt, session)
    assert list(returned.columns) == [name.upper() for name in returned.columns]
    found = session.create_dataframe(returned).to_pandas().rename(columns=str.lower)
    expected = table(world, path.stem)
    assert len(expected)
    found = found.sort_values(list(expected.columns), ignore_index=True)[list(expected.columns)]
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=0, atol=0)
