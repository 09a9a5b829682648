// Beside the title: colours, and "Cite this", which stands at the end of the page where there is no JavaScript.
{
  const { make } = page;
  const title = document.querySelector("header.title-block, header#title-block-header");
  const cite = document.getElementById("cite-this");

  // copies are offered only where the browser allows them
  function copying(text) {
    const button = make("button", { type: "button", class: "page-button" }, "Copy");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not allowed here";
      }
    });
    return button;
  }

  if (title && cite) {
    const box = make("dialog", { class: "cite-dialog", "aria-labelledby": "cite-this-title" });
    const shut = make("button", { type: "button", class: "page-button" }, "Close");
    shut.addEventListener("click", () => box.close());
    box.addEventListener("click", (event) => event.target === box && box.close());
    cite.removeAttribute("aria-labelledby");
    box.append(shut, cite);
    document.body.append(box);
    if (navigator.clipboard)
      for (const files of cite.querySelectorAll(".cite-files")) files.prepend(copying(files.previousElementSibling.textContent), " ");
    const button = make("button", { type: "button", class: "page-button" }, "Cite this");
    button.addEventListener("click", () => box.showModal());
    const bar = make("p", { class: "page-tools" }, button);
    title.append(bar);

    // Quarto's themes have a switch of their own
    const root = document.documentElement;
    if (getComputedStyle(root).getPropertyValue("--paper")) {
      const words = { "": "Colours: as the system", light: "Colours: light", dark: "Colours: dark" };
      const switcher = make("button", { type: "button", class: "page-button" });
      const tell = () => (switcher.textContent = words[root.dataset.theme || ""]);
      switcher.addEventListener("click", () => {
        const next = { "": "light", light: "dark", dark: "" }[root.dataset.theme || ""];
        if (next) root.dataset.theme = next;
        else delete root.dataset.theme;
        try {
          localStorage.setItem("manuscript-theme", next);
        } catch {
          // no storage: the choice lasts as long as the page
        }
        tell();
      });
      tell();
      bar.append(" ", switcher);
    }
  }
}
