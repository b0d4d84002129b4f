// A text that its sender must look at first. The block from the server holds everything that was typed, so nothing is
// lost without storage: change it, throw it away, or send it to the facilitator alone.
kompas.warning = (() => {
  let shown = "";
  const block = () => document.getElementById("waarschuwing");
  const form = () => block()?.querySelector("form");
  const id = () => block()?.dataset.warned ?? "";

  function typed() {
    return [...new FormData(form())].filter(([name]) => !["naar", "contribution"].includes(name));
  }

  // The form that it was typed in; nothing once the facilitator has moved on.
  function source() {
    const names = block().dataset.fields.split(" ").filter(Boolean);
    const activity = form().elements.namedItem("activity")?.value;
    return [...document.querySelectorAll("#stap form[data-contribution]")].find(
      ({ elements }) =>
        elements.namedItem("activity")?.value === activity && names.every((name) => elements.namedItem(name)),
    );
  }

  const isText = (field) => field.matches?.("textarea, input[type=text]");
  const collapsed = (text) => text.trim().replace(/\s+/g, " ");
  const textsOf = (target) => [...target.elements].filter(isText);

  function mine(field) {
    return typed().some(([name, value]) => name === field.name && collapsed(value) === collapsed(field.value));
  }

  function restore(target) {
    for (const [name, value] of typed()) {
      for (const field of target.elements) {
        if (field.name !== name || field.type === "hidden") continue;
        if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
        else field.value = value;
      }
    }
    kompas.drafts.keep(target);
  }

  function seek(field) {
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    field.dispatchEvent(new CustomEvent("kompas:seek", { bubbles: true }));
    field.focus();
  }

  function change() {
    const target = source();
    if (!target) {
      return kompas.message(kompas.say("moved-on", "De begeleider is al verder. Je kunt dit niet meer aanpassen."), "error");
    }
    if (textsOf(target).some((field) => field.value.trim() && !mine(field) && field.closest(".kl-composer"))) {
      return kompas.message(kompas.say("in-use", "Verstuur eerst de tekst die er nu staat."), "error");
    }
    const [name] = block().dataset.fields.split(" ");
    restore(target);
    close();
    kompas.refresh();
    const field = target.elements.namedItem(name);
    if (field) seek(field);
  }

  function discard() {
    const names = block().dataset.fields.split(" ");
    const target = source();
    for (const field of target ? textsOf(target) : []) {
      if (names.includes(field.name) && mine(field)) field.value = "";
    }
    if (target) kompas.drafts.keep(target);
    close();
    kompas.refresh();
    kompas.message(kompas.say("discarded", "Weggegooid. Er is niets verstuurd."));
    document.querySelector("#stap h1")?.focus();
  }

  // Done with this one: what else waits for its sender is asked about next.
  function close() {
    kompas.outbox.remove(id());
    const empty = kompas.element("div");
    empty.id = "waarschuwing";
    block().replaceWith(empty);
    shown = "";
    document.getElementById("hoofd").classList.remove("is-warned");
    document.dispatchEvent(new CustomEvent("kompas:cleared"));
    kompas.outbox.hurry();
  }

  // Who is writing something else meanwhile goes on; the warning stands above it.
  function watch() {
    if (!id() || id() === shown) return;
    shown = id();
    const here = document.activeElement;
    if (here && isText(here) && here.value.trim() && !mine(here)) {
      return kompas.message(kompas.say("not-sent", "Een tekst van net is nog niet verstuurd. Kijk bovenaan."));
    }
    kompas.message("");
    document.getElementById("hoofd").classList.add("is-warned");
    document.getElementById("waarschuwing-kop").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-warning]")?.dataset.warning;
    if (!choice) return;
    event.preventDefault();
    if (choice === "change") change();
    else discard();
  });
  kompas.onPage(watch);

  return { id, close };
})();
