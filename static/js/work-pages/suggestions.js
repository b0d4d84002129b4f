// Beside chosen cards stands what looks like them, and a name for a pile of them: each only a button, which chooses,
// proposes or moves when somebody presses it.
(() => {
  const pause = 250; // who chooses several in a row is told of all of them
  let asked = "";
  let timer = 0;

  const place = () => document.getElementById("lijkt-op");

  // `cards` are the values of the boxes that are ticked.
  kompas.showSuggestions = (cards) => {
    if (asked === cards.join()) return;
    asked = cards.join();
    clearTimeout(timer);
    if (cards.length) timer = setTimeout(ask, pause, cards);
    else place()?.replaceChildren();
  };

  async function ask(cards) {
    const query = new URLSearchParams(cards.map((card) => ["kaart", card]));
    const { status, text } = await kompas.request(`${place()?.parentElement.dataset.suggestions}?${query}`);
    if (status === 200 && asked === cards.join()) await kompas.apply(text);
  }

  function choose(id) {
    const box = document.querySelector(`#los-${id} input[name=kaart]`);
    if (!box) return;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Whoever types another name types over it.
  function propose(name) {
    const field = document.getElementById("stapelnaam");
    field.value = name;
    field.focus();
    field.select();
  }

  document.addEventListener("click", ({ target }) => {
    const { also, called } = target.closest?.(".kl-suggestion")?.dataset ?? {};
    if (also) choose(also);
    if (called) propose(called);
  });
})();
