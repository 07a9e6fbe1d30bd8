/* Search: the places of the site that have all words, by kind, the best kind first.

   The index comes when somebody searches; as a script, since a file:// page may fetch no data. */
(() => {
  "use strict";
  const KINDS = {
    article: ["article", "Articles"],
    term: ["term", "Terms"],
    code: ["code object", "Code objects"],
    section: ["section", "Sections"],
    fact: ["fact", "Facts"],
    source: ["source", "Sources"],
    page: ["page", "Pages"],
  };
  const SHOWN = 8; // of a kind, before the rest is asked for
  const form = document.querySelector("form.site-search");
  const field = form.elements.q;
  const status = document.querySelector("#search [role='status']");
  const results = document.getElementById("search-results");
  const { index, ledger } = form.dataset;
  let places, pause;
  let facts = [];

  const tokens = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const joined = (text) => tokens(text).join(" ");
  const stem = (word) => (/..[^s]s$/.test(word) ? word.slice(0, -1) : word);
  const begins = (words, start) => words.some((word) => word.startsWith(start));

  /* --- What is there to be found --- */

  function script(src) {
    const element = Object.assign(document.createElement("script"), { src });
    document.head.append(element);
    return new Promise((done, failed) => {
      element.onload = done;
      element.onerror = failed;
    });
  }

  /* Both files once; without the ledger the rest is still found. */
  let loading;
  async function load() {
    const more = ledger && script(`${ledger}-index.js`).then(readFacts, () => {});
    await script(index);
    readPlaces();
    await more;
  }

  function readPlaces() {
    places = window.searchIndex.entries.map(([kind, uri, title, text]) => ({
      kind,
      uri,
      title,
      text,
      inTitle: tokens(title),
      inText: tokens(text),
      names: [title, title.replace(/^\S+ /, ""), title.split(".").pop()].map(joined),
    }));
  }

  function readFacts() {
    const folder = ledger.slice(0, ledger.lastIndexOf("/") + 1);
    facts = Object.entries(window.allFacts).flatMap(([page, rows]) =>
      rows.map(([id, , , cells]) => ({
        kind: "fact",
        uri: `${folder}${page}#${id}`,
        title: cells[0].join(" "),
        text: cells[1].slice(0, 2).join(" · "),
        near: cells.slice(0, 2).flat().join(" ").toLowerCase(),
        whole: cells.flat().join(" ").toLowerCase(),
      })),
    );
  }

  /* --- What is found, the best first --- */

  function find(query) {
    const { stop, words: known } = window.searchIndex;
    const asked = tokens(query);
    const telling = asked.filter((word) => word.length > 1 && !stop.includes(word));
    const wanted = (telling.length ? telling : asked).map(stem);
    const names = [asked.join(" "), wanted.join(" ")];
    const said = wanted.map((start) => {
      const found = Object.keys(known).filter((word) => word.startsWith(start));
      return new Set(found.flatMap((word) => known[word]));
    });

    const rank = (place, number) => {
      const marks = wanted.map((word, nth) => {
        if (begins(place.inTitle, word)) return 4;
        return begins(place.inText, word) ? 2 : Number(said[nth].has(number));
      });
      const named = place.names.some((name) => names.includes(name));
      const sum = marks.reduce((one, other) => one + other, 0);
      return marks.includes(0) ? 0 : sum / marks.length + (named ? 8 : 0);
    };

    const parts = query.toLowerCase().split(/\s+/); // the ledger looks for these, anywhere
    const rankFact = ({ near, whole }) =>
      [whole, near].filter((text) => parts.every((part) => text.includes(part))).length;

    const all = [
      ...places.map((place, number) => [rank(place, number), place]),
      ...facts.map((fact) => [rankFact(fact), fact]),
    ];
    const order = Object.keys(KINDS);
    const before = ([one, { kind }], [two, other]) =>
      two - one || order.indexOf(kind) - order.indexOf(other.kind);
    const best = all.filter(([mark]) => mark > 0).sort(before);
    return Map.groupBy(
      best.map(([, place]) => place),
      ({ kind }) => kind,
    );
  }

  /* --- What is shown and said --- */

  function make(name, ...content) {
    const made = document.createElement(name);
    made.append(...content);
    return made;
  }

  function list(found) {
    const items = found.map(({ uri, title, text }) => {
      const link = Object.assign(make("a", title), { href: uri });
      return make("li", link, ...(text ? [" ", make("span", text)] : []));
    });
    return make("ul", ...items);
  }

  function group([kind, found], query) {
    const shown = make("section", make("h2", KINDS[kind][1]), list(found.slice(0, SHOWN)));
    const rest = found.slice(SHOWN);
    if (rest.length && kind === "fact") {
      const all = make("a", `All ${found.length.toLocaleString("en")} facts, in the ledger`);
      all.href = `${ledger}.html#${new URLSearchParams({ words: query })}`;
      shown.append(make("p", all));
    } else if (rest.length) {
      shown.append(make("details", make("summary", `${rest.length} more`), list(rest)));
    }
    return shown;
  }

  function summary(found, query) {
    const counts = [...found].map(([kind, { length }]) => {
      const name = length > 1 ? KINDS[kind][1].toLowerCase() : KINDS[kind][0];
      return `${length.toLocaleString("en")} ${name}`;
    });
    if (counts.length) return `Found: ${counts.join(", ")}.`;
    return `Nothing here says “${query}”. Fewer words, or the beginning of one, find more.`;
  }

  async function search() {
    const query = field.value.trim();
    try {
      history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
    } catch {} // some browsers keep the address of a file
    try {
      if (query) await (loading ??= load());
      const found = query ? find(query) : new Map();
      results.replaceChildren(...[...found].map((one) => group(one, query)));
      status.textContent = query ? summary(found, query) : "";
    } catch {
      status.textContent = "The search could not be loaded; the contents lead to every page.";
    }
  }

  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(search, 250);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  field.focus();
  search();
})();
