"""The server behind ``manuscript preview``: this machine only, this folder only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

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
            await asyncio.wait([task], timeout=5)

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


def serve(watcher: Watcher, port: int) -> None:
    """Serve on the loopback address until interrupted."""
    import uvicorn

    settings = uvicorn.Config(
        application(watcher),
        host=HOST,
        port=port,
        log_level="warning",
        access_log=False,
        # open pages hold a stream; Ctrl-C does not wait for them
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(settings).run()
