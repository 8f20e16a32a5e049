"""Usage errors speak one language and say what is wrong and what would be right."""

import re

import pytest
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.pairing import FORMS

CASES = [
    (["chekc"], "没有命令 chekc，是否想写 check"),
    (["check"], "缺少 CONFIG"),
    (["check", "a.toml", "--stict"], "没有选项 --stict，是否想写 --strict"),
    (["check", "a.toml", "b.toml"], "多出的参数：b.toml"),
    (["check", "a.toml", "--seed"], "选项 --seed 后面要写一个值"),
    (["check", "a.toml", "--seed", "x"], "--seed 的值“x”不合要求，应为整数 >= 0"),
    (["check", "a.toml", "--gap", "2"], "--gap 的值“2.0”不合要求，应为数值 >= 0、<= 1"),
    (["zone", "a.toml"], "缺少 --stage，可选：preschool、primary、junior、senior"),
    (["zone", "a.toml", "--stage", "小学"], "--stage 的值“小学”不合要求，可选：preschool、primary、junior、senior"),
    (["pair", "a.toml", "--form", "schol"], f"没有名为“schol”的形式，--form 可选：{'、'.join(FORMS)}"),
    (["pair", "--form", "school"], "缺少 CONFIG"),
    (["export", "p.gpkg", "o.csv", "--as", "a,b,c"], "--as：“a,b,c”不是两个不同的表头，应写成 ID,ZONE 的样子"),
    (["scenario", "p.gpkg", "-o", "o.gpkg"], "没有给出变动：写 --open、--close 或 --estate"),
    (["scenario", "p.gpkg", "-o", "o.gpkg", "--open", "新校,许多,b1"], "--open：“新校,许多,b1”不合要求，应写成 NAME,SEATS,BLOCK_ID（校名、学位数、地块编号）"),
]


def call(words, lang):
    return CliRunner(env={"DISTRICTING_LANG": lang}).invoke(cli, words, prog_name="districting")


@pytest.mark.parametrize(("words", "problem"), CASES)
def test_a_usage_error_in_chinese_has_no_english_frame(words, problem):
    result = call(words, "zh")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"错误：{problem}"
    assert not re.search(r"Usage|Error|Try|Invalid|Missing", result.output)


@pytest.mark.parametrize(("words", "problem"), CASES)
def test_the_same_in_english_has_no_chinese_but_what_was_given(words, problem):
    result = call(words, "en")
    assert result.exit_code == 2
    given = set("".join(words))
    assert not [c for c in result.stderr if "\u4e00" <= c <= "\u9fff" and c not in given]
    assert result.stderr.startswith(("Usage: districting", "Error: the option"))
