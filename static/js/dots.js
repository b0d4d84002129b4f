// A dot is a checkbox, and a list of them has a maximum. Other cards stay reachable when it is spent.
(() => {
  const boxes = (list) => [...list.querySelectorAll("input[type=checkbox]")];

  function strip(list, max, used) {
    const row = list.querySelector("[data-dots-strip]");
    if (!row) return;
    const stickers = Array.from({ length: max }, (_, place) =>
      kompas.element("span", place < used ? "kl-sticker" : "kl-sticker is-on"),
    );
    row.replaceChildren(...stickers);
  }

  function refresh(list) {
    const max = Number(list.dataset.dotsMax);
    const used = boxes(list).filter((box) => box.checked).length;
    const left = list.querySelector("[data-dots-left]");
    strip(list, max, used);
    if (left) {
      left.textContent = kompas.count("dots-left", max - used, "Nog {count} stip over", "Nog {count} stippen over");
    }
    return used <= max;
  }

  function onChange(event) {
    const list = event.target.closest?.("[data-dots-max]");
    if (!list) return;
    const within = refresh(list);
    const status = list.querySelector("[data-dots-status]");
    if (!within) event.target.checked = false;
    if (!within) refresh(list);
    if (status) {
      status.textContent = within ? "" : kompas.say("dots-spent", "Je stippen zijn op. Haal er eerst één weg.");
    }
  }

  // The result is the same for everybody; where this phone stuck its dots stands in its own part.
  function markOwn() {
    const places = [...document.querySelectorAll("#mijn [name=options]")];
    const own = places.filter((place) => place.type === "hidden" || place.defaultChecked).map(({ value }) => value);
    for (const line of document.querySelectorAll("#stand [data-option]")) {
      line.querySelector("[data-own-dot]").hidden = !own.includes(line.dataset.option);
    }
  }

  function refreshAll() {
    document.querySelectorAll("[data-dots-max]").forEach(refresh);
    markOwn();
  }

  // In the capture phase: the draft must not keep a dot that is refused here.
  document.addEventListener("change", onChange, true);
  document.addEventListener("kompas:filled", refreshAll);
  kompas.onPage(refreshAll);
})();
