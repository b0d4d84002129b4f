// One dot per card, so the budget is a list of checkboxes with a maximum. Other cards stay reachable when it is spent.
(() => {
  const boxes = (form) => [...form.querySelectorAll("input[type=checkbox]")];

  function strip(form, max, used) {
    const row = form.querySelector("[data-dots-strip]");
    if (!row) return;
    const stickers = Array.from({ length: max }, (_, place) =>
      kompas.element("span", place < used ? "kl-sticker" : "kl-sticker is-on"),
    );
    row.replaceChildren(...stickers);
  }

  function refresh(form) {
    const max = Number(form.dataset.dotsMax);
    const used = boxes(form).filter((box) => box.checked).length;
    const left = form.querySelector("[data-dots-left]");
    strip(form, max, used);
    if (left) {
      left.textContent = kompas.count("dots-left", max - used, "Nog {count} stip over", "Nog {count} stippen over");
    }
    return used <= max;
  }

  function onChange(event) {
    const form = event.target.closest?.("form[data-dots-max]");
    if (!form) return;
    const within = refresh(form);
    const status = form.querySelector("[data-dots-status]");
    if (!within) event.target.checked = false;
    if (!within) refresh(form);
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
    document.querySelectorAll("form[data-dots-max]").forEach(refresh);
    markOwn();
  }

  // In the capture phase: the draft must not keep a dot that is refused here.
  document.addEventListener("change", onChange, true);
  document.addEventListener("kompas:filled", refreshAll);
  kompas.onPage(refreshAll);
})();
