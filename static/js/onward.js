// After the end the facilitator opens a page to read on. Phones go there by themselves, but never while somebody reads,
// has Hulp open or still has something to send; the link is there all the time.
(() => {
  const quiet = 4000;
  let touched = 0;
  let timer = 0;
  let told = false;

  const link = () => document.querySelector("#stap[data-step=einde] [data-onward]");

  function busy() {
    const waiting = document.querySelector("#wachtrij > li, #over li, dialog[open]");
    return Boolean(waiting) || window.speechSynthesis?.speaking || Date.now() - touched < quiet;
  }

  function go() {
    timer = 0;
    if (link() && !busy()) leave();
    else watch();
  }

  // Replaced, so that Back does not come here and is sent on again.
  function leave() {
    location.replace(link().href);
  }

  function watch() {
    if (told !== Boolean(link())) tell(!told);
    if (link()) timer ||= setTimeout(go, quiet);
  }

  function tell(ready) {
    told = ready;
    kompas.message(ready ? kompas.say("onward", "De terugblik is er. Je gaat er zo heen.") : "");
  }

  for (const sign of ["scroll", "pointerdown", "keydown", "touchmove"]) {
    document.addEventListener(sign, () => (touched = Date.now()), { passive: true, capture: true });
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-onward]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    leave();
  });

  kompas.onPage(watch);
})();
