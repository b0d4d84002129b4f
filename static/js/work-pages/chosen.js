// What somebody chose about their own desk, such as no single keys: a box with its name in `data-choice`. This browser
// remembers it, never the server.
(() => {
  const prefix = "kompas-desk:";
  const refused = new Map(); // a private window may keep nothing: then it stands here as long as the page does

  function read(name) {
    try {
      return localStorage.getItem(prefix + name) ?? refused.get(name) ?? "";
    } catch {
      return refused.get(name) ?? "";
    }
  }

  function write(name, value) {
    refused.set(name, value);
    try {
      localStorage.setItem(prefix + name, value);
    } catch {
      // Kept above.
    }
  }

  // Yes, unless somebody said no.
  kompas.chosen = (name) => read(name) !== "nee";

  function draw() {
    for (const box of document.querySelectorAll("[data-choice]")) box.checked = kompas.chosen(box.dataset.choice);
  }

  // What somebody folded open stays open as long as this tab is there.
  function unfold() {
    for (const fold of document.querySelectorAll("details[data-remember]")) {
      if (kompas.store.tab.read(`fold:${fold.id}`, false)) fold.open = true;
    }
  }

  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (target.matches("details[data-remember]")) kompas.store.tab.write(`fold:${target.id}`, target.open || null);
    },
    true,
  );
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-choice]")) write(target.dataset.choice, target.checked ? "ja" : "nee");
  });
  kompas.onPage(draw);
  kompas.onPage(unfold);
})();
