// Everything the room said is seen on the big screen: as large as it fits, and at the smallest size over pages that turn by
// themselves. Without this the screen is a plain list that scrolls.
(() => {
  const root = document.documentElement;
  if (!root.classList.contains("kl-screen")) return;

  // Times the text of the screen, which is a sixtieth of its width. The smallest makes a capital 23 mm high on a screen of
  // 2.4 m wide: 10 minutes of arc at 8 m, what somebody with half of normal sight still reads.
  const sizes = [4, 3, 2.25, 1.75, 1.5, 1.25, 1.125, 1, 0.875];
  const turnSeconds = 15;
  const restSeconds = { quiet: 0.5, longest: 2 };
  let question = "";
  let page = 0;
  let pages = 1;
  let turnsItself = true;
  let turnedAt = Date.now();
  let turnedByDesk = null;
  let laid = "";
  let waits = 0;
  let since = 0;

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
        const heading = heap.querySelector(":scope > :is(h2, h3)");
        const name = heading.querySelector(":scope > :first-child")?.textContent ?? heading.textContent;
        const again = kompas.element("li", "kl-again", `${name} (vervolg)`);
        again.setAttribute("aria-hidden", "true");
        item.before(again);
      }
      before = item.getBoundingClientRect().left;
    }
  }

  function clear(shelf) {
    shelf.querySelectorAll(".kl-again").forEach((again) => again.remove());
    shelf.scrollLeft = 0;
  }

  function place(shelf) {
    clear(shelf);
    shelf.querySelectorAll(".kl-heap").forEach(nameAgain);
  }

  function measure(lays) {
    shelves().forEach(lays);
    const longest = Math.max(1, ...shelves().map(pagesOf));
    if (!drawing()) return longest;
    return leavesOut(drawing()) ? longest + 1 : 1;
  }

  const fits = () => pages === (drawing() ? 2 : 1) && !shelves().some(isTooHigh);
  const turner = () => document.querySelector("[data-turner]");

  function offerTurning(offered) {
    if (turner()) turner().hidden = !offered;
  }

  function lay() {
    const here = wall();
    pages = 1;
    // Rows over the whole width have columns of their own to make room for.
    const most = here?.hasAttribute("data-large") ? 4 : here?.querySelector(".kl-shelf--one") ? 1.75 : 2.25;
    offerTurning(false); // its row would take room from what fits on one page without it
    for (const size of here ? sizes.filter((one) => one <= most) : []) {
      here.style.setProperty("--wall-size", size);
      here.removeAttribute("data-whole");
      // What does not fit without the names that come again does not fit with them, and those take long to place.
      pages = measure(clear);
      if (!fits()) continue;
      pages = measure(place);
      if (fits()) break;
    }
    if (pages > 1) {
      offerTurning(true);
      pages = Math.max(2, measure(place));
    }
    if (here && pages === 1) spread(here);
    laid = here?.style.getPropertyValue("--wall-size") ?? "";
    const now = document.querySelector("#scherm h1")?.textContent ?? "";
    if (now !== question) page = 0;
    question = now;
    followDesk();
    show();
  }

  // What fits on one page stands in columns of the same height.
  function spread(here) {
    here.setAttribute("data-whole", "");
    shelves().forEach(place);
  }

  // The preview works on the same thread as the desk, and a facilitator moves cards quicker than it can measure: it keeps
  // its size until there is a rest.
  function layInARest() {
    wall()?.style.setProperty("--wall-size", laid);
    const now = Date.now();
    if (!waits) since = now;
    clearTimeout(waits);
    waits = setTimeout(
      () => {
        waits = 0;
        lay();
      },
      Math.min(1000 * restSeconds.quiet, since + 1000 * restSeconds.longest - now),
    );
  }

  // The desk says how many pages on it wants the screen since it took over: each screen counts from the page that it had.
  function followDesk() {
    const said = document.getElementById("scherm")?.dataset.turned ?? "";
    const turned = said === "" ? null : Number(said);
    if (turned === turnedByDesk) return;
    const by = turned === null ? 0 : turned - (turnedByDesk ?? 0);
    turnedByDesk = turned;
    turnsItself = turned === null;
    turn(by);
  }

  // A screen that opens later has its first measure before its letters are there.
  function begin() {
    lay();
    if (turnedByDesk !== null) page = rest(turnedByDesk);
    show();
  }

  const rest = (number) => ((number % pages) + pages) % pages;

  function show() {
    page = Math.min(page, pages - 1);
    const before = drawing() ? 1 : 0;
    for (const shelf of shelves()) shelf.scrollLeft = (page - before) * strideOf(shelf);
    wall()?.toggleAttribute("data-turned", page > 0);
    tellDesk();
    if (!turner()) return;
    turner().querySelector("[data-turn-place]").textContent = `${page + 1} van ${pages}`;
    const itself = turner().querySelector("[data-turn-self]");
    itself.setAttribute("aria-pressed", turnsItself);
    itself.replaceChildren(kompas.icon(turnsItself ? "pause" : "play"));
  }

  // The desk that shows this screen in a frame offers to turn what has pages.
  function tellDesk() {
    if (parent !== window) parent.postMessage({ page: page + 1, pages }, location.origin);
  }

  function turn(by) {
    turnedAt = Date.now();
    page = rest(page + by);
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
  kompas.onPage(parent === window ? lay : layInARest);
  window.addEventListener("resize", lay);
  document.fonts.ready.then(begin);
  document.fonts.addEventListener("loadingdone", lay);
  setInterval(turnInTime, 1000);
})();
