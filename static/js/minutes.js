// About how many minutes a step still takes, on the server's time: the clock of a phone may be wrong.
(() => {
  let line = null;
  let now = "";
  let offset = 0;

  function draw() {
    const found = document.getElementById("tijd");
    if (!found?.dataset.until) return;
    const { until, about, over } = found.dataset;
    if (found !== line || found.dataset.now !== now) {
      line = found;
      now = found.dataset.now;
      offset = Number(now) - Date.now() / 1000;
    }
    const seconds = Number(until) - Date.now() / 1000 - offset;
    const text = seconds > 0 ? about.replace("{minutes}", Math.max(1, Math.round(seconds / 60))) : over;
    const words = found.querySelector("span");
    if (words.textContent !== text) words.textContent = text;
  }

  kompas.onPage(draw);
  setInterval(draw, 15000);
})();
