// What says the same lies together under its first card, until somebody takes it apart with one press. This page remembers
// that, until it is left. Of cards that were taken apart each is decided on for itself.
(() => {
  const apart = new Set(); // ids of cards

  const lines = (first) => [...document.querySelectorAll(`[data-under="${first.dataset.card}"]`)];
  const isApart = (line) => apart.has(line.dataset.card);

  // The lines that lie under this one now.
  kompas.under = (line) => lines(line).filter((under) => !isApart(under));

  function draw() {
    for (const button of document.querySelectorAll("[data-apart]")) {
      const first = button.closest("[data-card]");
      button.setAttribute("aria-expanded", isApart(first));
      for (const field of first.querySelectorAll("input[name=ook]")) field.disabled = isApart(first);
      for (const line of lines(first)) line.classList.toggle("is-under", !isApart(line));
    }
  }

  document.addEventListener("click", ({ target }) => {
    const first = target.closest?.("[data-apart]")?.closest("[data-card]");
    if (!first) return;
    const together = isApart(first);
    for (const line of [first, ...lines(first)]) {
      if (together) apart.delete(line.dataset.card);
      else apart.add(line.dataset.card);
    }
    kompas.refresh();
  });
  kompas.onPage(draw);
})();
