"""What is installed: compatible releases, each for a reason, at the exact versions of tests/constraints.txt."""

import importlib.metadata
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
RUN, TESTS, VERSIONS = (ROOT / name for name in ("requirements.txt", "tests/requirements.txt", "tests/constraints.txt"))


def requirements(file: Path) -> dict[str, Requirement]:
    """What the file asks for, by its normal name; what it takes over from another file and comments left out."""
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    asked = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    return {canonicalize_name(one.name): one for one in asked}


def exact_version(requirement: Requirement) -> str:
    """The one version that is allowed; an error where it is not one."""
    (specifier,) = requirement.specifier
    assert specifier.operator == "==" and "*" not in specifier.version, f"{requirement} is not one exact version"
    return specifier.version


def needed(names: list[str]) -> set[str]:
    """The normal names of the packages `names` and of everything that these need on this machine."""
    found: set[str] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        one = waiting.pop()
        for line in importlib.metadata.requires(one.name) or []:
            further = Requirement(line)
            extras = one.extras or {""}
            is_for_us = further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in extras)
            if is_for_us and canonicalize_name(further.name) not in found:
                waiting.append(further)
        found.add(canonicalize_name(one.name))
    return found


@pytest.mark.parametrize("file", [RUN, TESTS], ids=lambda file: str(file.relative_to(ROOT)))
def test_each_declared_package_is_bound_to_compatible_releases(file: Path) -> None:
    for requirement in requirements(file).values():
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == {"~="}, f"{requirement} must name compatible releases with ~="


@pytest.mark.parametrize("file", [RUN, TESTS], ids=lambda file: str(file.relative_to(ROOT)))
def test_the_exact_version_is_a_compatible_release(file: Path) -> None:
    versions = requirements(VERSIONS)
    for name, requirement in requirements(file).items():
        assert name in versions, f"tests/constraints.txt names no version of {name}: run make upgrade"
        assert requirement.specifier.contains(exact_version(versions[name])), (requirement, versions[name])


def test_everything_that_is_needed_has_an_exact_version_and_is_installed_at_it() -> None:
    versions = requirements(VERSIONS)
    asked = [str(one).split("~=")[0] for file in (RUN, TESTS) for one in requirements(file).values()]
    for name in needed(asked):
        assert name in versions, f"tests/constraints.txt names no version of {name}: run make upgrade"
        assert importlib.metadata.version(name) == exact_version(versions[name]), name


def test_the_readme_gives_a_reason_for_each_package_of_the_product() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("## What each dependency is for")[1].split("\n## ")[0]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines() if row.startswith("|")][2:]
    given = {canonicalize_name(Requirement(name).name) for names, why in rows if why for name in names.split(",")}
    assert given == set(requirements(RUN))


def test_both_commands_install_the_exact_versions() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = re.findall(r"^\t.*\$\(INSTALL\) -r (\S+)$", makefile, re.MULTILINE)
    assert installs == ["requirements.txt", "tests/requirements.txt"]
    assert re.search(r"^INSTALL := .*--constraint \$\(VERSIONS\)$", makefile, re.MULTILINE)
    assert f"VERSIONS := {VERSIONS.relative_to(ROOT)}\n" in makefile
