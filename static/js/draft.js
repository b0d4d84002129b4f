// Half-written text survives a reload, a step change and an empty battery of the facilitator's laptop.
kompas.drafts = (() => {
  const restored = new WeakSet();
  const kept = "textarea, input:not([type=hidden], [type=password], [type=submit])";

  function valuesOf(form) {
    return [...form.querySelectorAll(kept)]
      .filter((field) => field.name)
      .map((field) => {
        const choice = field.type === "radio" || field.type === "checkbox";
        return choice ? [field.name, field.value, field.checked] : [field.name, field.value];
      });
  }

  function keep(form) {
    if (form?.dataset.draft) kompas.store.write(`draft:${form.dataset.draft}`, valuesOf(form));
  }

  function forget(key) {
    if (key) kompas.store.write(`draft:${key}`, null);
  }

  function fill(form) {
    const fields = [...form.querySelectorAll(kept)];
    for (const [name, value, checked] of kompas.store.read(`draft:${form.dataset.draft}`, [])) {
      if (checked === undefined) {
        const field = fields.find((field) => field.name === name);
        if (field && !field.value) field.value = value;
      } else {
        const choice = fields.find((field) => field.name === name && field.value === value);
        if (choice && !choice.disabled) choice.checked = checked;
      }
    }
  }

  function restoreAll() {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      if (restored.has(form)) continue;
      restored.add(form);
      fill(form);
      form.dispatchEvent(new CustomEvent("kompas:filled", { bubbles: true }));
    }
  }

  const onEdit = (event) => keep(event.target.closest?.("form[data-draft]"));
  document.addEventListener("input", onEdit);
  document.addEventListener("change", onEdit);
  kompas.onPage(restoreAll);

  return { keep, forget };
})();
