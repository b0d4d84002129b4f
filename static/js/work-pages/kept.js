// Words that a form could not hand in stay in this tab: the sign-in had ended, the dossier was gone, the server was down.
// They return to their own fields on their own page, for the same person, and are wiped once they are stored.
kompas.kept = (() => {
  const words = "textarea, select, input:not([type=password], [type=submit], [type=button], [type=file])";
  const hidden = ["row", "number", "stamp"];
  const here = () => location.pathname + location.search;
  const who = () => document.querySelector('meta[name="kompas-who"]')?.content;
  const all = () => kompas.store.tab.read("kept", []);
  const put = (list) => kompas.store.tab.write("kept", list.length ? list : null);
  const isFor = (form) => (entry) => entry.page === here() && entry.action === form.getAttribute("action");
  const holdsWords = (form) => form.method === "post" && form.querySelector("textarea, input:is([type=text], [type=date]), input:not([type])");

  function valuesOf(form) {
    return [...form.querySelectorAll(words)]
      .filter((field) => field.name && (field.type !== "hidden" || hidden.includes(field.name)))
      .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked)
      .map((field) => [field.name, field.value]);
  }

  // `sent` is on its way: the next page tells whether it arrived.
  function keep(form, sent = false) {
    if (!who() || !holdsWords(form)) return;
    const focus = form.contains(document.activeElement) && document.activeElement.matches(words) ? document.activeElement.name : "";
    const before = all().find(isFor(form));
    const entry = { who: who(), page: here(), action: form.getAttribute("action"), values: valuesOf(form), focus: focus || before?.focus || "", sent };
    put([...all().filter((kept) => !isFor(form)(kept)), entry]);
  }

  function forget(form) {
    put(all().filter((entry) => !isFor(form)(entry)));
  }

  const logIn = () => `/inloggen?verder=${encodeURIComponent(here())}`;

  function fill(form, { values, focus }) {
    const rows = values.filter(([name]) => name === "row").map(([, id]) => id);
    for (const id of rows) if (!form.querySelector(`[data-row="${CSS.escape(id)}"]`)) kompas.addRow?.(form, id);
    for (const name of new Set(values.map(([name]) => name))) {
      if (name === "row") continue;
      const given = values.filter(([other]) => other === name).map(([, value]) => value);
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (["radio", "checkbox"].includes(field.type)) field.checked = given.includes(field.value);
        else field.value = given[0];
      }
    }
    const field = [...form.querySelectorAll("[name]")].find((each) => each.name === focus) ?? form.querySelector(words);
    for (let fold = field?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    field?.focus();
    field?.scrollIntoView({ block: "center" });
    form.dispatchEvent(new CustomEvent("kompas:returned", { bubbles: true }));
  }

  // On a page of somebody who is signed in. What was on its way arrived, unless a page said that it was refused.
  function restore() {
    const refused = kompas.store.tab.read("refused", false);
    if (!who()) return;
    kompas.store.tab.write("refused", null);
    const mine = all().filter((entry) => entry.who === who() && (!entry.sent || refused));
    put(mine.map((entry) => ({ ...entry, sent: false })));
    for (const form of document.querySelectorAll("form")) {
      const entry = mine.find(isFor(form));
      if (!entry) continue;
      fill(form, entry);
      kompas.message(kompas.say("returned", "Wat je typte, staat er weer. Het was nog niet bewaard."), "info");
    }
  }

  document.addEventListener("submit", ({ target }) => {
    if (target.getAttribute("action") === "/uitloggen") put([]);
    else if (!target.matches("form[data-autosave]")) keep(target, true);
  });

  // A form that htmx posts stays on the page with its words, so only a refusal has to be kept. One that takes the next
  // line (`data-clears`) is empty again.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement?.closest?.("form");
    if (!form || !ctx.response) return;
    if (ctx.response.status >= 400) return keep(form);
    forget(form);
    if (form.matches("[data-clears]")) form.reset();
  });

  document.addEventListener("DOMContentLoaded", restore);

  return { keep, forget, logIn };
})();
