// Many cards at the desk: a search that leaves what was asked for.
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

  document.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape" || !target.matches?.("[data-filter]")) return;
    target.value = "";
    filter(target);
  });
  document.addEventListener("input", ({ target }) => target.matches?.("[data-filter]") && filter(target));
  kompas.onPage(() => document.querySelectorAll("[data-filter]").forEach(filter));
})();
