// What little the pages need of the scripts that come with sphinx-book-theme and Bootstrap.
{
  // On a wide window this button hides the contents; on a narrow one the theme opens a dialog.
  const contents = document.getElementById("pst-primary-sidebar");
  const hide = (event) => {
    if (!matchMedia("(min-width: 992px)").matches) return;
    event.stopImmediatePropagation();
    contents.classList.toggle("pst-sidebar-hidden");
  };
  document.querySelector(".primary-toggle")?.addEventListener("click", hide, true);

  const menu = document.getElementById("color-mode");
  menu?.addEventListener("beforetoggle", () => {
    const { right, bottom } = menu.previousElementSibling.getBoundingClientRect();
    menu.style.inset = `${bottom}px ${document.documentElement.clientWidth - right}px auto auto`;
  });

  // What is wider than its place scrolls by itself: the keyboard has to reach it, and need not stop
  // at what fits. Observed and not asked: an answer at once would have the whole page laid out.
  const reach = new ResizeObserver((sized) => {
    for (const { target: wide } of sized)
      if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
      else wide.removeAttribute("tabindex");
  });
  const scrolling = "article :is(figure, pre, .pst-scrollable-table-container)";
  for (const wide of document.querySelectorAll(scrolling)) {
    wide.tabIndex = 0;
    reach.observe(wide);
  }

  // A page that arrives lays out what is near the window; the rest comes part by part, at leisure.
  const page = document.documentElement;
  const parts = document.querySelectorAll(".bd-article > section > section").values();
  const layOut = () => {
    const { value: part, done } = parts.next();
    if (done) return delete page.dataset.arriving;
    part.style.contentVisibility = "visible";
    part.getBoundingClientRect(); // laid out now, and not with the next ones at once
    requestIdleCallback(layOut);
  };
  if ("arriving" in page.dataset)
    addEventListener("load", () => document.fonts.ready.then(() => requestIdleCallback(layOut)));
}
