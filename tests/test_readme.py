"""The README's Python is executed, and every command it names exists."""

import re
import tomllib
from pathlib import Path

from districting.cli.commands import COMMANDS
from districting.config import parse_settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_python_of_the_readme_runs():
    assert blocks("python")
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), {})


def test_the_toml_of_the_readme_is_a_config():
    assert blocks("toml")
    for code in blocks("toml"):
        parse_settings(tomllib.loads(code), folder=Path("."))


def test_every_command_of_the_readme_exists_and_every_command_is_in_the_readme():
    named = set(re.findall(r"(?<!import )districting ([a-z-]+)", README))
    assert named - {"run"} <= set(COMMANDS)
    assert set(COMMANDS) <= named
