"""``manuscript check`` and ``manuscript explain``: the rules of the article."""

from __future__ import annotations

from typing import Annotated

import typer


def check(
    context: typer.Context,
    format_: Annotated[str, typer.Option("--format", help="text, json, sarif or github.")] = "text",
    select: Annotated[
        list[str] | None, typer.Option(metavar="RULES", help="Only these rules or families, with commas between.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULES", help="All but these rules or families.")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend, then check again.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings too.")] = False,
) -> None:
    """Say what is false, broken or stale, and how to mend it.

    Each finding has its rule and its place; exits with 1 if there are errors.

    manuscript check --select numbers,refs
    """
    from manuscript.check.output_forms import FORMATS
    from manuscript.check.run import run
    from manuscript.errors import ConfigError
    from manuscript.paths import find_project

    if format_ not in FORMATS:
        raise ConfigError(f"no format {format_!r}", mend=f"choose from: {', '.join(FORMATS)}")
    project = find_project(context.obj)
    found, edits = run(project, select or (), ignore or ())
    if fix:
        from manuscript.check.fix import fix as mend

        for line in mend(project, found, edits):
            typer.echo(f"fixed: {line}", err=True)
        found, _ = run(project, select or (), ignore or ())
    text = FORMATS[format_](found)
    if text:
        typer.echo(text)
    if any(item.severity == "error" for item in found) or (strict and found):
        raise typer.Exit(1)


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule, or a family of rules (default: all).")] = "",
) -> None:
    """Say what a rule asks for, why, and how bad a finding is, with an example of each.

    manuscript explain numbers/unbound
    """
    from manuscript.check.examples import EXAMPLES
    from manuscript.check.rules import FAMILIES, all_rules
    from manuscript.errors import ConfigError, did_you_mean

    rules = all_rules()
    if rule in rules:
        found = rules[rule]
        typer.echo(f"{found.name} ({found.severity})\n{found.summary}\n\n{found.why}")
        example = EXAMPLES[found.name]
        for word, text in (("bad", example.bad), ("good", example.good)):
            typer.echo(f"\n{word}:" + "".join(f"\n  {line}" for line in text.rstrip("\n").split("\n")))
        typer.echo(
            f'\nTo change its severity, in pyproject.toml:\n  [tool.manuscript.check.severity]\n  "{found.name}" = "warning"'
        )
        return
    if rule and rule not in FAMILIES:
        mend = did_you_mean(rule, [*rules, *FAMILIES], "`manuscript explain` lists the rules", cutoff=0.5)
        raise ConfigError(f"no rule {rule!r}", mend=mend)
    for family in [rule] if rule else FAMILIES:
        typer.echo(f"{family}: {FAMILIES[family]}")
        for found in rules.values():
            if found.family == family:
                typer.echo(f"  {found.name:<34} {found.severity:<8} {found.summary}")
