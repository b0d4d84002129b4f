// Half-written text survives a reload, another tab, a step change and an empty battery of the facilitator's laptop. It
// belongs to its question: it goes back to that form only, and stands apart as long as the form is not there.
kompas.drafts = (() => {
  const restored = new WeakSet();
  const kept = "textarea, input:not([type=hidden], [type=password], [type=submit])";
  const isChoice = (field) => /^(radio|checkbox)$/.test(field.type);
  const fieldsOf = (form) => [...form.querySelectorAll(kept)].filter((field) => field.name);
  const read = (key) => kompas.store.read(`draft:${key}`, { values: [], words: [] });

  // What was sent before stands in the form as it came from the server: that is no draft.
  function wordsOf(form) {
    return fieldsOf(form)
      .filter((field) => !isChoice(field) && field.value.trim() && field.value !== field.defaultValue)
      .map((field) => field.value.trim());
  }

  function valuesOf(form) {
    return fieldsOf(form).map((field) =>
      isChoice(field) ? [field.name, field.value, field.checked] : [field.name, field.value],
    );
  }

  function keep(form) {
    const key = form?.dataset.draft;
    if (!key) return;
    const question = kompas.questionNow();
    kompas.store.write(`draft:${key}`, { question, values: valuesOf(form), words: wordsOf(form) });
  }

  function forget(key) {
    if (key) kompas.store.write(`draft:${key}`, null);
  }

  function fill(form) {
    const fields = fieldsOf(form);
    for (const [name, value, checked] of read(form.dataset.draft).values) {
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

  // Words whose form is not in the page: of another step, or of one that takes nothing more.
  function elsewhere() {
    return kompas.store
      .keys("draft:")
      .map((name) => name.slice("draft:".length))
      .filter((key) => !document.querySelector(`form[data-draft="${CSS.escape(key)}"]`))
      .map((key) => ({ ...read(key), id: key }))
      .filter(({ words }) => words.length);
  }

  const onEdit = (event) => keep(event.target.closest?.("form[data-draft]"));
  document.addEventListener("input", onEdit);
  document.addEventListener("change", onEdit);
  kompas.onPage(restoreAll);

  return { keep, forget, elsewhere };
})();
