// The table of contents: where one is, and closed at first on a narrow screen.
{
  const contents = document.querySelector("nav.contents");
  const links = contents ? [...contents.querySelectorAll('a[href^="#"]')] : [];
  const sections = links.map((link) => page.target(link));

  function mark() {
    let current = -1;
    sections.forEach((section, index) => {
      if (section && section.getBoundingClientRect().top <= window.innerHeight * 0.25) current = index;
    });
    links.forEach((link, index) => {
      if (index !== current) return link.removeAttribute("aria-current");
      if (link.getAttribute("aria-current") === "location") return;
      link.setAttribute("aria-current", "location");
      const box = contents.getBoundingClientRect();
      const at = link.getBoundingClientRect();
      if (at.bottom > box.bottom) contents.scrollTop += at.bottom - box.bottom + 40;
      else if (at.top < box.top) contents.scrollTop -= box.top - at.top + 40;
    });
  }

  if (links.length) {
    const details = contents.querySelector("details");
    const wide = window.matchMedia("(min-width: 68rem)");
    const fit = () => (details.open = wide.matches);
    wide.addEventListener("change", fit);
    contents.addEventListener("click", (event) => {
      if (event.target.closest("a") && !wide.matches) details.open = false;
    });
    let waiting = false;
    document.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    }, { passive: true });
    mark();
  }
}
