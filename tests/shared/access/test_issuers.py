# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with an access file is said before a service starts."""

from pathlib import Path

import pytest

from shared.access.issuers import AccessFileError, load_issuers

GOOD = """
[[issuer]]
issuer = "https://login.waterrijk.example"
audience = "kernpuls-0999"
keys = "https://login.waterrijk.example/jwks"
[issuer.roles]
"app-budget" = "budget-holder"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "access.toml"
    path.write_text(text)
    return path


def test_a_file_names_its_issuers(tmp_path: Path) -> None:
    more = GOOD.replace("login", "machines").replace('"https://machines.waterrijk.example/jwks"', '"m.json"')
    first, second = load_issuers(written(tmp_path, GOOD + more))
    assert (first.issuer, first.roles) == ("https://login.waterrijk.example", {"app-budget": "budget-holder"})
    assert second.keys == str(tmp_path / "m.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + GOOD, "two issuers have one name"),
        (GOOD.replace('"budget-holder"', '"mayor"'), r"app-budget: .*Roles are .*coordinator"),
        (GOOD.replace("audience =", "audiense ="), "audiense: Extra inputs"),
        (GOOD.replace('keys = "https:', 'keys = "http:'), "anybody can change. Use https"),
        (GOOD.replace("keys =", 'algorithms = ["HS256"]\nkeys ='), "names HS256; known are PS256"),
        (GOOD.replace("keys =", "longest_minutes = 0\nkeys ="), "longest_minutes"),
        ("issuer = ", "cannot be read"),
        (GOOD.replace('"https://login.waterrijk.example"', '"kernpuls"'), "is the name of this installation"),
    ],
)
def test_what_is_wrong_with_it_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AccessFileError, match=message):
        load_issuers(written(tmp_path, text))


def test_a_file_may_name_nobody(tmp_path: Path) -> None:
    assert load_issuers(written(tmp_path, "# nobody yet")) == []


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AccessFileError, match="cannot be read"):
        load_issuers(tmp_path / "nothing.toml")
