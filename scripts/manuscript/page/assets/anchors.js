// Permanent anchors: a link beside every heading and every paragraph. The embedded engine has made the paragraphs' ids
// already; where Quarto rendered, the same rule makes them here: the first six words of the paragraph, numbers left out.
// They are for the pointer only: a link in every heading would be read out with it, and one at every paragraph would be in
// the way of the Tab key; the table of contents has the sections' addresses for everybody.
{
  const { make } = page;
  const main = document.querySelector("main") || document.body;

  const link = (id, kind) => make("a", { class: `page-anchor ${kind}`, href: `#${id}`, tabindex: "-1", "aria-hidden": "true" });

  const taken = new Set([...document.querySelectorAll('[id^="p-"]')].map((element) => element.id));

  // again for what the preview puts into the page
  function equip(root) {
    for (const heading of root.querySelectorAll("h2, h3, h4, h5")) {
      const id = heading.id || heading.parentElement.closest("section[id]")?.id;
      if (!id || heading.closest(".cite-this, .callout, dialog") || heading.querySelector(".anchorjs-link")) continue;
      heading.append(link(id, "page-anchor-section"));
    }
    for (const paragraph of root.querySelectorAll("section > p")) {
      let id = paragraph.querySelector(":scope > .page-mark")?.id;
      if (!id && !paragraph.closest("#footnotes, #refs, .abstract")) {
        const words = paragraph.textContent.toLowerCase().match(/[\p{L}\p{N}.-]+/gu) || [];
        const base = `p-${words.filter((word) => !/\d/.test(word)).slice(0, 6).join("-").normalize("NFKD").replace(/[^a-z-]/g, "")}`;
        id = base;
        for (let number = 2; taken.has(id); number += 1) id = `${base}-${number}`;
        taken.add(id);
        paragraph.prepend(make("span", { class: "page-mark", id }));
      }
      if (id) paragraph.append(link(id, "page-anchor-paragraph"));
    }
  }
  equip(main);
  document.addEventListener("manuscript:changed", (event) => equip(event.target));

  // the browser looked for the anchor before it was made
  if (location.hash.startsWith("#p-")) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}
