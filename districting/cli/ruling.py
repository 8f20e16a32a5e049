"""``districting rules``: which command and which settings do each policy rule."""

from __future__ import annotations

from pathlib import Path

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, option
from districting.wording import say


@click.command("rules", cls=WordedCommand)
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@option("--phrases", is_flag=True, key="cli.option_phrases", envvar="DISTRICTING_PHRASES")
@option("-o", "--output", type=click.Path(dir_okay=False), key="cli.option_rules_page", envvar="DISTRICTING_OUTPUT")
@common
def rules(talk: Talk, codes: tuple[str, ...], phrases: bool, output: str | None) -> None:
    from districting.outputs.policy_rules import phrase_rows, rule_json, rule_lines, rule_rows, write_rules_page
    from districting.reading.policy_rules import policy_rules

    table = policy_rules()
    by_fold = {code.lower(): rule for code, rule in table.rules.items()}
    for code in codes:
        if code.lower() not in by_fold:
            raise click.UsageError(say("policy.unknown", talk.lang, code=code, known=list(table.rules)))
    chosen = [by_fold[code.lower()] for code in codes] or list(table.rules.values())
    if output is not None and not talk.dry_run:
        if Path(output).exists() and not talk.overwrite:
            raise click.UsageError(say("cli.exists", talk.lang, paths=[output]))
        write_rules_page(table, output, talk.lang)
        talk.line("policy.written", count=len(table.rules), path=output)
    elif not talk.as_json:
        lines = [line for rule in chosen for line in rule_lines(table, rule, talk.lang)] if codes else [] if phrases else rule_rows(table, talk.lang)
        for line in [*lines, *(phrase_rows(table, talk.lang) if phrases else [])]:
            talk.plain(line)
        if not codes and not phrases:
            talk.line("policy.partly")
    listed = [
        {"source": table.sources[p.source][talk.lang], "phrase": p.zh if talk.lang == "zh" else p.en, "rules": list(p.rules)}
        | {"not_computable": p.not_computable[talk.lang] if p.not_computable else None}
        for p in table.phrases
    ]
    talk.result(
        {"rules": [rule_json(table, rule, talk.lang) for rule in chosen]}
        | ({"phrases": listed} if phrases else {})
        | ({"outputs": [output]} if output is not None and not talk.dry_run else {})
    )
