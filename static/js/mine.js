// A pushed step is the same for everybody. What is mine comes from my own request, spread out so that a thousand phones
// do not ask at the same moment.
(() => {
  let timer = 0;

  function later(low = 0, high = 2000) {
    timer ||= setTimeout(fetchMine, kompas.between(low, high));
  }

  async function fetchMine() {
    timer = 0;
    const url = document.getElementById("mijn")?.dataset.mine;
    if (!url) return;
    const { status, text } = await kompas.request(url);
    if (!status || status >= 500) later(2000, 6000);
    else if (status === 200) await kompas.apply(text);
  }

  htmx.registerExtension("kompas-mine", {
    // The placeholder in a push must not wipe what is on the screen.
    // Nor may an answer that was on its way put my part of an earlier step into the next one.
    htmx_before_morph_node(old, { newNode }) {
      const late = newNode.dataset?.step !== document.getElementById("stap")?.dataset.step;
      if (old.id !== "mijn" || !(late || newNode.hasAttribute("data-returning"))) return true;
      later();
      return false;
    },
  });

  // Something of mine changed, and only this phone hears so; or there is something new for everybody.
  // In a new step it is new for another reason: when I have something there, `data-returning` says so.
  let heard = null;
  let step = "";
  function watchSignal() {
    const { at = null, everybody } = document.getElementById("mijn-signaal")?.dataset ?? {};
    const now = document.getElementById("stap")?.dataset.step;
    if (now === step && heard !== null && at !== null && at !== heard) later(0, everybody === undefined ? 300 : 2000);
    heard = at;
    step = now;
  }

  kompas.onPage(() => {
    if (document.querySelector("#mijn[data-returning]")) later();
    watchSignal();
  });
})();
