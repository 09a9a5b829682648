// Source cards: what stands behind a number or a citation, on hover, focus and tap.
{
  const { make, copy, target } = page;
  const LINKS = 'a.ev[href^="#ev-"], a.src[href^="#src-"], a[role="doc-biblioref"][href^="#ref-"]';
  const LISTS = { "ref-": "In the reference list", "src-": "In the supplement's list of sources" };
  let card = null;
  let owner = null;
  let timer = 0;
  let touched = false;

  const references = (places) =>
    places
      .map((id) => document.getElementById(id))
      .filter(Boolean)
      .map((entry) => make("p", { class: "source-card-reference" }, ...copy(entry).childNodes));

  // what a cell of a row says, without the elements that are told apart from it
  function said(row, column, without) {
    const cell = row.cells[column].cloneNode(true);
    for (const item of cell.querySelectorAll(without)) item.remove();
    return cell.textContent.replace(/^[;\s]+/, "").trim();
  }

  // what the row's table says of it
  function content(link) {
    const id = link.getAttribute("href").slice(1);
    const list = LISTS[id.slice(0, 4)];
    if (list) {
      const entries = references([id]);
      return entries.length ? [...entries, make("p", { class: "source-card-to" }, make("a", { href: `#${id}` }, list))] : null;
    }
    const row = document.getElementById(id)?.closest("tr");
    if (!row) return null;
    const [, result, source] = row.closest("table").tHead.rows[0].cells;
    const [what, found, read] = row.cells;
    const named = what.querySelector("b a");
    const about = named && target(named)?.closest("tr");
    const facts = [
      [result.textContent, said(row, 1, "i")],
      ["Note", found.querySelector("i")?.textContent.replace(/^Note: /, "")],
      [named?.textContent, about && said(about, 0, "b, small")],
      [source.textContent, read.querySelector("span")?.textContent],
    ];
    return [
      make("p", { class: "source-card-title" }, make("b", {}, what.querySelector("b")?.textContent ?? ""), " ", said(row, 0, "b, small")),
      make("dl", {}, ...facts.filter((fact) => fact[1]).map(([label, text]) => make("div", {}, make("dt", {}, label), make("dd", {}, text)))),
      ...references([...read.querySelectorAll("a")].map((source) => source.dataset.entry)),
      make("p", { class: "source-card-to" }, make("a", { href: `#${id}` }, "In the evidence table")),
    ];
  }

  function place() {
    const link = owner.getClientRects()[0];
    const below = window.innerHeight - link.bottom - 14;
    const above = link.top - 14;
    card.style.left = card.style.top = "0";
    card.style.maxHeight = "";
    const size = card.getBoundingClientRect();
    const under = size.height <= below || below >= above;
    card.style.maxHeight = `${Math.max(160, under ? below : above)}px`;
    const height = card.offsetHeight;
    const left = Math.max(8, Math.min(link.left, document.documentElement.clientWidth - size.width - 8));
    card.style.left = `${left - size.left}px`;
    card.style.top = `${(under ? link.bottom + 6 : link.top - 6 - height) - size.top}px`;
  }

  function open(link) {
    clearTimeout(timer);
    if (owner === link) return;
    close();
    const parts = content(link);
    if (!parts) return;
    // behind its link, so that Tab goes from the number to what the card offers
    card = make("div", { class: "source-card", id: "source-card", role: "group", "aria-label": `Source of ${link.textContent}` }, ...parts);
    link.after(card);
    // above all else: the frame of a wide table would cut it off, and its first column stand over it
    if (card.showPopover) {
      card.popover = "manual";
      card.showPopover();
    }
    owner = link;
    link.setAttribute("aria-describedby", "source-card");
    place();
  }

  function close() {
    clearTimeout(timer);
    if (!card) return;
    owner.removeAttribute("aria-describedby");
    card.remove();
    card = owner = null;
  }

  const later = (action, wait) => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
  const within = (node) => card && (card.contains(node) || owner.contains(node));
  const linkOf = (node) => (node instanceof Element && !node.closest(".source-card") ? node.closest(LINKS) : null);

  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType !== "mouse";
    if (!within(event.target)) close();
  });
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = linkOf(event.target);
    if (link) later(() => open(link), 120);
    else if (within(event.target)) clearTimeout(timer);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && (linkOf(event.target) || within(event.target))) later(close, 250);
  });
  document.addEventListener("focusin", (event) => {
    const link = linkOf(event.target);
    if (link && link.matches(":focus-visible")) open(link);
    else if (!within(event.target)) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !card) return;
    const back = card.contains(document.activeElement) ? owner : null;
    close();
    // the link keeps the focus; the card stays away until the focus comes anew
    if (back) back.focus({ focusVisible: false });
  });
  // a first tap shows the card, the next follows the link
  document.addEventListener("click", (event) => {
    const link = linkOf(event.target);
    if (link && touched && owner !== link) {
      open(link);
      if (owner === link) event.preventDefault();
    } else if (event.target.closest("a")) close();
  });
  window.addEventListener("resize", close);
  // a frame that scrolls sideways takes the link along, and the card has to follow
  document.addEventListener("scroll", (event) => {
    if (card && event.target !== document && !card.contains(event.target)) place();
  }, true);

  // the way back from a row or a reference to the words that led there
  const back = make("button", { type: "button", class: "page-back", hidden: "" }, "Back to where you read");
  document.body.append(back);
  let left = null;
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (event.defaultPrevented || !link || link.closest("nav") || !target(link)) return;
    const card = link.closest(".source-card");
    left = card ? card.previousElementSibling : link;
    back.hidden = false;
  });
  back.addEventListener("click", () => history.back());
  window.addEventListener("popstate", () => {
    // a jump forward fires this too; then one is where the link leads
    if (!left || location.hash === left.getAttribute("href")) return;
    const link = left;
    left = null;
    back.hidden = true;
    setTimeout(() => link.focus({ preventScroll: true }), 0);
  });
}
