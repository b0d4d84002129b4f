// The moment at which a result comes on the big screen: what is drawn grows into place, once. A later picture of the same
// result, or a screen that is opened later, just shows it.
(() => {
  const root = document.documentElement;
  if (!root.classList.contains("kl-screen")) return;

  const seconds = 1.5; // as long as the animation in wall.css takes
  let before = null;

  function look() {
    const question = document.querySelector("#scherm h1")?.textContent ?? "";
    const now = { question, shown: Boolean(document.querySelector("[data-result]")) };
    if (before?.question === question && !before.shown && now.shown) {
      root.classList.add("is-revealing");
      setTimeout(() => root.classList.remove("is-revealing"), 1000 * seconds);
    }
    before = now;
  }

  kompas.onPage(look);
})();
