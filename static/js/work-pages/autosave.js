// A form of the dossier that saves itself: a moment after the last key, and when a field is left. It says when it saved,
// keeps trying without a connection, and lets people choose when somebody else wrote there first.
(() => {
  const pause = 1500;
  const retry = 5000;
  const states = new WeakMap();
  const mine = (target) => target.closest?.("form[data-autosave]");

  function stateOf(form) {
    if (!states.has(form)) states.set(form, { saved: valuesOf(form), timer: 0, busy: false });
    return states.get(form);
  }

  function body(form, button) {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") values.append(name, value);
    if (button?.name) values.append(button.name, button.value);
    return values;
  }

  // What people typed; not which version they saw, which changes with every save.
  function valuesOf(form) {
    const values = body(form);
    for (const name of ["number", "stamp"]) values.delete(name);
    return values.toString();
  }

  const isDirty = (form) => stateOf(form).saved !== valuesOf(form);
  const clash = (form) => form.querySelector("[data-autosave-clash] > *");

  function tell(form, text, kind = "") {
    const line = form.querySelector("[data-autosave-status]");
    if (line.textContent === text) return;
    line.className = `kl-status${kind ? ` kl-status--${kind}` : ""}`;
    line.replaceChildren();
    if (text) line.append(kompas.icon({ ok: "check", error: "warn" }[kind] ?? "info"), kompas.element("span", "", text));
  }

  function time() {
    const now = new Date();
    return [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, "0")).join(".");
  }

  function plan(form, wait = pause) {
    const state = stateOf(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(form), wait);
  }

  // One at a time: the next save needs the version that the last one made.
  async function save(form, button) {
    const state = stateOf(form);
    clearTimeout(state.timer);
    if (state.busy) {
      state.next = button ?? state.next ?? null;
      state.waiting = true;
      return;
    }
    if (!button && clash(form)) return;
    if (!button && !isDirty(form)) {
      settle(form);
      return;
    }
    state.busy = true;
    const sent = valuesOf(form);
    const answer = await kompas.request(form.action, { method: "POST", body: body(form, button) });
    state.busy = false;
    await take(form, button, sent, answer);
    if (!state.waiting) return;
    state.waiting = false;
    const next = state.next;
    state.next = null;
    save(form, next ?? undefined);
  }

  // Whoever undoes what did not fit stands where everything was saved.
  function settle(form) {
    const state = stateOf(form);
    if (state.wrong) tell(form, kompas.say("all-saved", "Alles is bewaard."), "ok");
    state.wrong = false;
    unmark(form);
  }

  async function take(form, button, sent, { status, text }) {
    const state = stateOf(form);
    if (status === 200) {
      state.saved = sent;
      kompas.kept.forget(form);
      see(form, JSON.parse(text));
      tell(form, kompas.say("saved", "Bewaard om {time}", { time: time() }), "ok");
      after(form, button);
    } else if (status === 409) {
      choose(form, text);
    } else if (status === 422) {
      mark(form, JSON.parse(text));
    } else if (!status || status >= 500) {
      tell(form, kompas.say("unsaved", "Geen verbinding. Wat je typt blijft hier staan. We proberen het steeds opnieuw."));
      state.timer = setTimeout(() => save(form, button), retry);
    } else {
      kompas.kept.keep(form);
      if (status === 401) askToLogIn(form);
      else tell(form, kompas.say("refused", "Bewaren lukt niet. Kopieer eerst je tekst. Laad dan de pagina opnieuw."), "error");
    }
  }

  function askToLogIn(form) {
    tell(form, kompas.say("signed-out", "Je bent uitgelogd. Wat je typte, staat er straks weer."), "error");
    const link = kompas.element("a", "", kompas.say("log-in", "Log in en ga verder"));
    link.href = kompas.kept.logIn();
    link.addEventListener("click", () => {
      kompas.kept.keep(form);
      stateOf(form).gone = true;
    });
    form.querySelector("[data-autosave-status] > span").append(" ", link);
  }

  function see(form, { number, stamp }) {
    unmark(form);
    for (const [name, value] of Object.entries({ number, stamp })) {
      if (value !== undefined && form.elements[name]) form.elements[name].value = value;
    }
  }

  function after(form, button) {
    if (button?.name === "gone") removeRow(form, button);
    if (button?.name === "keuze") leave(form, form.dataset.again);
    if (button?.name === "klaar" && form.dataset.done && !isDirty(form)) leave(form, form.dataset.done);
  }

  // A button that goes to another page takes along what is not saved yet.
  function letGo(form) {
    const state = stateOf(form);
    clearTimeout(state.timer);
    state.gone = true;
    kompas.kept.keep(form, true);
  }

  // The same address with another fragment would only scroll.
  function leave(form, address) {
    stateOf(form).gone = true;
    const here = location.pathname + location.search;
    if (address.split("#")[0] === here) location.reload();
    else location.assign(address);
  }

  function choose(form, text) {
    const place = form.querySelector("[data-autosave-clash]");
    place.innerHTML = text;
    tell(form, kompas.say("clash", "Nog niet bewaard. Kies eerst wat er komt te staan."), "error");
    place.firstElementChild.focus();
  }

  function mark(form, { sentence, row, name }) {
    unmark(form);
    stateOf(form).wrong = true;
    const field = form.elements[`${name}.${row}`];
    if (field?.setAttribute) {
      field.setAttribute("aria-invalid", "true");
      const place = document.getElementById(`fout-${name}-${row}`);
      if (place) {
        place.replaceChildren(kompas.icon("warn"), kompas.element("span", "", sentence));
        place.hidden = false;
      }
    }
    tell(form, kompas.say("wrong", "Nog niet bewaard. {sentence}", { sentence }), "error");
  }

  function unmark(form) {
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const place of form.querySelectorAll(".kl-error:not([hidden])")) place.hidden = true;
  }

  function removeRow(form, button) {
    const row = button.closest("[data-row]");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    stateOf(form).saved = valuesOf(form);
    (next?.querySelector("textarea, input:not([type=hidden])") ?? form.querySelector("[data-more]"))?.focus();
  }

  function newId() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function addRow(form, button, id = newId()) {
    const place = button.dataset.morePlace;
    const made = form.querySelector("template[data-new-row]").content.firstElementChild.cloneNode(true);
    made.dataset.row = id;
    for (const part of made.querySelectorAll("*")) {
      for (const { name, value } of [...part.attributes]) {
        if (/__row__|__place__/.test(value)) {
          part.setAttribute(name, value.replaceAll("__row__", id).replaceAll("__place__", place));
        }
      }
      if (part.matches("select[data-place][name^='column.']") && place) part.value = place;
    }
    document.getElementById(button.dataset.more).append(made);
    made.querySelector("textarea, input:not([type=hidden])").focus();
  }

  document.addEventListener("input", ({ target }) => mine(target) && plan(mine(target)));
  document.addEventListener("change", ({ target }) => mine(target) && plan(mine(target), 0));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-autosave]")) return;
    const button = event.submitter;
    if (button?.name === "knop") {
      letGo(form);
      return;
    }
    event.preventDefault();
    if (button?.dataset.more) addRow(form, button);
    else if (button?.name === "meer") save(form);
    else if (button?.name === "gone" && !button.closest("[data-row]").querySelector("[name^='text.']").value) removeRow(form, button);
    else save(form, button);
  });

  // Words that came back: a row that was new then is made again, and what they change is saved.
  kompas.addRow = (form, id) => {
    const button = form.querySelector("[data-more]");
    if (button) addRow(form, button, id);
  };
  document.addEventListener("kompas:returned", ({ target }) => mine(target) && plan(mine(target), 0));

  kompas.onPage(() => {
    for (const form of document.querySelectorAll("form[data-autosave]")) {
      stateOf(form);
      for (const link of form.querySelectorAll("[data-without-script]")) link.hidden = true;
    }
  });

  window.addEventListener("online", () => {
    for (const form of document.querySelectorAll("form[data-autosave]")) save(form);
  });

  window.addEventListener("beforeunload", (event) => {
    const unsaved = (form) => states.has(form) && !states.get(form).gone && isDirty(form);
    if ([...document.querySelectorAll("form[data-autosave]")].some(unsaved)) event.preventDefault();
  });
})();
