/* The ledger of facts: search, filters and order. Without it the tables stand as they are written. */
(() => {
  "use strict";
  const form = document.querySelector("form.fact-search");
  const table = document.querySelector("table.facts");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const output = form.querySelector("output");
  const all = output.textContent;
  const folded = (text) => text.toLowerCase().replace(/\s+/g, " ");
  const spoken = (column) => (row) => row.text[column];
  const KEYS = [
    (row) => [row.data.unit, Number(row.data.value)],
    spoken(1),
    spoken(2),
    (row) => Number(row.data.difference ?? NaN), // nothing comes last
    (row) => Number(row.data.uses),
  ];
  let rows = [];
  let order = ""; // the name of a column, after "-" if the largest comes first
  let pause = 0;

  /* --- The rows: of this page, or of all pages, once they are wanted --- */

  function known(element) {
    const text = [...element.cells].map((cell) => folded(cell.textContent));
    return { element, text, whole: text.join(" "), data: element.dataset };
  }

  function made(page, [id, kinds, data, cells]) {
    const row = document.createElement("tr");
    row.className = kinds;
    Object.assign(row.dataset, data);
    for (const paragraphs of cells) {
      const cell = row.insertCell();
      for (const words of paragraphs) {
        cell.append(Object.assign(document.createElement("p"), { textContent: words }));
      }
    }
    const link = Object.assign(document.createElement("a"), { href: `${page}#${id}` });
    link.append(...row.cells[0].firstChild.childNodes);
    row.cells[0].firstChild.append(link);
    return row;
  }

  function fetched() {
    if (rows.length || !form.dataset.index) return Promise.resolve();
    return new Promise((done, failed) => {
      const script = document.createElement("script"); // a file:// page may fetch nothing else
      script.src = form.dataset.index;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    }).then(() => {
      if (rows.length) return; // asked for twice
      for (const [page, facts] of Object.entries(window.allFacts)) {
        body.append(...facts.map((fact) => made(page, fact)));
      }
      rows = [...body.rows].map(known);
    });
  }

  /* --- What is shown --- */

  function sorted() {
    const key = KEYS[heads.findIndex((head) => head.name === order.replace("-", ""))];
    if (!key) return rows;
    const down = order.startsWith("-") ? -1 : 1;
    return rows.toSorted((one, other) => {
      const [a, b] = [key(one), key(other)];
      if (Array.isArray(a)) return down * (a[0].localeCompare(b[0]) || a[1] - b[1]);
      if (typeof a === "string") return down * a.localeCompare(b);
      return isFinite(a) && isFinite(b) ? down * (a - b) : isFinite(b) - isFinite(a);
    });
  }

  function show() {
    const words = folded(form.elements.words.value).split(" ").filter(Boolean);
    const kinds = [...form.querySelectorAll("select")].map((select) => select.value).filter(Boolean);
    const asked = Boolean(words.length || kinds.length);
    let count = 0;
    for (const { element, whole } of rows) {
      const fits =
        words.every((word) => whole.includes(word)) &&
        kinds.every((kind) => element.classList.contains(kind));
      element.hidden = !fits || !(asked || order || !form.dataset.index);
      count += fits;
    }
    body.append(...sorted().map((row) => row.element));
    output.textContent = asked ? `${count.toLocaleString("en")} of ${all}` : all;
    for (const head of heads) {
      head.ariaSort = { [head.name]: "ascending", [`-${head.name}`]: "descending" }[order] ?? null;
    }
  }

  async function update() {
    const state = [...new FormData(form), ["sort", order]].filter(([, value]) => value.trim());
    const hash = state.length ? `#${new URLSearchParams(state)}` : "";
    clearTimeout(pause); // a browser may refuse an address for each letter
    pause = setTimeout(() => history.replaceState(null, "", location.href.split("#")[0] + hash), 300);
    try {
      if (hash) await fetched();
      show();
    } catch {
      output.textContent = "The facts could not be loaded; the pages below hold them all.";
    }
  }

  function restore() {
    if (!location.hash.includes("=")) return;
    const state = new URLSearchParams(location.hash.slice(1));
    for (const field of form.querySelectorAll("input, select")) {
      field.value = state.get(field.name) ?? "";
    }
    order = state.get("sort") ?? "";
    update();
  }

  /* --- What a reader does --- */

  for (const head of heads) {
    head.name = folded(head.textContent).trim();
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.append(head.textContent.trim());
    button.addEventListener("click", () => {
      order = order === head.name ? `-${head.name}` : head.name;
      update();
    });
    head.querySelector("p").replaceChildren(button);
  }
  rows = [...body.rows].map(known);
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    order = "";
    setTimeout(update); // when the fields are empty
  });
  addEventListener("hashchange", restore);
  restore();
})();
