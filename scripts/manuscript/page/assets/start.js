// What the other parts share. Nothing here is needed to read the page; it only makes reading easier.
const page = {
  data: JSON.parse(document.getElementById("page-data").textContent),

  // an element: make("a", { href: "#x", class: "y" }, "text", child)
  make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  },

  // a copy that can stand elsewhere in the page: no id twice
  copy(element) {
    const twin = element.cloneNode(true);
    for (const item of [twin, ...twin.querySelectorAll("[id]")]) item.removeAttribute("id");
    return twin;
  },

  // the place that an inner link leads to
  target(link) {
    const href = link.getAttribute("href") || "";
    return href.startsWith("#") && href.length > 1 ? document.getElementById(decodeURIComponent(href.slice(1))) : null;
  },
};
