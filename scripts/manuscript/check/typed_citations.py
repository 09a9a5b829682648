"""Citations that stand as words instead of keys: "(Cortés et al., 2022)" links to nothing and is in no list."""

from __future__ import annotations

from manuscript.check.context import Context


def check(context: Context) -> None:
    """Report them, each with its key where the bibliography has it, else with the command that adds it."""
    from manuscript.cite.reader import read_tolerantly
    from manuscript.cite.typed import Library

    path = context.project.bibliography
    found = read_tolerantly(path, context.project.relative(path)) if path.is_file() else None
    library = Library({entry.key: entry for entry in found.entries} if found else {})
    for line in context.article.text():
        for typed in library.typed(line.prose, guess=False):
            for part in typed.parts:
                if len(part.keys) == 1:
                    mend = f"write {typed.markdown([part.keys[0]])}"
                elif part.keys:
                    mend = f"write the one that is meant: {' or '.join(f'[@{key}]' for key in part.keys)}"
                else:
                    mend = part.mend
                context.report(
                    "refs/typed-citation",
                    (line.file, line.number, typed.start + 1),
                    f"{part.text} is typed, not cited",
                    mend,
                )
