// Frames in which wide figures and tables scroll: they fade where more follows, and a figure seen whole is no stop for the Tab key.
{
  function look(frame) {
    const room = frame.scrollWidth - frame.clientWidth;
    frame.classList.toggle("more-left", room > 1 && frame.scrollLeft > 1);
    frame.classList.toggle("more-right", room > 1 && frame.scrollLeft < room - 1);
    if (frame.matches(".figure-frame")) frame.tabIndex = room > 1 ? 0 : -1;
  }
  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => look(target)));

  // again for what the preview puts into the page
  function equip(root) {
    for (const frame of root.querySelectorAll(".table-frame, .figure-frame")) {
      frame.addEventListener("scroll", () => look(frame), { passive: true });
      sizes.observe(frame);
    }
  }
  equip(document);
  document.addEventListener("manuscript:changed", (event) => equip(event.target));
}
