"""``manuscript preview``."""

from __future__ import annotations

from typing import Annotated

import typer


def preview(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine (0: any free one).")] = 4848,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    engine: Annotated[str, typer.Option(help="embedded, which shows an edit at once, or quarto.")] = "embedded",
) -> None:
    """Show the article in a browser, and every edit at once.

    Serves the output folder on this machine only. An edit of prose shows at once, without losing the reader's place;
    errors appear on the page and go when they are mended. Ctrl-C ends it. With `--engine quarto` each edit renders the
    whole page by Quarto, which takes most of a minute; `quarto preview` itself does not see an edit of a chapter.

    manuscript preview
    """
    from manuscript.commands.common import project_of
    from manuscript.engines import choose
    from manuscript.preview.server import HOST, serve
    from manuscript.preview.watch import Watcher

    project = project_of(context)
    chosen = choose(engine)
    port = _free(port)
    address = f"http://{HOST}:{port}/"
    typer.echo(f"preview: {address} (Ctrl-C ends it)", err=True)
    if open_:
        typer.launch(address)
    whole = chosen.render if chosen.name == "quarto" else None
    serve(Watcher(project, tell=lambda line: typer.echo(line, err=True), whole=whole), port)


def _free(port: int) -> int:
    """``port`` itself when it is free, a free one for 0.

    Raises ``SetupError`` when something else listens there.
    """
    import socket

    from manuscript.errors import SetupError
    from manuscript.preview.server import HOST

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SetupError(
                f"port {port} is taken: {error.strerror}", mend="choose another: manuscript preview --port 0"
            ) from error
        return int(probe.getsockname()[1])
