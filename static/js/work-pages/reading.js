// What waits to be read, `data-reading`: one card is large, and the keys of its buttons are for that card alone (keys.js).
// After a decision the next one is large and has the focus.
(() => {
  const moment = 400;
  let large = "";
  let order = [];
  let focused = "";
  let follows = false;
  let undoes = false;
  let arrived = 0;

  const cardOf = (target) => target.closest?.("[data-reading] > *");
  const cards = () => [...document.querySelectorAll("[data-reading] > :not([hidden], .is-under)")];

  // A morph leaves out the tabindex of a card that it makes of another element: then nothing could bring the focus to it.
  function enlarge(card) {
    for (const each of cards()) {
      each.tabIndex = -1;
      if (each === card) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
    large = card?.id ?? "";
  }

  function focus(card) {
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  // The large card stays large, whatever comes in. When it left: the one that an undo brought back, else the one after it.
  function next(all) {
    const back = undoes && all.find((card) => !order.includes(card.id));
    const after = order.slice(order.indexOf(large) + 1);
    return (
      back ||
      all.find((card) => card.id === large) ||
      after.map((id) => all.find((card) => card.id === id)).find(Boolean) ||
      all[0]
    );
  }

  function refresh() {
    const all = cards();
    const before = large;
    const card = next(all);
    enlarge(card);
    order = all.map((each) => each.id);
    if (large === before) return;
    const own = follows || undoes;
    if (card && (own || (before && focused === before))) focus(card);
    if (before && !own) arrived = performance.now();
    follows = undoes = false;
  }

  // Nobody decides on a card that just came in the place of another, or that is out of sight: that one is brought into view.
  function isUnread(card) {
    const { top, bottom } = card.querySelector("bdi").getBoundingClientRect();
    const seen = top >= 0 && bottom <= innerHeight;
    if (!seen) focus(card);
    return !seen || performance.now() < arrived + moment;
  }

  document.addEventListener(
    "click",
    (event) => {
      const card = cardOf(event.target);
      const byKey = !event.isTrusted;
      if (card && byKey && isUnread(card)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      follows = Boolean(card);
      undoes = Boolean(event.target.closest?.('form[action$="/ongedaan"]'));
    },
    true,
  );

  // Also for who comes here with Tab. A mouse that comes down on a button must find it in the same place when it goes up.
  document.addEventListener("focusin", ({ target }) => {
    const card = cardOf(target);
    if (card && (target === card || target.matches(":focus-visible"))) enlarge(card);
  });

  document.addEventListener("keydown", (event) => {
    const card = cardOf(event.target);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!card || !step || event.repeat || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = cards();
    const other = all[all.indexOf(card) + step];
    if (!other) return;
    event.preventDefault();
    focus(other);
  });

  document.addEventListener("htmx:before:swap", () => {
    focused = cardOf(document.activeElement)?.id ?? "";
  });
  document.addEventListener("input", ({ target }) => target.matches?.("[data-filter]") && refresh());
  kompas.onPage(refresh);
})();
