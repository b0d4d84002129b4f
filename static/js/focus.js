// What had the focus may leave the page: a card that was let through, a button that did its work. Then the focus goes
// to what came in its place, else to the heading of that part: never back to the top of the page.
(() => {
  const stops = "a[href], button:not(:disabled), input:not([type=hidden], :disabled), select, textarea, summary";
  let last = null;
  let trail = [];

  const stopsIn = (part) => [...part.querySelectorAll(stops)].filter((at) => at.tabIndex >= 0 && at.offsetParent);

  // From the inside out: the parts around the focus that can be found again, and its place in each.
  function remember() {
    const at = document.activeElement;
    if (!at || at === document.body) {
      last = null; // who left a field on purpose is not brought back to it
      return;
    }
    trail = [];
    for (let part = at.parentElement; part && part !== document.body; part = part.parentElement) {
      if (part.id) trail.push({ id: part.id, place: stopsIn(part).indexOf(at) });
    }
    last = at;
  }

  function restore() {
    if (!last || document.activeElement !== document.body) return;
    last.focus({ preventScroll: true }); // a morph that moves it takes the focus away
    if (document.activeElement === last) return;
    for (const { id, place } of trail) {
      const part = document.getElementById(id);
      const heading = part?.offsetParent && part.querySelector("h1, h2, h3");
      const next = part && (stopsIn(part)[place] ?? stopsIn(part).at(-1) ?? heading);
      if (!next) continue;
      if (next === heading) heading.tabIndex = -1;
      next.focus({ preventScroll: true });
      break;
    }
    last = null;
  }

  document.addEventListener("htmx:before:swap", remember);
  // After everything else that a swap sets in motion, such as tabs that hide their parts.
  kompas.onPage(() => queueMicrotask(restore));
})();
