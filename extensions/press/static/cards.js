/* Cards: what a reference leads to, shown beside it on hover, focus or tap.

   Links stay links. An object of the same page is copied from it; the rest lies in <template>.
   A screen reader hears the card's first sentence as the description of the link and need not walk
   through the card, which follows the link and is hidden from it, unless a finger asked for it. */
(() => {
  "use strict";
  const article = document.querySelector("article");
  if (!article || !HTMLElement.prototype.showPopover) return;
  const entries = document.getElementById("cards")?.content;
  const USES = "a.reference.internal, [data-cards]";
  const OBJECTS = "figure, table, .literal-block-wrapper, .math";
  const GIST = "p:not(.card-title), figcaption, caption, .code-block-caption";
  const GAP = 6; // px between a link and its card
  const EDGE = 8; // px that stay free at the sides of the window
  const card = Object.assign(document.createElement("div"), { className: "card", popover: "manual" });
  const gist = Object.assign(document.createElement("span"), { id: "card-gist", hidden: true });
  let owner, aim, timer, dismissed, finger;

  const soon = (act, ms) => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };

  /* What a reference leads to: one element, several for a formula with several new symbols. */
  const found = (use) => {
    const href = use.getAttribute("href") ?? "";
    const ids = (use.dataset.cards ?? decodeURIComponent(use.hash.slice(1))).split(" ");
    const here = href.startsWith("#") && document.getElementById(ids[0]);
    if (here) return here.matches(OBJECTS) ? [here] : [];
    return ids.map((id) => entries?.querySelector(`[data-of="${CSS.escape(id)}"]`)).filter(Boolean);
  };

  const copy = (element) => {
    const math = element.matches(".math") && element.querySelector("math");
    const made = (math || element).cloneNode(true);
    for (const mark of made.querySelectorAll(".headerlink, .eqno")) mark.remove();
    for (const link of made.querySelectorAll("a")) link.replaceWith(...link.childNodes);
    if (element.isConnected)
      for (const named of [made, ...made.querySelectorAll("[id]")]) named.removeAttribute("id");
    for (const stop of made.querySelectorAll("[tabindex]")) stop.removeAttribute("tabindex");
    return made;
  };

  const said = (part) =>
    (part.querySelector(GIST) ?? part).textContent.trim() || part.getAttribute("alttext");

  const hide = () => {
    clearTimeout(timer);
    owner?.removeAttribute("aria-describedby");
    card.remove();
    owner = null;
  };

  /* Below the link, or above it: where there is room, and where the object itself is not. */
  const place = () => {
    if (!owner) return;
    const box = owner.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    for (const math of card.querySelectorAll("math[display]")) {
      math.style.fontSize = "";
      const share = (card.clientWidth - 2 * EDGE) / math.getBoundingClientRect().width;
      if (share < 1) math.style.fontSize = `${share}em`;
    }
    const height = card.offsetHeight + GAP;
    const top = aim?.getBoundingClientRect().top;
    const inTheWay = top >= box.bottom && top < clientHeight;
    const above = box.top >= height && (inTheWay || box.bottom + height > clientHeight);
    const left = Math.max(EDGE, Math.min(box.left, clientWidth - card.offsetWidth - EDGE));
    card.style.top = `${scrollY + (above ? box.top - height : box.bottom + GAP)}px`;
    card.style.left = `${scrollX + left}px`;
  };

  const show = (use, tapped) => {
    if (use === owner || use === dismissed) return;
    hide();
    const originals = found(use);
    if (!originals.length) return;
    const parts = originals.map(copy);
    card.replaceChildren(...parts);
    if (tapped) {
      const go = Object.assign(document.createElement("a"), { className: "card-go" });
      go.href = use.getAttribute("href") ?? use.dataset.href;
      go.textContent = "Go there";
      card.append(go);
    }
    card.ariaHidden = String(!tapped);
    gist.textContent = parts.map(said).join(" ");
    owner = use;
    aim = originals[0].isConnected ? originals[0] : null;
    use.after(card);
    card.showPopover();
    use.setAttribute("aria-describedby", gist.id);
    place();
  };

  const leave = () => soon(() => owner?.matches(":focus-visible") || hide(), 300);

  article.append(gist);
  for (const formula of article.querySelectorAll(".symbol")) {
    formula.tabIndex = 0;
    formula.role = "group"; // as displayed formulas are, so that it is still read as a formula
    formula.ariaLabel = "Formula";
  }
  article.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const use = event.target.closest(USES);
    if (use !== dismissed) dismissed = null;
    if (card.contains(event.target) || (use && use === owner)) clearTimeout(timer);
    else if (use) soon(() => show(use), 150);
    else leave();
  });
  article.addEventListener("pointerleave", leave);
  article.addEventListener("focusin", ({ target }) => {
    if (card.contains(target)) return;
    dismissed = null;
    if (target.matches(USES) && target.matches(":focus-visible")) show(target);
    else if (target !== owner) hide();
  });
  article.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (target === owner && !card.contains(relatedTarget)) leave();
  });
  document.addEventListener("pointerdown", (event) => {
    finger = event.pointerType === "touch";
  });
  article.addEventListener("click", (event) => {
    const use = event.target.closest(USES);
    if (card.contains(event.target) && !event.target.closest("a")) return;
    if (!finger || !use || use === owner || !event.detail) return hide();
    dismissed = null;
    show(use, true);
    if (use === owner) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !owner) return;
    dismissed = owner;
    hide();
  });
  addEventListener("resize", place);
})();
