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

  // A drawing wider than the window scrolls by itself: the keyboard has to reach it.
  // Observed and not asked: an answer at once would have the whole page laid out before its faces.
  const reach = new ResizeObserver((sized) => {
    for (const { target: figure } of sized)
      if (figure.scrollWidth > figure.clientWidth) figure.tabIndex = 0;
      else figure.removeAttribute("tabindex");
  });
  for (const figure of document.querySelectorAll("article figure")) reach.observe(figure);
}
