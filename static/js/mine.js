// A pushed step is the same for everybody. What is mine comes from my own request, spread out so that a thousand phones
// do not ask at the same moment.
(() => {
  let timer = 0;
  let only = "";

  const stepNow = () => document.getElementById("stap")?.dataset.step;

  // With a step: not worth asking any more when that has gone meanwhile.
  function later(low = 0, high = 2000, step = "") {
    only = timer && only !== step ? "" : step;
    timer ||= setTimeout(fetchMine, kompas.between(low, high));
  }

  async function fetchMine() {
    timer = 0;
    if (only && only !== stepNow()) return;
    const url = document.getElementById("mijn")?.dataset.mine;
    if (!url) return;
    const { status, text } = await kompas.request(url);
    if (!status || status >= 500) later(2000, 6000);
    else if (status === 200) await kompas.apply(text);
  }

  htmx.registerExtension("kompas-mine", {
    // The words of a card that was refused came back in its form: an answer without them must not wipe them.
    // The placeholder in a push must not wipe what is on the screen.
    // Nor may an answer that was on its way put my part of an earlier step into the next one.
    htmx_before_morph_node(old, { newNode }) {
      if (old.matches?.(".kl-composer textarea") && !newNode.defaultValue) newNode.defaultValue = old.defaultValue;
      const late = newNode.dataset?.step !== stepNow();
      if (old.id !== "mijn" || !(late || newNode.hasAttribute("data-returning"))) return true;
      later();
      return false;
    },
  });

  // Something of mine changed, and only this phone hears so; or there is something new for everybody.
  let heard = null;
  let place = "";
  function watchSignal() {
    const { at = null, everybody } = document.getElementById("mijn-signaal")?.dataset ?? {};
    const now = stepNow();
    // A whole new step has a new signal too. That may be put in the page before it or after it.
    const news = now === place && heard !== null && at !== null && at !== heard;
    if (news) later(50, everybody === undefined ? 300 : 2000, now);
    heard = at;
    place = now;
  }

  kompas.onPage(() => {
    if (document.querySelector("#mijn[data-returning]")) later();
    watchSignal();
  });
})();
