// Snel weg. Nothing may be left on the device or on the screen, whether or not the server or the next site answers.
(() => {
  const presses = { needed: 3, within: 5000 };
  let count = 0;
  let timer = 0;

  function leave() {
    const form = document.querySelector("form[data-exit]");
    const away = form?.dataset.exit || "about:blank";
    kompas.store.wipe();
    navigator.sendBeacon?.(form?.getAttribute("action") ?? "/vertrek");
    document.title = "";
    document.body.replaceChildren();
    location.replace(away);
  }

  document.addEventListener(
    "submit",
    (event) => {
      if (!event.target.matches("form[data-exit]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      leave();
    },
    true,
  );

  document.addEventListener("keydown", (event) => {
    clearTimeout(timer);
    if (event.key !== "Shift") count = 0;
    else if (!event.repeat) count += 1;
    if (count >= presses.needed && document.querySelector("form[data-exit]")) leave();
    else timer = setTimeout(() => (count = 0), presses.within);
  });
})();
