// A contribution has an id made here and keeps it until the server has answered: sent twice, it is stored once.
(() => {
  const ids = new WeakMap();
  const busy = new WeakSet();
  const entries = new WeakMap();

  // Not crypto.randomUUID: a LAN address without TLS is not a secure context.
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // A push may have morphed the hidden field away between two taps, so it is set again at each submit.
  function carryId(form) {
    if (form.dataset.warned) ids.set(form, form.dataset.warned); // the choice about a text keeps the text's id
    else if (!ids.has(form)) ids.set(form, uuid());
    let field = form.querySelector('input[type=hidden][name="contribution"]');
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "contribution"; // not "id": that would hide the id of the form itself from a morph
      form.append(field);
    }
    field.value = ids.get(form);
  }

  function textFields(form) {
    return [...form.querySelectorAll(".kl-composer :is(textarea, input[type=text])")];
  }

  function entryOf(form, request) {
    const texts = textFields(form).map((field) => [field.name, field.value]);
    const tone = form.querySelector("input[data-tone]:checked")?.dataset.tone ?? "";
    const text = texts
      .map(([, value]) => value.trim())
      .filter(Boolean)
      .join(" ");
    const label = text || form.dataset.contribution || kompas.say("answer", "Je antwoord");
    return {
      id: ids.get(form),
      url: request.action,
      activity: form.elements.namedItem("activity")?.value ?? "",
      question: kompas.questionNow(),
      fields: [...request.body].map(([name, value]) => [name, String(value)]),
      draft: form.dataset.draft ?? "",
      replaces: texts.length === 0 && Boolean(form.dataset.draft),
      texts,
      label,
      tone,
    };
  }

  // Text typed while the answer was on its way is a new card: only what was sent is cleared.
  function clear(form, entry) {
    kompas.drafts.forget(entry.draft);
    for (const field of textFields(form)) {
      if (entry.texts.some(([name, value]) => name === field.name && value === field.value)) field.value = "";
    }
    if (textFields(form).some((field) => field.value)) kompas.drafts.keep(form);
    kompas.refresh();
    document.dispatchEvent(new CustomEvent("kompas:cleared"));
  }

  function finish(form, status) {
    const entry = entries.get(form);
    entries.delete(form);
    busy.delete(form);
    form.removeAttribute("aria-busy");
    if (!entry) return;
    if (form.dataset.warned) return finishChoice(entry, status);
    if (kompas.outbox.mustRetry(status)) kompas.outbox.add(entry);
    else if (status === kompas.outbox.warnedStatus) kompas.outbox.ask(entry);
    else if (status >= 300) return void ids.delete(form);
    clear(form, entry);
    ids.delete(form);
  }

  function finishChoice(entry, status) {
    const waits = kompas.outbox.mustRetry(status);
    if (!waits && status >= 300) return;
    kompas.warning.close();
    if (waits) kompas.outbox.add(entry);
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form[data-contribution]")) return;
      if (busy.has(form)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      carryId(form);
    },
    true,
  );

  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    if (!form.matches("form[data-contribution]")) return;
    entries.set(form, entryOf(form, ctx.request));
    busy.add(form);
    form.setAttribute("aria-busy", "true");
  });

  // Listened to on the window: htmx reports on the document when the form has left the page meanwhile.
  window.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    if (form.matches("form[data-contribution]")) finish(form, ctx.response?.status ?? 0);
  });
})();
