// A long list: a field that leaves the lines with the words that somebody types (the macro `finder` of _parts.html).
(() => {
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const within = (field, what) =>
    document.querySelectorAll(
      field.dataset.filter
        .split(", ")
        .map((part) => `${part} ${what}`)
        .join(", "),
    );

  function has(line, words) {
    const text = folded([...line.querySelectorAll("bdi")].map((part) => part.textContent).join(" "));
    return words.every((word) => text.includes(word));
  }

  // What was found is in view, also where lines are folded away; what was unfolded for it folds back afterwards.
  function unfold(fold, isSearching) {
    fold.hidden = !fold.querySelector("li:not([hidden])");
    if (isSearching && !fold.open) {
      fold.open = true;
      fold.dataset.unfolded = "";
    } else if (!isSearching && "unfolded" in fold.dataset) {
      fold.open = false;
      delete fold.dataset.unfolded;
    }
  }

  function filter(field) {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    const lines = within(field, "li:has(bdi)");
    let found = 0;
    for (const line of lines) {
      const fits = has(line, words);
      if (fits) found += 1;
      // What somebody chose stays: it goes along with the form.
      line.hidden = !fits && !line.querySelector("[type=radio]:checked");
    }
    for (const fold of within(field, "details:not(li details)")) {
      if (fold.querySelector("li:has(bdi)")) unfold(fold, words.length > 0); // a menu of buttons is no list
    }
    let said = "";
    if (words.length) {
      said = found ? `${found} van ${lines.length} gevonden` : "Niets gevonden. Kijk of het anders heet.";
    }
    const box = field.closest("[data-filter-box]");
    const place = box.querySelector("[data-filter-found]");
    if (place.textContent !== said) place.textContent = said;
    box.hidden = false;
  }

  function empty(field) {
    field.value = "";
    filter(field);
  }

  function toFirst(field) {
    const open = [...within(field, "li:has(bdi):not([hidden]) :is(a, input, button, summary)")];
    open.find((one) => one.checkVisibility())?.focus();
  }

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-filter]")) return;
    if (event.key === "Escape") empty(field);
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault(); // Enter would send the form around it
    toFirst(field);
  });
  // A choice that must be made and that nobody can see would stop the form without a word.
  document.addEventListener(
    "invalid",
    ({ target }) => {
      if (target.closest("li[hidden]")) document.querySelectorAll("[data-filter]").forEach(empty);
    },
    true,
  );
  document.addEventListener("input", ({ target }) => target.matches?.("[data-filter]") && filter(target));
  kompas.onPage(() => document.querySelectorAll("[data-filter]").forEach(filter));
})();
