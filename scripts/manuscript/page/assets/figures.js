// Figures: enlarge, and take the numbers behind them.
{
  const { make, copy } = page;
  const dialog = make("dialog", { class: "figure-dialog", "aria-label": "Figure, enlarged" });
  const shut = make("button", { type: "button", class: "page-button" }, "Close");
  shut.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);

  function enlarge(figure) {
    const picture = make("div", { class: "figure-dialog-picture", tabindex: "0", role: "group", "aria-label": "Picture" });
    for (const image of figure.querySelectorAll("img")) {
      const twin = copy(image);
      twin.removeAttribute("style");
      picture.append(twin);
    }
    const caption = figure.querySelector("figcaption");
    dialog.replaceChildren(shut, picture);
    if (caption) dialog.append(make("div", { class: "figure-dialog-caption" }, ...copy(caption).childNodes));
    dialog.showModal();
  }

  // again for what the preview puts into the page
  function equip(root) {
    for (const place of root.querySelectorAll('[id^="fig-"]')) {
      const figure = place.matches("figure") ? place : place.querySelector("figure");
      if (!figure || !figure.querySelector("img") || figure.parentElement.closest('[id^="fig-"] figure, figure[id^="fig-"]')) continue;
      const label = (figure.querySelector("figcaption")?.textContent || "Figure").trim().split(":")[0];
      const larger = make("button", { type: "button", class: "page-button" }, "Enlarge", make("span", { class: "page-hidden" }, ` ${label}`));
      larger.addEventListener("click", () => enlarge(figure));
      const bar = make("p", { class: "figure-tools" }, larger);
      const name = place.id.slice(4);
      const rows = page.data.figures[name];
      if (rows) {
        const href = URL.createObjectURL(new Blob([rows], { type: "text/csv;charset=utf-8" }));
        bar.append(make("a", { href, download: `${name}.csv`, class: "page-button" }, "Data (CSV)", make("span", { class: "page-hidden" }, ` of ${label}`)));
      }
      figure.append(bar);
      for (const image of figure.querySelectorAll("img")) image.addEventListener("click", () => enlarge(figure));
    }
  }
  equip(document);
  document.addEventListener("manuscript:changed", (event) => equip(event.target));
}
