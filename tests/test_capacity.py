"""The capacity page shows what its script computes."""

from pathlib import Path

import pytest

from benchmarks import capacity

PAGE = Path(__file__).parents[1] / "docs" / "capacity.md"


@pytest.mark.parametrize("name", capacity.tables())
def test_the_page_holds_the_table_that_the_script_computes(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert f"<!-- {name} -->\n\n{capacity.tables()[name]}\n\n" in page, "run benchmarks/capacity.py --write"


def test_writing_the_tables_again_changes_nothing() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert capacity.written_into(page) == page
    assert capacity.written_into(page.replace("| --: |", "| - |")) == page


def test_requests_cost_what_the_prices_say() -> None:
    requests = capacity.Requests(put=600_000, list=400_000, get=1_500_000, head=1_000_000)

    assert requests.dollars == pytest.approx(5 + 1)
