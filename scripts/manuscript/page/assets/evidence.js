// The evidence tables: search, filter and sort.
{
  const { make } = page;
  const section = document.getElementById("evidence");
  const tables = section ? [...section.querySelectorAll("table")].filter((table) => table.tBodies.length) : [];
  if (tables.length) {
    const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
    const rows = tables.flatMap((table) =>
      [...table.tBodies[0].rows].map((element, index) => {
        const used = element.cells[element.cells.length - 1].querySelector('a[href^="#sec-"]') !== null;
        // the trial or agent that the row names, or the row itself where others name it
        const group = element.querySelector("b a")?.hash.slice(1) || element.id;
        return { table, element, index, used, group, text: element.textContent.toLowerCase() };
      }),
    );
    const frameOf = (table) => table.closest(".table-frame, figure, .quarto-float") || table;
    const nameOf = (table) => {
      const caption = table.caption || frameOf(table).querySelector("figcaption");
      return (caption?.querySelector("strong") || caption)?.textContent.replace(/^Supplementary Table \d+\. /, "").replace(/\.$/, "") || "Table";
    };

    const query = make("input", { type: "search", id: "evidence-query", autocomplete: "off" });
    const select = (id, first, choices) =>
      make("select", { id }, ...[[first, ""], ...choices].map(([name, value]) => make("option", { value }, name)));
    const named = rows.filter((row) => row.group !== row.element.id).map((row) => document.getElementById(row.group));
    const groups = [...new Set(named)].map((row) => [row.querySelector("b").textContent, row.id]);
    groups.sort((a, b) => order.compare(a[0], b[0]));
    const table = select("evidence-table", "All tables", tables.map((item, index) => [nameOf(item), index]));
    const group = select("evidence-group", "All trials and agents", groups);
    const used = make("input", { type: "checkbox", id: "evidence-used" });
    const said = make("output", { class: "evidence-count", for: "evidence-query evidence-table evidence-group evidence-used" });
    const clear = make("button", { type: "button", class: "page-button" }, "Show all");
    const field = (control, label) => make("div", {}, make("label", { for: control.id }, label), control);
    const bar = make(
      "form",
      { class: "evidence-tools", role: "search", "aria-label": "Evidence" },
      field(query, "Search the evidence"),
      field(table, "Table"),
      field(group, "Trial or agent"),
      make("div", { class: "evidence-check" }, used, make("label", { for: used.id }, "Only what the text uses")),
      make("div", { class: "evidence-check" }, clear, said),
    );
    frameOf(tables[0]).before(bar);

    function show() {
      const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = table.value ? tables[table.value] : null;
      let count = 0;
      for (const row of rows) {
        const match =
          (!wanted || row.table === wanted) &&
          (!group.value || row.group === group.value) &&
          (!used.checked || row.used) &&
          words.every((word) => row.text.includes(word));
        row.element.hidden = !match;
        count += match;
      }
      for (const item of tables) frameOf(item).hidden = [...item.tBodies[0].rows].every((row) => row.hidden);
      said.value = `${count} of ${rows.length} rows`;
    }

    function reset() {
      bar.reset();
      show();
    }

    bar.addEventListener("input", show);
    bar.addEventListener("submit", (event) => event.preventDefault());
    clear.addEventListener("click", reset);

    // whoever follows a number must find its row
    function reveal() {
      const row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("tr");
      if (!row || !section.contains(row)) return;
      if (row.hidden) {
        reset();
        row.scrollIntoView({ block: "center" });
      }
    }
    window.addEventListener("hashchange", reveal);
    document.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#ev-"]');
      const row = link && page.target(link)?.closest("tr");
      if (row?.hidden) reset();
    });

    for (const item of tables) {
      const heads = [...item.tHead.rows[0].cells];
      heads.forEach((head, column) => {
        const button = make("button", { type: "button", class: "evidence-sort" }, ...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => {
          const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort") || "none"];
          for (const other of heads) other.removeAttribute("aria-sort");
          if (next !== "none") head.setAttribute("aria-sort", next);
          const own = rows.filter((row) => row.table === item);
          const cell = (row) => row.element.cells[column].textContent.trim();
          const sign = next === "descending" ? -1 : 1;
          own.sort((a, b) => (next === "none" ? a.index - b.index : sign * order.compare(cell(a), cell(b)) || a.index - b.index));
          item.tBodies[0].append(...own.map((row) => row.element));
        });
      });
    }
    show();
  }
}
