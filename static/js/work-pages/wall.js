// Everything the room said is seen on the big screen: as large as it fits, and at the smallest size over pages that turn by
// themselves. Without this the screen is a plain list that scrolls.
(() => {
  const root = document.documentElement;
  if (!root.classList.contains("kl-screen")) return;

  // Times the text of the screen, which is a sixtieth of its width. The smallest makes a capital 23 mm high on a screen of
  // 2.4 m wide: 10 minutes of arc at 8 m, what somebody with half of normal sight still reads.
  const sizes = [4, 3, 2.25, 1.75, 1.5, 1.25, 1.125, 1, 0.875];
  const turnSeconds = 15;
  let question = "";
  let page = 0;
  let pages = 1;
  let turnsItself = true;
  let turnedAt = Date.now();

  // A drawing fills the first page, and a list with all of it follows where the drawing leaves something out.
  const drawing = () => document.querySelector("[data-wall] > [data-drawing]");
  const isCut = (name) => name.scrollHeight > name.clientHeight + 1;
  const leavesOut = (one) =>
    one.querySelector("[data-more]") !== null || [...one.querySelectorAll("[class*=kl-clamp]")].some(isCut);
  const wall = () => document.querySelector("[data-wall]");
  const shelves = () => [...document.querySelectorAll("[data-wall] [data-shelf]")];
  // From one page to the next, in parts of pixels: rounded ones add up.
  const strideOf = (shelf) => shelf.getBoundingClientRect().width + parseFloat(getComputedStyle(shelf).columnGap);
  const pagesOf = (shelf) => Math.ceil((shelf.scrollWidth - 2) / strideOf(shelf));

  const isTooHigh = (shelf) => shelf.scrollHeight > shelf.clientHeight + 1;

  // A group that goes on in another column says its name there again.
  function nameAgain(heap) {
    let before = null;
    for (const item of [...heap.querySelectorAll(":scope > ul > li")]) {
      const column = item.getBoundingClientRect().left;
      if (before !== null && column > before + 1) {
        const name = heap.querySelector("h3 > :first-child")?.textContent ?? heap.querySelector("h3").textContent;
        const again = kompas.element("li", "kl-again", `${name} (vervolg)`);
        again.setAttribute("aria-hidden", "true");
        item.before(again);
      }
      before = item.getBoundingClientRect().left;
    }
  }

  function place(shelf) {
    shelf.querySelectorAll(".kl-again").forEach((again) => again.remove());
    shelf.scrollLeft = 0;
    shelf.querySelectorAll(".kl-heap").forEach(nameAgain);
  }

  function lay() {
    const here = wall();
    pages = 1;
    const most = here?.hasAttribute("data-large") ? sizes[0] : 1.75;
    for (const size of here ? sizes.filter((one) => one <= most) : []) {
      here.style.setProperty("--wall-size", size);
      shelves().forEach(place);
      pages = Math.max(1, ...shelves().map(pagesOf));
      if (drawing()) pages = leavesOut(drawing()) ? pages + 1 : 1;
      if (pages === (drawing() ? 2 : 1) && !shelves().some(isTooHigh)) break;
    }
    const now = document.querySelector("#scherm h1")?.textContent ?? "";
    if (now !== question) page = 0;
    question = now;
    show();
  }

  function show() {
    page = Math.min(page, pages - 1);
    const before = drawing() ? 1 : 0;
    for (const shelf of shelves()) shelf.scrollLeft = (page - before) * strideOf(shelf);
    wall()?.toggleAttribute("data-turned", page > 0);
    const turner = document.querySelector("[data-turner]");
    if (!turner) return;
    turner.hidden = pages === 1;
    turner.querySelector("[data-turn-place]").textContent = `${page + 1} van ${pages}`;
    const itself = turner.querySelector("[data-turn-self]");
    itself.setAttribute("aria-pressed", turnsItself);
    itself.replaceChildren(kompas.icon(turnsItself ? "pause" : "play"));
  }

  function turn(by) {
    turnedAt = Date.now();
    page = (page + by + pages) % pages;
    show();
  }

  // Who turns a page by hand wants it to stay.
  function turnByHand(by) {
    turnsItself = false;
    turn(by);
  }

  function turnInTime() {
    const busy = document.querySelector("[data-turner]:is(:hover, :focus-within)");
    if (pages > 1 && turnsItself && !busy && Date.now() - turnedAt >= 1000 * turnSeconds) turn(1);
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-turn], [data-turn-self]");
    if (button?.dataset.turn) turnByHand(Number(button.dataset.turn));
    if (!button?.matches("[data-turn-self]")) return;
    turnsItself = !turnsItself;
    turnedAt = Date.now();
    show();
  });

  // A clicker sends PageDown and PageUp, or arrows.
  const keys = { PageDown: 1, ArrowRight: 1, ArrowDown: 1, PageUp: -1, ArrowLeft: -1, ArrowUp: -1 };
  document.addEventListener("keydown", (event) => {
    const by = keys[event.key];
    if (!by || pages === 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    turnByHand(by);
  });

  // A hand that points at something holds the page.
  document.addEventListener("pointermove", () => (turnedAt = Date.now()));
  root.classList.add("kl-fits");
  kompas.onPage(lay);
  window.addEventListener("resize", lay);
  document.fonts.ready.then(lay);
  setInterval(turnInTime, 1000);
})();
