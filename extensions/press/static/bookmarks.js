/* Bookmarks: what was read, and where reading stopped. */
(() => {
  "use strict";
  const KEY = "deep-dives";
  const find = (selector) => document.querySelectorAll(selector);
  const slots = find(".bookmarks");
  const [box] = find(".bookmarks input");
  const [button] = find(".bookmarks button");
  let pause;

  /* read: labels; at: label -> [id, title] of a section, the latest last. */
  function load() {
    const kept = localStorage.getItem(KEY);
    try {
      const { version, read, at } = JSON.parse(kept);
      if (version === 1) return { read: new Set(read), at: new Map(at) };
    } catch {}
    return { read: new Set(), at: new Map() };
  }

  function change(act) {
    const { read, at } = load();
    at.delete(box.value);
    act(read, at);
    try {
      localStorage.setItem(KEY, JSON.stringify({ version: 1, read: [...read], at: [...at] }));
    } catch {}
    show();
  }

  function sum(slot, { read, at }) {
    const template = slot.querySelector("template");
    if (!template) return;
    const { children } = document.importNode(template.content, true);
    const links = new Map([...children].map((link) => [link.text.split(" ")[0], link]));
    const left = [...links.keys()].filter((label) => !read.has(label));
    const done = links.size - left.length;
    const begun = [...at.keys()].findLast((label) => links.has(label));
    const link = links.get(begun ?? left[0]);
    if (begun) [link.hash, link.text] = [at.get(begun), "", ""].flat();
    link?.prepend(begun ? "Continue reading: " : done ? "Read next: " : "Begin with: ");
    slot.replaceChildren(template, `${done} of ${links.size} read `, link ?? "");
  }

  function show() {
    const kept = load();
    for (const slot of slots) sum(slot, kept);
    for (const one of find(".article-row .label, .reading-map a text"))
      one.parentElement.classList.toggle("is-read", kept.read.has(one.textContent));
    if (box) box.checked = kept.read.has(box.value);
    if (button) button.nextElementSibling.value = `${kept.read.size} read, ${kept.at.size} begun`;
  }

  /* Where scrolling rests; the beginning is no place to go on from. */
  function stop() {
    const heads = [...find("article section > :is(h2, h3)")];
    const last = heads.findLast((head) => head.getBoundingClientRect().top < innerHeight / 2);
    if (!last || box.checked) return;
    const title = last.textContent.replace(/#$/, ""); // the mark of its own link
    change((_, at) => at.set(box.value, [last.parentElement.id, `${box.value}, ${title}`]));
  }

  try {
    show();
  } catch {
    return; // refused
  }
  for (const slot of slots) slot.classList.add("on");
  for (const event of ["storage", "pageshow"]) addEventListener(event, show);
  button?.addEventListener("click", () => localStorage.removeItem(KEY) ?? show());
  box?.addEventListener("change", ({ target }) =>
    change((read) => read[target.checked ? "add" : "delete"](target.value)),
  );
  if (!box) return;
  addEventListener("scroll", () => {
    clearTimeout(pause);
    pause = setTimeout(stop, 500);
  });
})();
