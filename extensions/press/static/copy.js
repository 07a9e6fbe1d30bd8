/* Copy: a button on each block of code. It takes what a reader would type: no prompts, no outputs. */
(() => {
  "use strict";
  const blocks = document.querySelectorAll(".highlight pre, .citing pre");
  // A page that is neither a file nor encrypted may not copy.
  if (!navigator.clipboard || !blocks.length) return;
  const status = Object.assign(document.createElement("span"), { role: "status", className: "copied" });

  function typed(block) {
    if (!block.querySelector(".gp")) return block.textContent;
    let input = false;
    const lines = block.textContent.split("\n").filter((line) => {
      input = line.startsWith(">>>") || (input && line.startsWith("..."));
      return input;
    });
    return lines.map((line) => `${line.slice(4)}\n`).join("");
  }

  async function copy(button, block) {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(typed(block));
    } catch {
      said = "Not copied";
    }
    button.textContent = said;
    status.textContent = said;
    setTimeout(() => {
      button.textContent = "Copy";
      status.textContent = "";
    }, 2000);
  }

  for (const block of blocks) {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "copy",
      textContent: "Copy",
    });
    button.addEventListener("click", () => copy(button, block));
    block.before(button);
  }
  document.body.append(status);
})();
