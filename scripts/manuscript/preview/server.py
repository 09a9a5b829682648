"""The server behind ``manuscript preview``: this machine only, this folder only."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from manuscript.preview.watch import Watcher

HOST = "127.0.0.1"
_ASSETS = Path(__file__).parent / "assets"
_WAITING = (
    "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Preview</title></head>"
    "<body><h1>The page is not there yet</h1><p>It appears as soon as the article renders.</p></body></html>"
)


def application(watcher: Watcher) -> Starlette:
    """The page with the preview's script in it, its neighbours in the output folder, and a stream of changes."""
    output = watcher.project.output

    async def page(_: Request) -> Response:
        path = output / "index.html"
        text = path.read_text(encoding="utf-8") if path.is_file() else _WAITING
        script = (_ASSETS / "client.js").read_text(encoding="utf-8")
        style = (_ASSETS / "client.css").read_text(encoding="utf-8")
        # browsers would ask for an icon that is not there
        text = text.replace("</head>", '<link rel="icon" href="data:,">\n</head>', 1)
        text = text.replace("</body>", f"<style>{style}</style>\n<script>\n{script}</script>\n</body>", 1)
        return HTMLResponse(text, headers={"Cache-Control": "no-store"})

    async def changes(request: Request) -> Response:
        queue = watcher.subscribe()

        async def stream() -> AsyncIterator[str]:
            try:
                yield ": open\n\n"
                while not await request.is_disconnected():
                    try:
                        event = await asyncio.wait_for(queue.get(), timeout=15)
                    except TimeoutError:
                        yield ": still here\n\n"
                        continue
                    if event is None:
                        return
                    yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
            finally:
                watcher.unsubscribe(queue)

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def nothing(_: Request, __: Exception) -> Response:
        return PlainTextResponse("not here", status_code=404)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(watcher.run())
        try:
            yield
        finally:
            watcher.stop()
            await asyncio.wait([task], timeout=0.2)  # longer only while it renders

    return Starlette(
        routes=[
            Route("/", page),
            Route("/index.html", page),
            Route("/-/changes", changes),
            # links out of the folder are not followed
            Mount("/", StaticFiles(directory=output, follow_symlink=False, check_dir=False)),
        ],
        # a page elsewhere that points its own name at this machine gets nothing
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])],
        exception_handlers={404: nothing},
        lifespan=life,
    )


class _Server(uvicorn.Server):
    """A server that ends when its watcher does, and at once."""

    def __init__(self, watcher: Watcher, port: int) -> None:
        app = application(watcher)
        settings = uvicorn.Config(app, host=HOST, port=port, log_level="critical", timeout_graceful_shutdown=1)
        super().__init__(settings)
        self._watcher = watcher

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to end."""
        return self._watcher.over or await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop the watcher first, so that nothing is told of the programs that the same Ctrl-C ends."""
        self._watcher.stop()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End when the streams have ended, which is at once; a render that is at work is given up."""
        self._watcher.stop()  # it may have come to its own end
        await super().shutdown(sockets)
        if self._watcher.working:
            # Python would wait for its threads; outputs change places in one step, so nothing is left half made
            for process in multiprocessing.active_children():
                process.kill()
            os._exit(0)


def serve(watcher: Watcher, port: int) -> None:
    """Serve on the loopback address until interrupted.

    Raises what ended the watcher, such as ``SetupError`` when the article's folder is gone.
    """
    server = _Server(watcher, port)
    with suppress(KeyboardInterrupt):  # which uvicorn raises again when it has ended
        server.run()
    if watcher.failure:
        raise watcher.failure
