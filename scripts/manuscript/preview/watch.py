"""Watching the sources: an edit of prose gives a part of the page, anything else the whole of it."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from watchfiles import DefaultFilter, awatch

from manuscript.clock import source_epoch
from manuscript.errors import ManuscriptError, ManuscriptErrors, SetupError
from manuscript.paths import Project
from manuscript.prepare import prepare, steps
from manuscript.preview.part import Page

T = TypeVar("T")
Event = dict[str, Any]
Whole = Callable[[Project, list[str], int, Path | None], list[Path]]
# how long the author must pause before the whole page is rendered behind the parts (seconds)
_PAUSE = 1.5


class Watcher:
    """Renders as the sources change and tells every open page.

    ``tell`` hears one line for each thing done. ``whole`` is the engine that renders the page, if not the embedded one;
    it makes no parts.
    """

    def __init__(
        self, project: Project, *, tell: Callable[[str], None] = lambda _: None, whole: Whole | None = None
    ) -> None:
        self.project = project
        self._tell = tell
        self._render_whole = whole
        self._page: Page | None = None
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._problem: Event | None = None
        self._stop = asyncio.Event()
        self._stale = False
        # read by the server: whether a thread is at work, whether `run` has come to its end, and what ended it
        self.working = False
        self.over = False
        self.failure: Exception | None = None

    def subscribe(self) -> asyncio.Queue[Event | None]:
        """A queue of the events from now on; an error that still stands comes first."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        if self._problem:
            queue.put_nowait(self._problem)
        self._queues.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Event | None]) -> None:
        """Send no more to ``queue``; one that is not subscribed is no error."""
        self._queues.discard(queue)

    def stop(self) -> None:
        """End ``run`` and every stream."""
        self._stop.set()
        for queue in self._queues:
            queue.put_nowait(None)

    async def run(self) -> None:
        """Render once, then after every change, until ``stop`` or until there is nothing left to watch (``failure``)."""
        try:
            await self._watch()
        except Exception as error:
            gone = SetupError(
                f"the folder of the article is gone: {self.project.root}",
                mend="put it back, or go to where it is now, and start the preview again",
            )
            self.failure = error if self.project.root.is_dir() else gone
        finally:
            self.over = True

    async def _watch(self) -> None:
        changes = awatch(
            self.project.root,
            watch_filter=_Sources(self.project),
            step=10,
            debounce=400,
            stop_event=self._stop,
            rust_timeout=int(_PAUSE * 1000),
            yield_on_timeout=True,
        )
        await self._whole()
        async for found in changes:
            if not self.project.root.is_dir():
                raise FileNotFoundError(self.project.root)
            paths = {Path(name) for _, name in found}
            if paths:
                await self._changed(paths)
            elif self._stale:
                await self._whole(quiet=True)
            elif self._problem is None and not (self.project.output / "index.html").is_file():
                await self._whole()  # somebody cleared the outputs away

    async def _changed(self, paths: set[Path]) -> None:
        started = time.perf_counter()
        chapters = sorted(path for path in paths if path.parent == self.project.chapters and path.suffix == ".qmd")
        if self._page is None or len(chapters) != len(paths) or not all(path.is_file() for path in chapters):
            await self._whole()
            return
        page = self._page
        try:
            parts = await self._aside(lambda: [page.part(path) for path in chapters])
        except ManuscriptError as error:
            self._failed(error)
            return
        if any(part is None for part in parts):
            await self._whole()
            return
        self._stale = True
        pieces = [piece for part in parts if part for piece in part.pieces]
        self._send({"kind": "part", "pieces": pieces})
        took = (time.perf_counter() - started) * 1000
        self._tell(f"{', '.join(path.name for path in chapters)}: shown after {took:.0f} ms")
        if any(part.unlisted for part in parts if part):
            await self._references()

    async def _references(self) -> None:
        """The reference list, after the citation that changed it."""
        assert self._page is not None  # a part of it was made
        try:
            part = await self._aside(self._page.references)
        except ManuscriptError as error:
            self._failed(error)
            return
        if part is None:
            await self._whole()
        else:
            self._send({"kind": "part", "pieces": part.pieces})

    async def _whole(self, *, quiet: bool = False) -> None:
        """Prepare and render the whole page; ``quiet`` when the pages show it already."""
        started = time.perf_counter()
        try:
            self._page = await self._aside(self._render)
        except ManuscriptError as error:
            self._failed(error)
            return
        self._stale = False
        if not quiet:
            self._send({"kind": "whole"})
            self._tell(f"the page: rendered in {time.perf_counter() - started:.1f} s")

    async def _aside(self, work: Callable[[], T]) -> T:
        """Do ``work`` in a thread; what the system refuses, such as a write to a full disk, is an error of ours."""
        self.working = True
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            raise ManuscriptError(
                f"cannot read or write: {error.strerror or error}",
                file=error.filename,
                mend="check the permissions of the folder and the free space on the disk; the next edit tries again",
            ) from error
        finally:
            self.working = False

    def _render(self) -> Page | None:
        prepare(self.project)
        if self._render_whole is not None:
            self._render_whole(self.project, ["html"], source_epoch(self.project), None)
            return None
        page = Page.render(self.project, source_epoch(self.project))
        # the page is kept: to look through it again and again for what can be freed would hold up every edit
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return page

    def _send(self, event: Event) -> None:
        self._problem = event if event["kind"] == "problem" else None
        for queue in self._queues:
            queue.put_nowait(event)

    def _failed(self, error: ManuscriptError) -> None:
        if self._stop.is_set():
            return  # what was at work was ended
        errors = error.errors if isinstance(error, ManuscriptErrors) else [error]
        told = [{"place": item.place, "message": item.message, "mend": item.mend} for item in errors]
        self._stale = False
        self._send({"kind": "problem", "errors": told})
        for item in errors:
            self._tell(f"error: {item.place + ': ' if item.place else ''}{item.message}")


class _Sources(DefaultFilter):
    """Only what an author edits: what prepare and render make would set the watcher off again."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._made = {path for step in steps(project) for path in step.outputs}

    def __call__(self, change: object, path: str) -> bool:
        place = Path(path)
        if place in self._made or place.name.startswith("."):
            return False
        project = self._project
        if place in (project.config, project.article, project.bibliography):
            return True
        return (place.parent == project.chapters and place.suffix == ".qmd") or (
            place.parent in (project.data, project.styles, project.tables, project.figures)
            and place.suffix in (".csv", ".css", ".html", ".lua", ".md", ".svg", ".txt", ".bib")
        )
