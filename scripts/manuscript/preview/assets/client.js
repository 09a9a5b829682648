// The preview: takes changes from the stream and puts them into the page, the reader's place kept.
{
  const KEEP = "manuscript-preview-place";

  // the last anchored thing above the upper third of the window, and how far from the top it stands
  function place() {
    let found = null;
    for (const item of document.querySelectorAll("main [id]")) {
      const top = item.getBoundingClientRect().top;
      if (top > window.innerHeight / 3) break;
      found = { id: item.id, top };
    }
    return found && { ...found, scroll: window.scrollY };
  }

  function back(kept) {
    if (!kept) return;
    const item = document.getElementById(kept.id);
    if (item) window.scrollBy({ top: item.getBoundingClientRect().top - kept.top, behavior: "instant" });
    else window.scrollTo({ top: kept.scroll, behavior: "instant" });
  }

  function swap([ids, html]) {
    const names = ids.split(",");
    const olds = names.map((name) => document.getElementById(name));
    if (olds.some((old) => !old)) return false;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const news = [...holder.content.children];
    olds[0].before(...news);
    for (const old of olds) old.remove();
    for (const item of news) item.dispatchEvent(new CustomEvent("manuscript:changed", { bubbles: true }));
    return true;
  }

  function problem(errors) {
    document.querySelector(".preview-problem")?.remove();
    if (!errors.length) return;
    const box = document.createElement("section");
    box.className = "preview-problem";
    box.setAttribute("role", "alert");
    for (const error of errors) {
      const line = document.createElement("p");
      const where = document.createElement("code");
      where.textContent = error.place;
      line.append(where, error.place ? " " : "", error.message, error.mend ? ` (${error.mend})` : "");
      box.append(line);
    }
    document.body.append(box);
  }

  function whole() {
    sessionStorage.setItem(KEEP, JSON.stringify(place()));
    location.reload();
  }

  const kept = sessionStorage.getItem(KEEP);
  if (kept) {
    sessionStorage.removeItem(KEEP);
    history.scrollRestoration = "manual";
    back(JSON.parse(kept));
  }

  let lost = false;
  const stream = new EventSource("/-/changes");
  // the server was started again: what it serves may be new
  stream.addEventListener("open", () => lost && whole());
  stream.addEventListener("error", () => (lost = true));
  stream.addEventListener("message", (message) => {
    const event = JSON.parse(message.data);
    if (event.kind === "problem") return problem(event.errors);
    problem([]);
    if (event.kind === "whole") return whole();
    const here = place();
    if (!event.pieces.every(swap)) return whole();
    back(here);
  });
}
