"""Files that are no city, and where in a file a fault is."""

from pathlib import Path

import pytest
import yaml

from config.city import load_city
from config.faults import ConfigFault
from tests.config.cities import small


def test_a_fault_tells_the_file_and_the_line(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    text = yaml.safe_dump(small(), allow_unicode=True, sort_keys=False)
    file.write_text(text.replace("slack:C02", "slack:?"), "utf-8")
    with pytest.raises(ConfigFault) as caught:
        load_city(file)
    [fault] = caught.value.faults
    line = text.splitlines().index("  home: slack:C02") + 1
    assert fault.place == f"{file}, departments[1].home (line {line})"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "does not hold a city. Start from a copy of config/espoo.yaml."),
        (b"- a\n- b\n", "does not hold a city."),
        (b"name: 'x\n", "is not YAML, line 2: found unexpected end of stream."),
        (b"a: b: c\n", "is not YAML, line 1: mapping values are not allowed"),
        (b"a: !!python/object:os.system x\n", "is not YAML, line 1: could not determine a constru"),
        (b"a: \x00\n", "is not YAML. It has characters that YAML does not allow."),
        (b"a: \xff\n", "is not text in UTF-8. Save it as UTF-8."),
        (b"a: &x [1]\nb: *x\n", "is not YAML, line 2: aliases (*) are not taken."),
        (b"a: " + b"[" * 5000, "is not YAML, line 1: it is nested too deep."),
        (b"a: 2026-99-99\n", "cannot be read as YAML. Check indents and quotes."),
        (b"#" * 1_000_001, "is larger than 1 MB."),
    ],
)
def test_a_file_that_holds_no_city(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "city.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigFault) as caught:
        load_city(file)
    [fault] = caught.value.faults
    assert str(fault).startswith(f"{file}: {says}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigFault, match=r"is not there\. Name the file with KUULOLLA_CITY_FILE\."
    ):
        load_city(tmp_path / "no.yaml")
    with pytest.raises(ConfigFault, match=r"cannot be read\. It is a file that the service may"):
        load_city(tmp_path)


def test_what_is_written_twice(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_text(yaml.safe_dump(small(), sort_keys=False) + "language: sv\n", "utf-8")
    with pytest.raises(ConfigFault, match=r"language .* is written twice, here and on line"):
        load_city(file)
