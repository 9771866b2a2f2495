"""Reads the table of a sweep with programs that know nothing of kangcun, and holds what they see against one another."""

import math
import sys
from pathlib import Path

import duckdb
import pandas
import polars

folder = Path(sys.argv[1])
parquet, csv = folder / "results.parquet", folder / "results.csv"

frame = pandas.read_parquet(parquet)
text = pandas.read_csv(csv, dtype={"year": str}, keep_default_na=False, na_values=[""])
assert list(frame.columns) == list(text.columns), (list(frame.columns), list(text.columns))
pandas.testing.assert_frame_equal(frame, text, check_exact=True, check_dtype=False)

assert frame["run"].nunique() == 16 and (frame["status"] == "ok").all()
assert sorted(frame["policy"].unique()) == ["aid 救助", "none"]
assert sorted(frame["insurance.clinic_designated_share"].unique()) == [0.5, 1.0]
assert not frame.duplicated(["run", "year", "county", "category"]).any()

frame2 = polars.read_parquet(parquet)
assert frame2.columns == list(frame.columns) and frame2.height == len(frame)

query = """select policy, avg(oop) as oop, count(*) as rows from read_parquet('{}')
           where year = 'all' and category = 'all' group by policy order by policy"""
rows = duckdb.sql(query.format(parquet)).fetchall()
rows_csv = duckdb.sql(query.format(parquet).replace("read_parquet", "read_csv").replace("results.parquet", "results.csv")).fetchall()
assert [row[2] for row in rows] == [8, 8], rows
everybody = frame[(frame["year"] == "all") & (frame["category"] == "all")]
for policy, mean, _ in rows:
    seen = everybody.loc[everybody["policy"] == policy, "oop"].mean()
    assert math.isclose(mean, seen, rel_tol=1e-12), (policy, mean, seen)
for one, other in zip(rows, rows_csv):
    assert one[0] == other[0] and math.isclose(one[1], other[1], rel_tol=1e-12), (one, other)

means = frame2.filter((polars.col("year") == "all") & (polars.col("category") == "all")).group_by("policy").agg(polars.col("oop").mean())
for policy, mean in means.iter_rows():
    assert math.isclose(mean, dict((row[0], row[1]) for row in rows)[policy], rel_tol=1e-12)

meta = duckdb.sql(f"select key, value from parquet_kv_metadata('{parquet}')").fetchall()
assert any(bytes(key) == b"sweep" and bytes(value) == b"sixteen" for key, value in meta), meta

# What the parts hold is readable as well, without us.
parts = duckdb.sql(f"select count(distinct run) from read_parquet('{folder}/parts/*/*.parquet')").fetchall()[0]
assert parts == (16,), parts
design = duckdb.sql(f"select count(*) from read_parquet('{folder}/design-*.parquet')").fetchall()[0]
assert design == (4,), design
summary = pandas.read_csv(folder / "summary.csv")
one = summary[(summary["point"] == 0) & (summary["year"] == "all") & (summary["category"] == "all") & (summary["indicator"] == "oop")]
runs = everybody.loc[everybody["point"] == 0, "oop"]
assert len(one) == 1 and one["runs"].item() == 4 and math.isclose(one["mean"].item(), runs.mean(), rel_tol=1e-9)
print("pandas", pandas.__version__, "polars", polars.__version__, "DuckDB", duckdb.__version__, "read", len(frame), "rows alike")
