// Many cards at the desk: a search that leaves what was asked for, and how many are ticked to be grouped.
(() => {
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function has(line, words) {
    const text = folded([...line.querySelectorAll("bdi")].map((part) => part.textContent).join(" "));
    return words.every((word) => text.includes(word));
  }

  function filter(field) {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    const lines = document.querySelectorAll(
      field.dataset.filter
        .split(", ")
        .map((part) => `${part} li`)
        .join(", "),
    );
    let found = 0;
    for (const line of lines) {
      line.hidden = words.length > 0 && !has(line, words);
      if (!line.hidden) found += 1;
    }
    const said = words.length ? `${found} van ${lines.length}` : "";
    const place = field.parentElement.querySelector("[data-filter-found]");
    if (place.textContent !== said) place.textContent = said;
    field.parentElement.hidden = false;
  }

  function countChosen(form) {
    const chosen = [...form.elements].filter((field) => field.checked).length;
    const place = form.querySelector("[data-chosen]");
    const said = chosen ? `${chosen} gekozen` : "";
    if (place.textContent !== said) place.textContent = said;
  }

  function refresh() {
    document.querySelectorAll("[data-filter]").forEach(filter);
    document.querySelectorAll("form[data-gathers]").forEach(countChosen);
  }

  document.addEventListener("input", ({ target }) => target.matches?.("[data-filter]") && filter(target));
  document.addEventListener("change", ({ target }) => target.form?.matches("[data-gathers]") && countChosen(target.form));
  kompas.onPage(refresh);
})();
